"""The example campaigns with simulated recipients: real services, real MongoDB, real SMTP."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from comm_pipeline.cli.demo_examples import in_short_days
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.embedded.mail_catcher import MailCatcher
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.simulation.behaviour import Behaviour, load_behaviour
from comm_pipeline.simulation.mail_readers import Letter, MailReaders
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.harness import MovedClock

#: A sweep of the demonstration comes every 5 to 8 seconds, of which 2.5 are a day.
HOURS_BETWEEN_SWEEPS = 60


@dataclass
class Town:
    """The pipeline and the people who answer it, moved by one clock."""

    engine: Engine
    readers: MailReaders
    clock: MovedClock
    mail_directory: Path
    letters: list[Letter]

    @property
    def behaviour(self) -> Behaviour:
        return load_behaviour(self.engine.settings.templates)

    async def submit(self, name: str) -> CampaignId:
        """Insert one of the example requests as the demo does, and the contacts that it names."""
        templates = self.engine.settings.templates
        requests = templates / "requests"
        contacts = json.loads((requests / "contacts.json").read_text())
        collection = self.engine.repositories.contacts._collection
        for contact in contacts:
            await collection.replace_one({"_id": contact["_id"]}, contact, upsert=True)
        document = json.loads((requests / f"{name}_request.json").read_text())
        request = in_short_days(document, templates)
        await self.engine.repositories.requests._collection.insert_one(request)
        return campaign_id_for_request(request["_id"])

    async def live(self, hours: float) -> None:
        """Let people read and write for a while, then let the pipeline do what is due."""
        until = self.clock.now + timedelta(hours=hours)
        await self.converse()
        while (due_at := self.readers.next_due_at) is not None and due_at <= until:
            self.clock.now = max(self.clock.now, due_at)
            await self.converse()
        self.clock.now = until
        report = await sweep(self.engine, timedelta(hours=1))
        assert report.failures == {}

    async def converse(self) -> None:
        self.letters += await self.readers.read_new()
        self.letters += await self.readers.write_due()

    async def live_until_completed(self, *campaigns: CampaignId) -> None:
        for _ in range(100):
            await self.live(HOURS_BETWEEN_SWEEPS)
            found = [await self.engine.repositories.campaigns.get(one) for one in campaigns]
            if all(one.status is CampaignStatus.COMPLETED for one in found):
                await self.converse()
                return
        raise AssertionError("the campaigns do not end")

    async def replies(self) -> list[Doc]:
        return await self.engine.repositories.inbound._collection.find().to_list()

    async def conversations(self, campaign_id: str) -> list[Doc]:
        conversations = self.engine.repositories.conversations
        return await conversations.find_conversation_states({"campaign_id": campaign_id})


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail") as started:
        yield started


@pytest.fixture
def settings(mongodb_uri: str, database_name: str, catcher: MailCatcher) -> Settings:
    return Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=database_name,
        smtp_host=catcher.host,
        smtp_port=catcher.port,
        smtp_security="none",
        smtp_sender="Acme Team <team@acme.example>",
    )


@pytest.fixture
async def town(settings: Settings, catcher: MailCatcher) -> AsyncIterator[Town]:
    clock = MovedClock()
    async with open_engine(settings, clock, "test worker") as engine:
        yield Town(engine, new_readers(engine, clock, catcher), clock, catcher.directory, [])


def new_readers(engine: Engine, clock: MovedClock, catcher: MailCatcher) -> MailReaders:
    behaviour = load_behaviour(engine.settings.templates)
    return MailReaders(
        engine.repositories, catcher.directory, behaviour, behaviour.seed, 1.0, clock
    )
