"""The dialog on an open SMTP connection: commands go out, answers come back in their order.

aiosmtplib opens the connection, encrypts it and logs in. It waits for the answer to each command
and loses the others that have come with it, so from then on this protocol reads the answers: of
several commands that were given at once (PIPELINING, RFC 2920) none is lost.
"""

import asyncio
import re
from collections import deque
from typing import Final

from aiosmtplib import (
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

#: Longer ones are no answers; RFC 5321 has 512 characters a line.
_LONGEST_ANSWER: Final = 64 * 1024
_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")


class SmtpDialog(asyncio.Protocol):
    """Takes a connection over; one user at a time gives commands and takes as many answers."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._received = b""
        self._answers: deque[SMTPResponse] = deque()
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether more may be given."""
        return self._error is None and not self._transport.is_closing()

    def begin(self) -> None:
        """Forget what was said without being asked, so that it is no answer to what follows."""
        self._received = b""
        self._answers.clear()

    def give(self, *lines: bytes) -> None:
        """Give commands at once, each a line without its end.

        Raises SMTPServerDisconnected if the connection is lost, ValueError for a line that is none.
        """
        if any(map(_CONTROL.search, lines)):
            raise ValueError("an SMTP command holds a control character")
        self.give_body(b"".join(line + b"\r\n" for line in lines))

    def give_body(self, body: bytes) -> None:
        """Give bytes as they are; raises SMTPServerDisconnected if the connection is lost."""
        if not self.is_open:
            raise self._error or SMTPServerDisconnected("Connection lost")
        self._transport.write(body)

    async def answer(self, timeout_seconds: float) -> SMTPResponse:
        """Return the next answer.

        Raises SMTPServerDisconnected, SMTPReadTimeoutError, SMTPResponseException for what is none.
        """
        if not self._answers:
            await self._wait(timeout_seconds)
        return self._answers.popleft()

    async def _wait(self, timeout_seconds: float) -> None:
        if self._error is not None:
            raise self._error
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(timeout_seconds, self._give_up, self._waiter)
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _give_up(self, waiter: asyncio.Future[None]) -> None:
        if not waiter.done():
            waiter.set_exception(SMTPReadTimeoutError("Timed out waiting for server response"))

    def data_received(self, data: bytes) -> None:
        """Read whole answers; of several lines only the last has no dash behind its code."""
        received = self._received + data
        lines: list[bytes] = []
        start = begin = 0
        while (end := received.find(b"\n", start) + 1) > 0:
            line, start = received[start:end], end
            if not line[:3].isdigit():
                self._fail(_no_answer(f"Malformed SMTP response line: {_text(line)}"))
                return
            lines.append(line)
            if line[3:4] != b"-":
                words = b"\n".join(line[4:].strip() for line in lines)
                self._answers.append(SMTPResponse(int(line[:3]), _text(words)))
                lines, begin = [], end
        self._received = received[begin:]
        if len(self._received) > _LONGEST_ANSWER:
            self._fail(_no_answer("Response too long"))
        elif self._answers:
            self._wake()

    def eof_received(self) -> None:
        """Take the end of what the server says for the connection's."""
        self._fail(SMTPServerDisconnected("Unexpected EOF received"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits, or asks later."""
        error = SMTPServerDisconnected("Connection lost")
        error.__cause__ = exc
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if self._answers:
            self._waiter.set_result(None)
        elif self._error is not None:
            self._waiter.set_exception(self._error)


def _no_answer(words: str) -> SMTPResponseException:
    return SMTPResponseException(SMTPStatus.invalid_response.value, words)


def _text(words: bytes) -> str:
    return words.decode("utf-8", "surrogateescape")
