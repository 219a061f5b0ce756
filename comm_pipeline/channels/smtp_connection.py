"""One connection to an SMTP server, and one transaction on it, command by command.

The commands are given one by one, and not by the client library's ``sendmail``, because what a lost
connection means depends on how far the transaction had come.
"""

import asyncio
import ssl

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.smtp_answers import Phase, answered, unanswered, unsendable
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.channels.smtp_message import Envelope

#: A server that is closing the connection says so in place of any answer.
SERVICE_CLOSING = 421

_QUIT_TIMEOUT_SECONDS = 2.0


class LostConnectionError(Exception):
    """A transaction that ended without an answer; ``result`` says what that means."""

    def __init__(self, phase: Phase, reason: str) -> None:
        super().__init__(reason)
        self.phase = phase
        self.result = unanswered(phase, reason)


class RefusedConnectionError(LostConnectionError):
    """No connection could be made, or the server did not want us."""

    def __init__(self, config: SmtpConfig, error: Exception) -> None:
        super().__init__(Phase.CONNECT, f"{config.server}: {config.without_login(_words(error))}")


class SmtpConnection:
    """An open, greeted, encrypted (as configured) and logged in connection."""

    def __init__(self, client: SMTP, config: SmtpConfig) -> None:
        self._client = client
        self._config = config
        self._phase = Phase.MAIL

    @classmethod
    async def open(cls, config: SmtpConfig, tls_context: ssl.SSLContext | None) -> "SmtpConnection":
        """Connect; raises RefusedConnectionError."""
        client = SMTP(
            hostname=config.host,
            port=config.port,
            username=config.username,
            password=config.password.get_secret_value() if config.password else None,
            local_hostname=config.message_id_domain,
            timeout=config.timeout_seconds,
            use_tls=config.security == "tls",
            start_tls=config.security == "starttls",
            tls_context=tls_context,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise RefusedConnectionError(config, error) from error
        return cls(client, config)

    @property
    def is_open(self) -> bool:
        """Whether another transaction may be tried on it."""
        return self._client.is_connected

    async def transact(self, envelope: Envelope) -> SendResult:
        """Offer one message and translate the answer.

        Raises LostConnectionError, after which, as after cancellation, the connection is closed.
        """
        if envelope.needs_smtputf8 and not self._client.supports_extension("smtputf8"):
            return unsendable("the mail server does not take addresses like this one (SMTPUTF8)")
        try:
            phase, response = await self._run(envelope)
        except (SMTPException, OSError) as error:
            self.close()
            raise LostConnectionError(self._phase, self._said(error)) from error
        except BaseException:
            self.close()
            raise
        if phase is not Phase.BODY or response.code == SERVICE_CLOSING:
            await self._reset(response.code)
        words = self._config.without_password(response.message)
        if phase is Phase.MAIL and response.code == SERVICE_CLOSING:
            raise LostConnectionError(phase, f"{response.code} {words}")
        return answered(phase, response.code, words)

    async def greet(self) -> str:
        """Ask the server whether it is there; returns its words. Raises LostConnectionError."""
        try:
            response = await self._client.noop()
        except (SMTPException, OSError) as error:
            self.close()
            raise LostConnectionError(Phase.MAIL, self._said(error)) from error
        return f"{response.code} {self._config.without_password(response.message)}"

    async def quit(self) -> None:
        """Say goodbye, for a short time only, and close."""
        try:
            if self.is_open:
                await self._client.quit(timeout=_QUIT_TIMEOUT_SECONDS)
        except (SMTPException, OSError):
            # It is being thrown away; what the server thinks of that changes nothing.
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Close at once, without waiting for what was not yet written."""
        transport = self._client.transport
        self._client.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    async def _run(self, envelope: Envelope) -> tuple[Phase, SMTPResponse]:
        utf8 = (b"SMTPUTF8",) if envelope.needs_smtputf8 else ()
        commands = (
            (Phase.MAIL, (b"MAIL", b"FROM:<" + envelope.sender.spec.encode() + b">", *utf8)),
            (Phase.RCPT, (b"RCPT", b"TO:<" + envelope.recipient.spec.encode() + b">")),
            (Phase.DATA, (b"DATA",)),
        )
        for phase, command in commands:
            self._phase = phase
            response = await self._client.execute_command(*command)
            if not _goes_on(phase, response.code):
                return phase, response
        return Phase.BODY, await self._hand_over(envelope.body)

    async def _hand_over(self, body: bytes) -> SMTPResponse:
        protocol = self._client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        protocol.write(body)
        # From here on the server may have the whole message.
        self._phase = Phase.BODY
        return await protocol.read_response(timeout=self._config.timeout_seconds)

    def _said(self, error: Exception) -> str:
        return self._config.without_password(_words(error))

    async def _reset(self, code: int) -> None:
        """Make the connection fit for another message, or close it."""
        if code == SERVICE_CLOSING:
            self.close()
            return
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self.close()
        except BaseException:
            self.close()
            raise


def _goes_on(phase: Phase, code: int) -> bool:
    return code == SMTPStatus.start_input if phase is Phase.DATA else 200 <= code < 300


def _words(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
