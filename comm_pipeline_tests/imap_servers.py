"""Real IMAP servers on loopback: pymap runs in the test's process."""

import asyncio
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from imap_tools.mailbox import BaseMailBox, MailBoxUnencrypted
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline.mailbox.imap_config import ImapConfig

T = TypeVar("T")

USER, PASSWORD = "ada@acme.example", "secret"
#: Not INBOX, so that it can be made anew with another UIDVALIDITY.
FOLDER = "Replies"


@dataclass
class MailServer:
    """A server with the folders ``Replies`` and ``Done``, and other clients of the account."""

    name: str
    port: int
    user: str = USER

    def config(self, **overrides: Any) -> ImapConfig:
        values: dict[str, Any] = {
            "host": LOOPBACK,
            "port": self.port,
            "security": "none",
            "username": self.user,
            "password": PASSWORD,
            "folder": FOLDER,
            "timeout_seconds": 10,
        }
        return ImapConfig(**values | overrides)

    async def other_client(self, act: Callable[[BaseMailBox], T], folder: str = FOLDER) -> T:
        """Do something as another program with the same account open does."""

        def run() -> T:
            with MailBoxUnencrypted(LOOPBACK, self.port, timeout=10) as client:
                client.login(self.user, PASSWORD, initial_folder=folder)
                return act(client)

        return await asyncio.to_thread(run)

    async def deliver(self, *sources: bytes, at: datetime | None = None) -> None:
        """Put mail into the folder."""

        def append(client: BaseMailBox) -> None:
            for source in sources:
                client.append(source, FOLDER, dt=at)

        await self.other_client(append, folder="INBOX")

    async def number_anew(self, *sources: bytes) -> None:
        """Make the folder anew: another UIDVALIDITY, and UIDs from 1."""

        def remake(client: BaseMailBox) -> None:
            client.folder.delete(FOLDER)
            client.folder.create(FOLDER)
            for source in sources:
                client.append(source, FOLDER)

        await self.other_client(remake, folder="INBOX")

    async def flags(self, folder: str = FOLDER) -> list[tuple[str, ...]]:
        """Return the flags of each mail, without the one that a session sets by itself."""

        def read(client: BaseMailBox) -> list[tuple[str, ...]]:
            found = client.fetch(mark_seen=False)
            return [tuple(flag for flag in one.flags if flag != "\\Recent") for one in found]

        return await self.other_client(read, folder)

    async def make_folders(self) -> None:
        def make(client: BaseMailBox) -> None:
            for folder in (FOLDER, "Done"):
                client.folder.create(folder)

        await self.other_client(make, folder="INBOX")


@asynccontextmanager
async def pymap_server(
    *, tls: ssl.SSLContext | None = None, is_implicit: bool = False
) -> AsyncIterator[MailServer]:
    """Run pymap; with ``tls`` it wants STARTTLS, or is encrypted from the start."""
    arguments = Namespace(
        host=None,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=tls is not None,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )
    options: dict[str, Any] = {"hash_context": BuiltinHash(rounds=1)} | (
        {"ssl_context": tls} if tls else {}
    )
    backend, config = await DictBackend.init(arguments, **options)
    config.apply_context()
    serve = IMAPServer(backend.login, config)
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await serve(reader, writer, SocketInfoLocal(writer))
        finally:
            connections.discard(task)

    server = await asyncio.start_server(connected, LOOPBACK, 0, ssl=tls if is_implicit else None)
    try:
        yield MailServer("pymap", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()
