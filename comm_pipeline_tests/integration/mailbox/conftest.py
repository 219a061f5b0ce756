"""Mailboxes on two IMAP servers, and a database to read them into."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline.services.mail_ingestion import MailIngestion, MailIngestionReport
from comm_pipeline.storage.connection import Database, Doc, open_database
from comm_pipeline.storage.inbound_messages import InboundMessageRepository
from comm_pipeline.storage.mailbox_positions import MailboxPositionRepository
from comm_pipeline_tests.dovecot import dovecot_server
from comm_pipeline_tests.harness import MovedClock
from comm_pipeline_tests.imap_servers import MailServer, pymap_server
from comm_pipeline_tests.mail_builders import OWN


class Inbox:
    """The service on a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbound = InboundMessageRepository(database)
        self.positions = MailboxPositionRepository(database)
        self.clock = MovedClock()
        self.service = MailIngestion(self.inbound, self.positions, OWN, self.clock)

    async def ingest(self, config: ImapConfig, most: int = 1_000) -> MailIngestionReport:
        async with ImapSource(config) as source:
            return await self.service.ingest(source, most)

    async def stored(self) -> list[Doc]:
        return await self.database["inbound_messages"].find().sort("found_in.uid", 1).to_list()

    async def texts(self) -> list[str]:
        return [document["text"] for document in await self.stored()]


@pytest.fixture
async def inbox(anyio_backend: str, mongodb_uri: str, database_name: str) -> AsyncIterator[Inbox]:
    async with open_database(mongodb_uri, database_name) as database:
        opened = Inbox(database)
        await opened.inbound.initialize()
        yield opened


@pytest.fixture
async def pymap(anyio_backend: str) -> AsyncIterator[MailServer]:
    async with pymap_server() as server:
        await server.make_folders()
        yield server


@pytest.fixture(scope="session")
def running_dovecot() -> Iterator[MailServer]:
    with dovecot_server() as server:
        yield server


@pytest.fixture
async def dovecot(running_dovecot: MailServer, anyio_backend: str) -> MailServer:
    account = replace(running_dovecot, user=f"{uuid4().hex}@acme.example")
    await account.make_folders()
    return account


@pytest.fixture(params=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest) -> MailServer:
    found: MailServer = request.getfixturevalue(request.param)
    return found
