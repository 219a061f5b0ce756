"""A real SMTP server that takes its time, so that a test can act in the middle of a campaign."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import start_blocking_portal

from comm_pipeline_tests.smtp_servers import Script, ScriptedConnection, smtp_server


class SlowMailServer(Script):
    """Takes the first ``quick`` mails at once, then each in 0.2 seconds while it ``is_slow``.

    Over ten connections a test so has two seconds for every hundred mails.
    """

    def __init__(self, quick: int) -> None:
        super().__init__()
        self.quick = quick
        self.is_slow = True

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: ScriptedConnection, session: Any, envelope: Any
    ) -> str:
        if self.is_slow and len(self.accepted) >= self.quick:
            await asyncio.sleep(0.2)
        return await super().handle_DATA(server, session, envelope)

    def recipients(self) -> list[str]:
        """Return the address of each mail that was taken, in order."""
        return [str(envelope.rcpt_tos[0]) for envelope in self.accepted]

    def settings(self) -> dict[str, str]:
        """Return the variables that make a system send through this server."""
        return {
            "CHANNEL": "email",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_SECURITY": "none",
            "SMTP_SENDER": "Acme Team <team@acme.example>",
        }


@contextmanager
def slow_mail_server(quick: int) -> Iterator[SlowMailServer]:
    """Run the server in a thread of its own, on a free port of loopback."""
    server = SlowMailServer(quick)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(smtp_server(server, decode_data=False)),
    ):
        yield server
