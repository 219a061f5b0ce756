"""A worker may die at any write and at any send: nothing is sent twice, and nothing is lost."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import WriteConcern

from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.services.engine import Engine, build_engine, open_repositories
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import DURABLE, Database, Doc
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.fault_injection import Fuse, FusedChannel, Killed, fused
from comm_pipeline_tests.harness import MovedClock, RecordingChannel

pytestmark = pytest.mark.anyio

#: The people of each campaign, and how it ends for them.
OUTCOMES = {"silent": "no_response", "eager": "success", "tired": "opted_out"}
#: What may become of a message when its worker is killed; nothing may be left waiting.
FINAL = {"sent", "unknown", "suppressed", "cancelled"}
#: How long the claim of a dead worker on a batch request holds at most.
CLAIM = timedelta(seconds=301)


@dataclass
class World:
    """What outlives a worker: the database, the provider, and time."""

    settings: Settings
    database: Database
    name: str
    provider: RecordingChannel = field(default_factory=RecordingChannel)
    clock: MovedClock = field(default_factory=MovedClock)
    workers: int = 0

    @property
    def campaign_id(self) -> CampaignId:
        return campaign_id_for_request(self.name)

    @property
    def repositories(self) -> Repositories:
        return Repositories.of(self.database)

    def worker(self, fuse: Fuse | None = None) -> Engine:
        """Start a worker that nobody has seen before."""
        self.workers += 1
        fuse = fuse or Fuse()
        return build_engine(
            self.settings,
            self.clock,
            f"{self.name} worker {self.workers}",
            self.database,
            fused(self.repositories, fuse),
            FusedChannel(self.provider, fuse),
        )

    async def request(self) -> None:
        people = [
            a_recipient(1, id=one, contact_info={"email": self.address(one), "first_name": one})
            for one in OUTCOMES
        ]
        template = a_template_document()
        template["stages"]["awareness"]["messages"][0]["timing"]["max_follow_ups"] = 1
        document = a_batch_request(_id=self.name, recipients=people, template=template)
        await self.repositories.requests._collection.insert_one(document)

    async def reply(self, person: str, text: str) -> None:
        message = {
            "campaign_id": self.campaign_id,
            "recipient_id": person,
            "text": text,
            "received_at": self.clock(),
        }
        await self.repositories.inbound._collection.insert_one(message)

    def address(self, person: str) -> str:
        return f"{person}.{self.name}@example.com"

    async def flush(self) -> None:
        """Wait until snapshots, which reconciling reads, hold all that was written."""
        durable = self.database["flushed"].with_options(write_concern=DURABLE)
        await durable.insert_one({"world": self.name})

    async def bury(self) -> None:
        """Let the holds of a dead worker run out."""
        await self.repositories.leases._collection.update_many(
            {}, {"$set": {"until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )
        self.clock.now += CLAIM


async def live_through(world: World, fuse: Fuse) -> None:
    """Lead a campaign from its request to its end; the worker is replaced when it dies."""
    engine = world.worker(fuse)

    async def work() -> None:
        nonlocal engine
        try:
            report = await sweep(engine, timedelta(days=1))
        except BaseException as error:
            if not _is_death(error):
                raise
            await world.bury()
            engine = world.worker()
            report = await sweep(engine, timedelta(days=1))
        assert report.failures == {}

    await world.request()
    await work()
    world.clock.move(hours=1)
    await world.reply("eager", "Yes, tell me more")
    await world.reply("tired", "STOP")
    await work()
    world.clock.move(hours=1)
    await world.reply("eager", "Send the proposal")
    await work()
    for _ in range(50):
        due = await _next_due(world)
        if due is None:
            return
        world.clock.now = max(due, world.clock.now + timedelta(seconds=1))
        await work()


def _is_death(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_death(inner) for inner in error.exceptions)
    return isinstance(error, Killed)


async def _next_due(world: World) -> datetime | None:
    campaign = await world.repositories.campaigns.get(world.campaign_id)
    return campaign.next_due_at


async def problems_of(world: World, fuse: Fuse) -> list[str]:
    """Return what is not as it has to be after the end, whatever happened on the way."""
    await world.flush()
    ledger = await world.repositories.ledger._collection.find(
        {"campaign_id": world.campaign_id}
    ).to_list()
    states = await world.repositories.conversations.find_conversation_states(
        {"campaign_id": world.campaign_id}
    )
    statuses = {entry["_id"]: entry["status"] for entry in ledger}
    found = [
        *_wrong_endings(states),
        *_wrong_messages(states, statuses, world.provider),
        *await world.worker().metrics.reconcile(world.campaign_id),
    ]
    if not fuse.is_blown and set(statuses.values()) != {"sent"}:
        found.append(f"nobody died, but {statuses}")
    request = await world.repositories.requests._collection.find_one({"_id": world.name})
    campaign = await world.repositories.campaigns.get(world.campaign_id)
    if request is None or request["status"] != "completed" or campaign.status != "completed":
        found.append(f"request {request and request['status']}, campaign {campaign.status}")
    waiting = await world.repositories.inbound.count_by_status()
    if set(waiting) != {"applied"}:
        found.append(f"replies: {waiting}")
    return [f"{world.name}: {problem}" for problem in found]


def _wrong_endings(states: list[Doc]) -> list[str]:
    endings = {state["user_id"]: state["outcome"] for state in states}
    return [] if endings == OUTCOMES else [f"endings: {endings}"]


def _wrong_messages(
    states: list[Doc], statuses: dict[str, str], provider: RecordingChannel
) -> list[str]:
    offers = Counter(message.idempotency_key for message in provider.sent)
    written = [
        entry["message_id"]
        for state in states
        for entry in state["message_history"]
        if entry["direction"] == "outbound"
    ]
    allowed = {"sent": {1}, "unknown": {0, 1}}
    return [
        *(f"sent {count} times: {key}" for key, count in offers.items() if count > 1),
        *(f"written, not in the ledger: {key}" for key in written if key not in statuses),
        *(f"left {status}: {key}" for key, status in statuses.items() if status not in FINAL),
        *(f"offered, never written: {key}" for key in offers if key not in written),
        *(
            f"{status}, but offered {offers[key]} times: {key}"
            for key, status in statuses.items()
            if offers[key] not in allowed.get(status, {0})
        ),
        *(f"outbox not empty: {state['_id']}" for state in states if state["outbox"]),
        *(f"doubled in the history: {key}" for key, n in Counter(written).items() if n > 1),
    ]


@asynccontextmanager
async def a_database(uri: str, name: str) -> AsyncIterator[tuple[Settings, Database]]:
    settings = Settings(mongodb_uri=uri, mongodb_database=name)
    async with open_repositories(settings) as (database, repositories):
        await repositories.initialize()
        # The server does not die here, so nobody has to wait for its disk.
        yield settings, database.with_options(write_concern=WriteConcern(w=1, j=False))


async def _clean_run(settings: Settings, database: Database) -> int:
    world, fuse = World(settings, database, "clean"), Fuse()
    await live_through(world, fuse)
    assert await problems_of(world, fuse) == []
    assert len(world.provider.sent) == 5
    return fuse.count


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_a_worker_may_die_at_any_write_or_send(
    mongodb_uri: str,
    database_name: str,
    is_after: bool,
) -> None:
    found: list[str] = []
    async with a_database(mongodb_uri, database_name) as (settings, database):
        count = await _clean_run(settings, database)
        for point in range(1, count + 1):
            world = World(settings, database, f"point{point}")
            fuse = Fuse(at=point, is_after=is_after)
            await live_through(world, fuse)
            found += await problems_of(world, fuse)
    assert count > 40
    assert "\n".join(found) == ""


async def test_a_provider_that_refuses_copies_is_asked_again(
    mongodb_uri: str, database_name: str
) -> None:
    """Nothing is unknown then: each message is offered until there is an answer."""
    async with a_database(mongodb_uri, database_name) as (settings, database):
        found = [
            problem
            for point in range(1, await _clean_run(settings, database) + 1, 3)
            for problem in await _dies_with_idempotent_provider(settings, database, point)
        ]
    assert "\n".join(found) == ""


async def _dies_with_idempotent_provider(
    settings: Settings, database: Database, point: int
) -> list[str]:
    world = World(settings, database, f"safe{point}")
    world.provider.accepts_idempotency_key = True
    await live_through(world, Fuse(at=point, is_after=True))
    ledger: list[dict[str, Any]] = await world.repositories.ledger._collection.find(
        {"campaign_id": world.campaign_id}
    ).to_list()
    offered = {message.idempotency_key for message in world.provider.sent}
    return [
        f"{world.name}: {entry['_id']} is {entry['status']}"
        for entry in ledger
        if entry["status"] != "sent" or entry["_id"] not in offered
    ]
