"""A proxy before a real IMAP server that loses connections and refuses commands."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline_tests.imap_servers import MailServer


class MeddlingProxy:
    """A TCP proxy before an IMAP server that spoils the answers to commands.

    ``cut`` and ``refuse`` take a pattern for a client's command: after it, the answer ends after
    ``cut_after`` bytes with the connection, or the command never reaches the server and is answered
    by NO. ``hidden`` names capabilities that the server seems not to have.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0
        self.cut: str | None = None
        self.cut_after = 100
        self.refuse: str | None = None
        self.hidden: tuple[str, ...] = ()
        self.commands: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        upstream = await asyncio.open_connection(LOOPBACK, self._target)
        left: list[int] = []
        there = asyncio.create_task(self._requests(reader, upstream[1], writer, left))
        back = asyncio.create_task(self._answers(upstream[0], writer, left))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (there, back):
                one.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            for end in (upstream[1], writer):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()
            self._connections.discard(task)

    async def close(self) -> None:
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        left: list[int],
    ) -> None:
        while line := await reader.readline():
            command = line.decode("utf-8", "replace")
            self.commands.append(command.strip().partition(" ")[2])
            if self.refuse and re.search(self.refuse, command):
                client.write(f"{command.split()[0]} NO [SERVERBUG] this one is broken\r\n".encode())
                continue
            if self.cut and re.search(self.cut, command):
                left.append(self.cut_after)
            server.write(line)
            await server.drain()

    async def _answers(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter, left: list[int]
    ) -> None:
        while data := await reader.read(65536):
            for name in self.hidden:
                data = re.sub(rb"(CAPABILITY[^\r]*) %b\b" % name.encode(), rb"\1", data)
            if left:
                client.write(data[: left[0]])
                left[0] -= len(data)
                if left[0] <= 0:
                    await client.drain()
                    return
            else:
                client.write(data)
            await client.drain()


@asynccontextmanager
async def meddling_proxy(server: MailServer) -> AsyncIterator[MeddlingProxy]:
    """Run a proxy before a server."""
    proxy = MeddlingProxy(server.port)
    listening = await asyncio.start_server(proxy.serve, LOOPBACK, 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
        await listening.wait_closed()
