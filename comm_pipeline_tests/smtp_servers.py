"""Real SMTP servers on loopback that behave as badly as a test wants."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_binary_file
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.channels.smtp_config import SmtpConfig

NOW = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)

SAID, BROKEN = "(said)", "(broken)"

Hook = Callable[["ScriptedConnection"], "str | None"]


class Script:
    """What a server answers, and what it has seen.

    Each hook may return an answer, or None for the usual one, or break the connection.
    ``announces`` are more extensions than aiosmtpd's own, e.g. PIPELINING.
    """

    announces: Sequence[str] = ()

    def __init__(
        self,
        at_auth: Hook | None = None,
        at_mail: Hook | None = None,
        at_rcpt: Hook | None = None,
        at_data: Hook | None = None,
        at_body: Hook | None = None,
    ) -> None:
        self.at_mail, self.at_rcpt, self.at_data = at_mail, at_rcpt, at_data
        self.at_auth, self.at_body = at_auth, at_body
        self.port = 0
        self.connections: list[ScriptedConnection] = []
        self.accepted: list[Any] = []

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_binary_file(BytesIO(envelope.original_content), policy=default)
            for envelope in self.accepted
        ]

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: "ScriptedConnection", _session: Any, envelope: Any
    ) -> str:
        answer = self.at_body(server) if self.at_body else None
        if answer is None:
            self.accepted.append(envelope)
            answer = f"250 2.0.0 Ok: queued as Q{len(self.accepted)}"
        return await _wait_if_broken(answer)


class _Handler:
    """What a connection asks of its script, and no more.

    aiosmtpd reads every attribute of its handler for each connection: with the script itself all
    mails that it has accepted would be parsed before a client is greeted.
    """

    def __init__(self, script: Script) -> None:
        self.handle_DATA = script.handle_DATA
        self._announced = [f"250-{name}" for name in script.announces]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *self._announced, responses[-1]]


class ScriptedConnection(SMTP):
    """One connection of a scripted server."""

    def __init__(self, script: Script, **options: Any) -> None:
        super().__init__(
            _Handler(script),
            hostname="localhost",
            loop=asyncio.get_running_loop(),
            authenticator=_authenticate,
            **options,
        )
        self.script = script
        #: What stood behind the latest command.
        self.argument = ""
        script.connections.append(self)

    def drop(self) -> str:
        """Break the connection without a word."""
        self.transport.abort()
        return BROKEN

    def hang(self) -> str:
        """Never answer."""
        return BROKEN

    def say(self, words: bytes) -> str:
        """Answer with these very bytes."""
        self.transport.write(words + b"\r\n")
        return SAID

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self._hooked(self.script.at_auth, super().smtp_AUTH, arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        await self._hooked(self.script.at_mail, super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await self._hooked(self.script.at_rcpt, super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._hooked(self.script.at_data, super().smtp_DATA, arg)

    async def _hooked(self, hook: Hook | None, usual: Any, arg: str) -> None:
        self.argument = arg
        answer = hook(self) if hook else None
        if answer is None:
            await usual(arg)
        elif answer != SAID:
            await self.push(await _wait_if_broken(answer))
            if answer.startswith("421"):
                self.transport.close()


async def _wait_if_broken(answer: str) -> str:
    if answer == BROKEN:
        await asyncio.Event().wait()
    return answer


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
    is_right = (data.login, data.password) == (b"user", b"right")
    return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def smtp_server(
    script: Script | None = None, *, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Script]:
    """Run a scripted server; ``tls`` encrypts from the start, ``tls_context`` offers STARTTLS."""
    script = script or Script()
    server = await asyncio.get_running_loop().create_server(
        lambda: ScriptedConnection(script, **options), "127.0.0.1", 0, ssl=tls
    )
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for connection in script.connections:
            if connection.transport is not None:
                connection.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)


def make_certificate(directory: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a self-signed certificate for 127.0.0.1; return it and a server's context with it."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *subject, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return certificate, context


def an_smtp_config(port: int, **overrides: Any) -> SmtpConfig:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Acme Sales <sales@acme.example>",
        "message_id_domain": "acme.example",
        "timeout_seconds": 10,
        "connections": 2,
    }
    return SmtpConfig(**values | overrides)


def a_channel_message(number: int = 1, **overrides: Any) -> ChannelMessage:
    values: dict[str, Any] = {
        "idempotency_key": f"campaign:recipient-{number}:stage:0",
        "message_id": f"<{number}.key@acme.example>",
        "recipient_address": f"ada{number}@example.com",
        "recipient_name": "Ada Lovelace",
        "subject": "Hello Ada",
        "text": "Hi Ada,\n\nhow are you?\n",
        "html": "<p>Hi Ada</p>",
    }
    return ChannelMessage(**values | overrides)
