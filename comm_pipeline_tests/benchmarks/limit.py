"""The limit: raw PyMongo writing what the pipeline writes, in large batches and with no logic.

Four writes for each conversation: insert it, commit its first message, insert the ledger entry,
settle it, each by an update of its own. Documents and updates are those of the real code, made
before the clock starts; collections, indexes and write concern are the pipeline's. (The pipeline
itself settles in one update what was answered alike at the same time, which this does not.)
"""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Final

from pymongo import MongoClient

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.messages import OutboundMessage, ledger_entry
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.conversation_setup import new_conversation
from comm_pipeline.services.engine import Engine
from comm_pipeline.storage.connection import DURABLE
from comm_pipeline.storage.conversation_commits import update_of
from comm_pipeline.storage.outbound_messages import Settlement, _settled
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.benchmarks.first_pass import FirstPass
from comm_pipeline_tests.benchmarks.workload import Doc, a_campaign, an_engine, batched, recipients

#: So large that the round trip does not count; larger ones are no faster.
_BATCH: Final = 1_000
#: Batches that the async client has under way at once.
_IN_FLIGHT: Final = 4
_STATES: Final = "conversation_states"
_LEDGER: Final = "outbound_messages"
_OWNER: Final = "limit"

Seconds = dict[str, float]


@dataclass(frozen=True, slots=True)
class Write:
    """One of the four writes: every batch of ``items`` goes to a method of a collection."""

    name: str
    collection: str
    method: str
    items: Sequence[Any]


async def measure_limit(uri: str, database: str, count: int) -> dict[str, Seconds]:
    """Return the seconds of each write, for PyMongo's async and sync client."""
    async with an_engine(uri, database) as engine:
        campaign, template = await a_campaign(engine, count)
        writes = await prepare_writes(campaign, template, count, engine.clock())
        with _collector_at_rest():
            by_async = await _write_async(engine, writes)
        await _empty(engine)
    with _collector_at_rest(), MongoClient[Doc](uri, tz_aware=True) as client:
        return {"async": by_async, "sync": _write_sync(client, database, writes)}


async def prepare_writes(
    campaign: Campaign, template: CampaignTemplate, count: int, now: datetime
) -> list[Write]:
    """Return what the pipeline writes for the first messages of a campaign."""
    first_pass = FirstPass.of(campaign, template)
    states = [
        new_conversation(campaign, template, recipient, position, {}, now)
        for position, recipient in enumerate(recipients(count))
    ]
    commits = [await first_pass(state, now) for state in states]
    entries = [_offered(ledger_entry(one.after, e)) for one in commits for e in one.entries]
    assert len(entries) == count
    documents = [to_document(state) for state in states]
    return [
        Write("insert conversations", _STATES, "insert_many", documents),
        Write(
            "commit conversations", _STATES, "bulk_write", [update_of(c, "limit") for c in commits]
        ),
        Write("insert ledger entries", _LEDGER, "insert_many", [to_document(e) for e in entries]),
        Write("settle ledger entries", _LEDGER, "bulk_write", [_sent(e, now) for e in entries]),
    ]


def _offered(entry: OutboundMessage) -> OutboundMessage:
    """Return the entry as it is while it is offered, so that settling it is legal."""
    return entry.model_copy(update={"status": DeliveryStatus.SENDING, "owner": _OWNER})


def _sent(entry: OutboundMessage, now: datetime) -> Any:
    settlement = Settlement(entry.id, DeliveryStatus.SENT, "250 accepted", now)
    return _settled(settlement, {"owner": _OWNER})


async def _write_async(engine: Engine, writes: Sequence[Write]) -> Seconds:
    seconds = {}
    for write in writes:
        start = perf_counter()
        batches = batched(write.items, _BATCH)
        await asyncio.gather(*(_write_batches(engine, write, batches) for _ in range(_IN_FLIGHT)))
        seconds[write.name] = perf_counter() - start
    return seconds


async def _write_batches(engine: Engine, write: Write, batches: Iterator[Sequence[Any]]) -> None:
    method = getattr(_collection(engine, write.collection), write.method)
    for batch in batches:  # shared: each task takes the next
        await method(batch, ordered=False)


def _write_sync(client: MongoClient[Doc], database: str, writes: Sequence[Write]) -> Seconds:
    opened = client.get_database(database, write_concern=DURABLE)
    seconds = {}
    for write in writes:
        start = perf_counter()
        method = getattr(opened[write.collection], write.method)
        for batch in batched(write.items, _BATCH):
            method(batch, ordered=False)
        seconds[write.name] = perf_counter() - start
    return seconds


async def _empty(engine: Engine) -> None:
    """Empty both collections, so that the second client finds what the first one found."""
    for name in (_STATES, _LEDGER):
        await _collection(engine, name).drop()
    await engine.repositories.initialize()


def _collection(engine: Engine, name: str) -> Any:
    return next(one._collection for one in engine.repositories.all() if one.name == name)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from looking through the prepared documents again and again."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
