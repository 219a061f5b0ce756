"""The SMTP server of the mail catcher."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from comm_pipeline.embedded.mailbox import Mailbox
from comm_pipeline.errors import EnvironmentFailure

logger = structlog.get_logger()

#: Generous, and small enough for a laptop.
MOST_BYTES_OF_A_MAIL = 32 * 1024 * 1024


async def serve(
    directory: Path,
    host: str,
    port: int,
    on_ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Catch mails into ``directory`` until ``stop``; ``on_ready`` is told the port.

    Raises EnvironmentFailure if the folder or the port cannot be used.
    """
    loop = asyncio.get_running_loop()
    connections: set[_Connection] = set()
    try:
        mailbox = Mailbox(directory)
        server = await loop.create_server(lambda: _Connection(mailbox, connections), host, port)
    except OSError as error:
        raise EnvironmentFailure(
            f"The mail catcher cannot listen on {host}:{port} or write to {directory}: {error}"
        ) from error
    async with server:
        on_ready(server.sockets[0].getsockname()[1])
        await stop.wait()
        for connection in list(connections):
            connection.close()


class _Handler:
    """Keeps what a client hands over."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        try:
            path = self._mailbox.store(envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            # Said to the client and not raised: it shall keep the mail and try again.
            logger.exception("a mail could not be stored")
            return f"452 4.3.1 the mail catcher cannot store the mail: {error.strerror}"
        return f"250 2.0.0 Ok: queued as {path.stem}"


class _Connection(SMTP):
    """One client; the set of all lets the server say goodbye to those that stay."""

    def __init__(self, mailbox: Mailbox, connections: "set[_Connection]") -> None:
        super().__init__(
            _Handler(mailbox),
            hostname="localhost",
            ident="mail catcher",
            enable_SMTPUTF8=True,
            data_size_limit=MOST_BYTES_OF_A_MAIL,
            loop=asyncio.get_running_loop(),
        )
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it down."""
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget it."""
        self._connections.discard(self)
        super().connection_lost(error)

    def close(self) -> None:
        """End the connection after what is already written."""
        transport: Any = self.transport
        if transport is not None:
            transport.close()
