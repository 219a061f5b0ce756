"""Real HTTP servers on loopback that behave as badly as a test wants."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

#: At the end of an answer, or in place of one: the connection is broken then.
DROP = b"(drop)"
#: At the end of an answer: more comes, a byte at a time, for ever.
TRICKLE = b"(trickle)"
_TLS_HELLO = b"\x16"


@dataclass(frozen=True)
class Seen:
    """One request, read to its end."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        fields = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def document(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[[Seen], Awaitable[bytes]]


class HttpServer:
    """What a server answers, and what it has seen."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.port = 0
        self.scheme = "http"
        self.requests: list[Seen] = []
        self.connections = 0
        self.in_flight = 0
        self.peak = 0
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while seen := await _read(reader):
                answer = await self._answer(seen)
                writer.write(answer.removesuffix(DROP).removesuffix(TRICKLE))
                await writer.drain()
                while answer.endswith(TRICKLE):
                    writer.write(b".")
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if answer.endswith(DROP):
                    writer.close()
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            self._writers.discard(writer)
            if not writer.is_closing():
                writer.transport.abort()

    def drop_all(self) -> None:
        """Break every connection, idle or not."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _answer(self, seen: Seen) -> bytes:
        self.requests.append(seen)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            return await self.behaviour(seen)
        finally:
            self.in_flight -= 1


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        begin = await reader.readexactly(1)
        if begin == _TLS_HELLO:
            return None
        head = (begin + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = first.split(" ")
    return Seen(method, path, headers, body)


@asynccontextmanager
async def http_server(
    behaviour: Behaviour, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[HttpServer]:
    """Run a server; ``tls`` encrypts it."""
    script = HttpServer(behaviour)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(script.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, backlog=1024, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    script.scheme = "https" if tls else "http"
    try:
        yield script
    finally:
        server.close()
        script.drop_all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)


def reply(status: int, body: str | bytes = "", **headers: str) -> bytes:
    """Write an answer; ``Retry_After="5"`` becomes a header."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def says(status: int, body: str | bytes = "", **headers: str) -> Behaviour:
    """Give this answer, always."""
    return writes(reply(status, body, **headers))


def says_json(status: int, document: Any, **headers: str) -> Behaviour:
    return says(status, json.dumps(document), Content_Type="application/json", **headers)


def writes(answer: bytes) -> Behaviour:
    """Write these very bytes."""

    async def behave(_: Seen) -> bytes:
        return answer

    return behave


def drops() -> Behaviour:
    """Read the whole request, then break the connection."""
    return writes(DROP)


def hangs() -> Behaviour:
    """Read the whole request and never answer."""

    async def behave(_: Seen) -> bytes:
        await asyncio.Event().wait()
        return DROP

    return behave


def waits_for(event: asyncio.Event, then: Behaviour) -> Behaviour:
    """Answer late: when ``event`` is set."""

    async def behave(seen: Seen) -> bytes:
        await event.wait()
        return await then(seen)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently each time; the last way for ever."""
    left = list(behaviours)

    async def behave(seen: Seen) -> bytes:
        return await (left.pop(0) if len(left) > 1 else left[0])(seen)

    return behave
