"""Calls over HTTP: what was answered, or whether the call can have arrived at all.

One client for every provider: connections are reused, certificates checked, redirects not followed,
answers cut off, secrets taken out of every word that comes back. What an answer means is said in
``http_answers``.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import aiohttp

from comm_pipeline.channels.http_config import HttpOptions
from comm_pipeline.channels.tls_trust import trusting
from comm_pipeline.settings.secret import HIDDEN

#: Longer answers are cut off here.
MOST_BYTES: Final = 64 * 1024
#: Below the 5 s after which many servers close an idle connection: a call that meets the closing
#: would be lost without anybody knowing whether it arrived.
_KEPT_IDLE_SECONDS: Final = 4.0

#: What is raised before a byte of the request was written, and then only.
_NEVER_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. Its repr shows neither address nor headers nor body: each may hold a secret."""

    method: Literal["GET", "HEAD", "POST"]
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: ``text`` without our secrets; not ``is_complete`` if it was cut off."""

    status: int
    text: str
    is_complete: bool = True
    retry_after: str | None = None


class LostAnswerError(Exception):
    """A call without an answer; ``may_have_arrived`` says whether the request was under way."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived


class HttpClient:
    """Up to ``options.max_in_flight`` calls at a time, within the event loop that opened it."""

    def __init__(self, options: HttpOptions, secrets: Sequence[str]) -> None:
        """Open nothing yet; ``secrets`` never leave this class, whoever repeats them."""
        self._options = options
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)
        self._free = asyncio.Semaphore(options.max_in_flight)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Read the trusted certificates; raises EnvironmentFailure. Nothing is connected yet."""
        context = await asyncio.to_thread(trusting, self._options.ca_file)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=context,
                limit=self._options.max_in_flight,
                keepalive_timeout=_KEPT_IDLE_SECONDS,
            ),
            timeout=self._timeouts(),
            headers={"User-Agent": "comm-pipeline", "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            # A small answer could unfold into one of any size.
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # The transports finish closing in the loop's next turn.
            await asyncio.sleep(0)

    async def ask(self, request: HttpRequest) -> HttpAnswer:
        """Call as soon as a place is free, once; raises LostAnswerError."""
        if self._session is None:
            raise RuntimeError("the channel is used outside of its async with block")
        async with self._free:
            # Errors are not chained: theirs repeat the address.
            try:
                return await self._ask(self._session, request)
            except _NEVER_SENT as error:
                raise LostAnswerError(self._words(error), may_have_arrived=False) from None
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise LostAnswerError(self._words(error), may_have_arrived=True) from None

    async def _ask(self, session: aiohttp.ClientSession, request: HttpRequest) -> HttpAnswer:
        async with session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
        ) as response:
            body, is_complete = await _read(response)
            return HttpAnswer(
                response.status,
                self._without_secrets(body.decode("utf-8", "replace")),
                is_complete,
                response.headers.get("Retry-After"),
            )

    def _timeouts(self) -> aiohttp.ClientTimeout:
        connect, answer = self._options.connect_timeout_seconds, self._options.timeout_seconds
        # The whole is limited too, or a server that sends a byte at a time would hold us for ever.
        return aiohttp.ClientTimeout(total=connect + answer, connect=connect, sock_read=answer)

    def _words(self, error: Exception) -> str:
        """Name what went wrong. Not every error may speak for itself: some repeat the address."""
        match error:
            case aiohttp.ConnectionTimeoutError():
                return "no connection in time"
            case TimeoutError():
                return "no answer in time"
            case aiohttp.InvalidURL():
                return "the address cannot be called"
            case aiohttp.ClientConnectorCertificateError():
                words = f"{error.host}:{error.port}: {error.certificate_error}"
            case aiohttp.ClientConnectorError():
                words = f"{error.host}:{error.port}: {error.os_error}"
            case aiohttp.ClientResponseError():
                words = f"the answer is not HTTP: {error.message}"
            case _:
                words = str(error) or type(error).__name__
        return self._without_secrets(words)

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


async def _read(response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """Return the body and whether that is all of it. Its loss does not undo the status."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_chunked(MOST_BYTES):
            body += chunk
            if len(body) > MOST_BYTES:
                return bytes(body[:MOST_BYTES]), False
    except (aiohttp.ClientError, OSError, TimeoutError):
        return bytes(body), False
    return bytes(body), True
