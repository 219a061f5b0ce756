"""Email through an SMTP server, over a few connections that are opened once and used for many."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.smtp_addresses import UnusableAddressError
from comm_pipeline.channels.smtp_answers import Phase, unsendable
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.channels.smtp_connection import LostConnectionError, SmtpConnection
from comm_pipeline.channels.smtp_message import Envelope, MessageWriter
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError


class SmtpChannel:
    """Hands messages to one SMTP server; up to ``config.connections`` at a time.

    ``clock`` dates the messages. The channel belongs to the event loop that entered it.
    """

    name = "email"
    accepts_idempotency_key = False

    def __init__(self, config: SmtpConfig, clock: Callable[[], datetime]) -> None:
        """Open nothing yet; raises InvalidSettingError for a sender that is no address."""
        self.max_in_flight = config.connections
        self.provider = f"{self.name} {config.server}"
        self._config = config
        self._clock = clock
        try:
            self._writer = MessageWriter(config)
        except UnusableAddressError as error:
            raise InvalidSettingError(
                f"SMTP_SENDER, SMTP_MORE_SENDERS or LIST_UNSUBSCRIBE: {error}"
            ) from None
        self.has_several_senders = self._writer.has_several_senders
        self._tls_context: ssl.SSLContext | None = None
        self._free = asyncio.Semaphore(config.connections)
        self._idle: list[SmtpConnection] = []

    async def __aenter__(self) -> Self:
        """Read the trusted certificates; raises EnvironmentFailure if they cannot be read."""
        if self._config.security != "none":
            self._tls_context = await asyncio.to_thread(_tls_context, self._config)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection politely."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle))
        # The transports finish closing in the loop's next turn.
        await asyncio.sleep(0)

    async def send(self, message: ChannelMessage) -> SendResult:
        """Offer one message as soon as a connection is free."""
        try:
            envelope = self._writer.envelope(message, self._clock())
        except UnusableAddressError as error:
            return unsendable(str(error))
        async with self._free:
            return await self._offer(envelope)

    def sender_for(self, conversation_id: str, used: Sequence[str] = ()) -> str:
        """Return the address that a conversation's messages are from, as ``KeepsSenders`` says."""
        return self._writer.sender_for(conversation_id, used).spec

    async def check(self) -> str:
        """Connect, encrypt and log in; raises EnvironmentFailure that says what to do."""
        try:
            async with self._free, self._connection() as (connection, _):
                return f"{self._config.server}: {await connection.greet()}"
        except LostConnectionError as error:
            raise EnvironmentFailure(
                f"The mail server does not take mail from us: {error}. Check SMTP_HOST, SMTP_PORT, "
                "SMTP_SECURITY, SMTP_USERNAME and SMTP_PASSWORD."
            ) from error

    async def _offer(self, envelope: Envelope) -> SendResult:
        while True:
            is_reused = False
            try:
                async with self._connection() as (connection, is_reused):
                    return await connection.transact(envelope)
            except LostConnectionError as error:
                # The server may have closed an idle connection, which shows only at MAIL. Each
                # such one is used up, so the last round has a fresh connection.
                if not (is_reused and error.phase is Phase.MAIL):
                    return error.result

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[SmtpConnection, bool]]:
        """Lend an idle connection (and True), else a new one (and False)."""
        while self._idle and not self._idle[-1].is_open:
            self._idle.pop()
        is_reused = bool(self._idle)
        connection = (
            self._idle.pop()
            if is_reused
            else await SmtpConnection.open(self._config, self._tls_context)
        )
        try:
            yield connection, is_reused
        finally:
            if connection.is_open:
                self._idle.append(connection)


def _tls_context(config: SmtpConfig) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except OSError as error:
        raise EnvironmentFailure(
            f"The certificates to trust cannot be read from {config.ca_file}: {error}"
        ) from error
