"""One connection to an SMTP server, and one transaction on it.

The commands are given here, and not by the client library's ``sendmail``, because what a lost
connection means depends on how far the transaction had come. A server that announces PIPELINING
(RFC 2920) gets all that comes before the body at once: two waits for a message instead of four.
"""

import asyncio
import ssl
from typing import cast

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
from comm_pipeline.channels.smtp_dialog import SmtpDialog
from comm_pipeline.channels.smtp_message import Envelope

#: A server that is closing the connection says so in place of any answer.
SERVICE_CLOSING = 421

_QUIT_TIMEOUT_SECONDS = 2.0
_BEFORE_THE_BODY = (Phase.MAIL, Phase.RCPT, Phase.DATA)


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

    def __init__(self, client: SMTP, transport: asyncio.Transport, config: SmtpConfig) -> None:
        self._client = client
        self._transport = transport
        self._dialog = SmtpDialog(transport)
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
            transport = client.transport
            if transport is None:
                raise SMTPServerDisconnected("Connection lost")
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise RefusedConnectionError(config, error) from error
        # No isinstance: what other event loops have is only like asyncio's.
        return cls(client, cast("asyncio.Transport", transport), config)

    @property
    def is_open(self) -> bool:
        """Whether another transaction may be tried on it."""
        return self._dialog.is_open

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
        has_several_senders = len(self._config.senders) > 1
        return answered(phase, response.code, words, has_several_senders=has_several_senders)

    async def greet(self) -> str:
        """Ask the server whether it is there; returns its words. Raises LostConnectionError."""
        try:
            response = await self._ask(b"NOOP")
        except (SMTPException, OSError) as error:
            self.close()
            raise LostConnectionError(Phase.MAIL, self._said(error)) from error
        return f"{response.code} {self._config.without_password(response.message)}"

    async def quit(self) -> None:
        """Say goodbye, for a short time only, and close."""
        try:
            if self.is_open:
                self._dialog.give(b"QUIT")
                await self._dialog.answer(_QUIT_TIMEOUT_SECONDS)
        except (SMTPException, OSError):
            # It is being thrown away; what the server thinks of that changes nothing.
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Close at once, without waiting for what was not yet written."""
        self._client.close()
        self._transport.abort()

    async def _run(self, envelope: Envelope) -> tuple[Phase, SMTPResponse]:
        utf8 = b" SMTPUTF8" if envelope.needs_smtputf8 else b""
        commands = {
            Phase.MAIL: b"MAIL FROM:<" + envelope.sender.spec.encode() + b">" + utf8,
            Phase.RCPT: b"RCPT TO:<" + envelope.recipient.spec.encode() + b">",
            Phase.DATA: b"DATA",
        }
        self._phase = Phase.MAIL
        self._dialog.begin()
        at_once = self._client.supports_extension("pipelining")
        if at_once:
            self._dialog.give(*commands.values())
        for phase, command in commands.items():
            self._phase = phase
            if not at_once:
                self._dialog.give(command)
            response = await self._answer()
            if not _goes_on(phase, response.code):
                if at_once and response.code != SERVICE_CLOSING:
                    await self._hear_out(phase)
                return phase, response
        self._dialog.give_body(envelope.body)
        # From here on the server may have the whole message.
        self._phase = Phase.BODY
        return Phase.BODY, await self._answer()

    async def _hear_out(self, refused: Phase) -> None:
        """Take the answers to what was given together with a command that was refused."""
        try:
            for phase in _BEFORE_THE_BODY[_BEFORE_THE_BODY.index(refused) + 1 :]:
                response = await self._answer()
                if phase is Phase.DATA and _goes_on(phase, response.code):
                    self.close()  # it wants a body all the same: any would be a mail
        except (SMTPException, OSError):
            self.close()  # the refusal is known, and counts

    async def _ask(self, command: bytes) -> SMTPResponse:
        self._dialog.begin()
        self._dialog.give(command)
        return await self._answer()

    async def _answer(self) -> SMTPResponse:
        return await self._dialog.answer(self._config.timeout_seconds)

    def _said(self, error: Exception) -> str:
        return self._config.without_password(_words(error))

    async def _reset(self, code: int) -> None:
        """Make the connection fit for another message, or close it."""
        if code == SERVICE_CLOSING:
            self.close()
            return
        try:
            if self.is_open:
                await self._ask(b"RSET")
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
