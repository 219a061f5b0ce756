"""A TCP proxy before MongoDB that loses an answer: the server has acted, its client never hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from comm_pipeline.embedded.ports import LOOPBACK


class LossyProxy:
    """Forwards everything, until ``lose_answer_to`` names the command whose answer is lost."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._command: bytes | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.lost = 0
        self.uri = ""

    def lose_answer_to(self, command: str) -> None:
        """Lose the answer to the next command of that name, and close its connection."""
        # How a command starts in BSON: a text (type 2) whose key is the command's name.
        self._command = b"\x02" + command.encode() + b"\x00"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until either side closes it or an answer is lost."""
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            upstream = await asyncio.open_connection(*self._target)
            await self._forward((reader, writer), upstream)
        finally:
            self._connections.discard(task)
            writer.close()

    async def close(self) -> None:
        """End all connections."""
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _forward(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        lossy = asyncio.Event()
        there = asyncio.create_task(self._requests(client[0], server[1], lossy))
        back = asyncio.create_task(self._answers(server[0], client[1], lossy))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            server[1].close()
            with suppress(OSError):
                await server[1].wait_closed()

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lossy: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if self._command is not None and self._command in data:
                self._command = None
                lossy.set()
            writer.write(data)
            await writer.drain()

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lossy: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if lossy.is_set():
                self.lost += 1
                return
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def lossy_proxy(mongodb_uri: str) -> AsyncIterator[LossyProxy]:
    """Run a proxy before a server on loopback for the block; ``uri`` is its address."""
    address = urlsplit(mongodb_uri)
    assert address.hostname is not None
    assert address.port is not None
    proxy = LossyProxy((address.hostname, address.port))
    server = await asyncio.start_server(proxy.serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    # Directly: a replica set would tell its clients the address behind the proxy.
    proxy.uri = f"mongodb://{LOOPBACK}:{port}/?directConnection=true"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
