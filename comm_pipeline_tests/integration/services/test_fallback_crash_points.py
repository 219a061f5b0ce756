"""A worker dies at any write between a reported bounce and the next channel: it is said once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import WriteConcern

from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline.services.engine import Engine, build_engine
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.fault_injection import Fuse, fused
from comm_pipeline_tests.harness import MovedClock
from comm_pipeline_tests.integration.services.test_crash_points import _is_death
from comm_pipeline_tests.many_channels import NamedChannel, channels_named

pytestmark = pytest.mark.anyio

PHONE, MAIL = "+491701234567", "ada@example.com"
#: More than the writes that follow a report; a fuse that never blows is harmless.
MOST_WRITES = 40


@dataclass
class World:
    """What outlives a worker, for one campaign of one person who has two addresses."""

    settings: Settings
    database: Database
    name: str
    channels: dict[str, NamedChannel] = field(
        default_factory=lambda: channels_named("email", "sms")
    )
    clock: MovedClock = field(default_factory=MovedClock)
    workers: int = 0

    def worker(self, fuse: Fuse) -> Engine:
        self.workers += 1
        repositories = fused(Repositories.of(self.database), fuse)
        channels = ChannelSet(self.channels, ChannelsInUse("email", frozenset(self.channels)))
        owner = f"{self.name} {self.workers}"
        return build_engine(self.settings, self.clock, owner, self.database, repositories, channels)

    async def work(self, fuse: Fuse) -> None:
        """Sweep until the worker dies or nothing is due."""
        try:
            await sweep(self.worker(fuse), timedelta(hours=1))
        except BaseException as error:
            if not _is_death(error):
                raise

    async def bury(self) -> None:
        """Let the holds of a dead worker run out."""
        await self.database["work_leases"].update_many(
            {}, {"$set": {"until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )
        self.clock.move(minutes=2)


@pytest.fixture
async def database(mongodb_uri: str, database_name: str) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        await Repositories.of(opened).initialize()
        # The server does not die here, so nobody has to wait for its disk.
        yield opened.with_options(write_concern=WriteConcern(w=1, j=False))


async def bounced(world: World) -> str:
    """Send the first message by mail, and have it reported as bounced; return its key."""
    template = a_template_document(
        global_settings={"channels": ["email", "sms"], "channel_fallback": True}
    )
    person = {"id": "ada", "contact_info": {"email": MAIL, "phone": PHONE, "first_name": "Ada"}}
    request = a_batch_request(_id=world.name, recipients=[person], template=template)
    await world.database["agent_batch_requests"].insert_one(request)
    await world.work(Fuse())
    key = f"{campaign_id_for_request(world.name)}:ada:awareness:0:first"
    report = {"_id": world.name, "idempotency_key": key, "event": "bounced"}
    await world.database["delivery_reports"].insert_one(report)
    return key


@pytest.mark.parametrize("is_after", [False, True])
async def test_whichever_write_kills_the_worker(
    mongodb_uri: str, database: Database, *, is_after: bool
) -> None:
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database.name)
    for at in range(1, MOST_WRITES):
        world = World(settings, database, f"r{at}")
        key = await bounced(world)
        fuse = Fuse(at, is_after=is_after)
        await world.work(fuse)
        await world.bury()
        await world.work(Fuse())
        await database["suppressions"].delete_many({})  # the next world writes to her too

        assert world.channels["email"].addresses == [MAIL], at
        own = {"campaign_id": campaign_id_for_request(world.name)}
        entries = await database["outbound_messages"].find(own).to_list()
        ledger = {one["_id"]: one["status"] for one in entries}
        # Killed before the offer was settled, what was said by SMS is unknown; never said twice.
        assert ledger.pop(key) == "bounced", at
        assert set(ledger) == {f"{key}:by_sms"}, at
        (status,) = ledger.values()
        assert status in {"sent", "unknown"}, (at, status)
        assert len(world.channels["sms"].sent) <= 1, at
        assert status == "unknown" or len(world.channels["sms"].sent) == 1, at
        report = await database["delivery_reports"].find_one({"_id": world.name})
        assert report is not None
        assert report["status"] == "applied", at
        if not fuse.is_blown:
            return
    raise AssertionError("the writes do not end")
