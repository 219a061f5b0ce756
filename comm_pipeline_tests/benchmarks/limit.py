"""The limit: raw PyMongo writing what the pipeline writes, in large batches and with no logic.

Four writes for each conversation: insert it, commit its first message, insert the ledger entry,
settle it. Documents and updates are those of the real code, made before the clock starts;
collections, indexes and write concern are the pipeline's.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Final

from pymongo import MongoClient, UpdateOne

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.decision import CampaignFacts, decide
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.composer import compose
from comm_pipeline.services.config_manager import campaign_variables
from comm_pipeline.services.conversation_setup import new_conversation
from comm_pipeline.services.worker_service import advance_conversation
from comm_pipeline.storage.connection import DURABLE
from comm_pipeline.storage.conversation_states import _update
from comm_pipeline.storage.outbound_messages import Settlement, _settled
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.benchmarks.workload import Doc, a_campaign, an_engine, batched, recipients

#: A batch large enough that its round trip does not count.
BATCH: Final = 1_000
#: Batches under way at once with the async client.
_IN_FLIGHT: Final = 4
_OWNER = {"owner": None}


@dataclass(frozen=True, slots=True)
class Writes:
    """What is to be written, ready."""

    conversations: list[Doc]
    commits: list[UpdateOne]
    entries: list[Doc]
    settlements: list[UpdateOne]


async def measure_limit(uri: str, database: str, count: int) -> dict[str, float]:
    """Return the seconds that the faster client needs for each of the four writes."""
    async with an_engine(uri, database) as engine:
        writes = await _prepare(engine, count)
        with _no_collector():
            concurrent = await _write_async(engine.repositories, writes)
        await _empty(engine.repositories)
    with _no_collector(), MongoClient[Doc](uri, tz_aware=True) as client:
        sequential = _write_sync(client, database, writes)
    return min(concurrent, sequential, key=lambda phases: sum(phases.values()))
