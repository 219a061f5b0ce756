"""Every query uses an index, sorts nothing, and looks at about as much as it returns."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient, MongoClient

from comm_pipeline.storage.connection import DURABLE, Database, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import Repository
from comm_pipeline_tests.builders import START
from comm_pipeline_tests.integration.storage.explaining import FACTOR, SLACK, ExplainingListener
from comm_pipeline_tests.integration.storage.many_documents import (
    DUE,
    LARGE,
    MANY,
    RARE,
    SIZE,
    TINY,
    fill,
)
from comm_pipeline_tests.integration.storage.query_cases import CASES, VARIANTS

pytestmark = pytest.mark.anyio

#: What counts everything of a campaign or a collection; people ask for it, and metrics do.
COUNTS = {name for name in CASES if name.endswith(".count_by_status")}
#: What only stores; the server needs no plan for it.
INSERTS = {
    "requests.insert",
    "campaigns.create",
    "conversations.create_conversation_state",
    "conversations.create_many",
    "ledger.reserve",
    "inbound.add",
}
CHEAP = {name: call for name, call in (CASES | VARIANTS).items() if name not in COUNTS | INSERTS}


@pytest.fixture(scope="module")
def large_database(mongodb_uri: str) -> Iterator[str]:
    """The name of a database of realistic size."""
    name = f"test_{uuid4().hex[:16]}"

    async def make() -> None:
        async with open_database(mongodb_uri, name) as database:
            await fill(database)

    asyncio.run(make())
    yield name
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def listener(mongodb_uri: str, large_database: str) -> Iterator[ExplainingListener]:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield ExplainingListener(client[large_database])


@pytest.fixture
async def watched(
    anyio_backend: str, mongodb_uri: str, large_database: str, listener: ExplainingListener
) -> AsyncIterator[Database]:
    """The large database, with every command to it explained before it is sent."""
    client = AsyncMongoClient[dict[str, Any]](
        mongodb_uri, tz_aware=True, event_listeners=[listener]
    )
    async with client:
        yield client.get_database(large_database, write_concern=DURABLE)


@pytest.mark.parametrize("name", sorted(CHEAP))
async def test_a_query_costs_what_it_returns(
    name: str, watched: Database, listener: ExplainingListener
) -> None:
    await CHEAP[name](Repositories.of(watched))
    assert listener.problems == []
    assert listener.explained
    assert [fault for one in listener.explained for fault in one.complaints()] == []


@pytest.mark.parametrize("name", sorted(COUNTS))
async def test_counting_reads_the_index_alone(
    name: str, watched: Database, listener: ExplainingListener
) -> None:
    await CASES[name](Repositories.of(watched))
    (counted,) = listener.explained
    assert listener.problems == []
    assert not counted.stages & {"COLLSCAN", "SORT"}
    assert counted.documents_examined == 0
    assert counted.examined <= max(SIZE, MANY) + SLACK


@pytest.mark.parametrize("name", sorted(INSERTS))
async def test_storing_looks_nothing_up(
    name: str, watched: Database, listener: ExplainingListener
) -> None:
    await CASES[name](Repositories.of(watched))
    assert listener.problems == []
    assert listener.explained == []


def test_every_method_of_every_repository_has_a_case() -> None:
    assert sorted(_repository_methods()) == sorted(CASES)


async def test_a_lookup_without_an_index_would_be_noticed(
    watched: Database, listener: ExplainingListener
) -> None:
    await watched["conversation_states"].find({"reason": "none"}).sort("reason").to_list()
    (found,) = listener.explained
    assert {"COLLSCAN", "SORT"} <= found.stages
    assert len(found.complaints()) == 3


async def test_a_lookup_with_a_poor_index_would_be_noticed(
    watched: Database, listener: ExplainingListener
) -> None:
    query = {"campaign_id": LARGE[2], "user_id": {"$ne": None}, "version": 12}
    await watched["conversation_states"].find(query).to_list()
    (found,) = listener.explained
    assert not found.stages & {"COLLSCAN", "SORT"}
    assert len(found.complaints()) == 1


#: Queries that more than one index can serve: the server remembers which was best last time.
_AMBIGUOUS: dict[str, tuple[Any, int]] = {
    "find_outbox": (lambda r, c: r.conversations.find_outbox(c, 100), RARE),
    "has_open": (lambda r, c: r.conversations.has_open(c), 1),
    "find_unhandled": (lambda r, c: r.ledger.find_unhandled(c, 100), RARE),
    "find_interrupted": (lambda r, c: r.ledger.find_interrupted(c, "me", 100), RARE),
    "ledger_next_attempt_at": (lambda r, c: r.ledger.next_attempt_at(c), 1),
    "ledger_stream_due": (lambda r, c: _exhaust(r.ledger.stream_due(c, START, 25)), DUE),
}


@pytest.mark.parametrize("name", sorted(_AMBIGUOUS))
async def test_a_plan_remembered_from_a_tiny_campaign_does_no_harm(
    name: str, mongodb_uri: str, large_database: str
) -> None:
    call, most = _AMBIGUOUS[name]
    async with open_database(mongodb_uri, large_database) as database:
        repositories = Repositories.of(database)
        for _ in range(5):
            await call(repositories, TINY)
        await database.command("profile", 2)
        try:
            await call(repositories, LARGE[2])
        finally:
            await database.command("profile", 0)
        ran = await database["system.profile"].find({"op": {"$in": ["query", "getmore"]}}).to_list()
        await database["system.profile"].drop()
    examined = sum(max(one["docsExamined"], one["keysExamined"]) for one in ran)
    assert ran
    assert examined <= FACTOR * most + SLACK, [one["planSummary"] for one in ran]


def _repository_methods() -> Iterator[str]:
    for field in fields(Repositories):
        repository = Repositories.__annotations__[field.name]
        assert issubclass(repository, Repository)
        for name, member in inspect.getmembers(repository):
            is_async = inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)
            if is_async and not name.startswith("_") and not hasattr(Repository, name):
                yield f"{field.name}.{name}"


async def _exhaust(stream: AsyncIterator[Any]) -> None:
    async for _ in stream:
        pass
