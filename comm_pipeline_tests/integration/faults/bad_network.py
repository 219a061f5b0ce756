"""A proxy before MongoDB that is cut, slow, or swallows everything without a word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline_tests.integration.storage.lossy_proxy import LossyProxy

#: Directly, as a replica set would tell its clients the address behind the proxy; and of a driver
#: that notices within two seconds that nothing comes any more, instead of within half a minute.
_OPTIONS = "directConnection=true&heartbeatFrequencyMS=500&connectTimeoutMS=1000"


class BadNetwork(LossyProxy):
    """Forwards everything; ``delay`` holds back each answer, in seconds."""

    delay = 0.0
    is_cut = False
    is_silent = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.close()
            return
        await super().serve(reader, writer)

    async def cut(self) -> None:
        """Break every connection, and let none come to be."""
        self.is_cut = True
        for task in list(self._connections):
            task.cancel()

    async def swallow(self) -> None:
        """Let no answer through any more, and close nothing."""
        self.is_silent = True

    async def mend(self) -> None:
        """Be a good network again."""
        self.is_cut = self.is_silent = False
        self.delay = 0.0
        for task in list(self._connections):
            task.cancel()

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lossy: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if self.is_silent:
                await asyncio.Event().wait()
            if lossy.is_set():
                self.lost += 1
                return
            await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def bad_network(mongodb_uri: str) -> AsyncIterator[BadNetwork]:
    """Run a proxy before a server on loopback for the block; ``uri`` is its address."""
    address = urlsplit(mongodb_uri)
    assert address.hostname is not None
    assert address.port is not None
    proxy = BadNetwork((address.hostname, address.port))
    server = await asyncio.start_server(proxy.serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    proxy.uri = f"mongodb://{LOOPBACK}:{port}/?{_OPTIONS}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
