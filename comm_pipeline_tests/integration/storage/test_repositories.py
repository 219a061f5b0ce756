"""Initialising: again and at once by many; what is missing is said."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pymongo import MongoClient

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    """A database of its own for each test: these make and drop indexes."""
    name = f"test_{uuid4().hex[:16]}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
async def repositories(database: Database) -> Repositories:
    repositories = Repositories.of(database)
    await repositories.initialize()
    return repositories


async def _missing(repositories: Repositories) -> dict[str, list[str]]:
    missing = {one.name: await one.missing_indexes() for one in repositories.all()}
    return {name: indexes for name, indexes in missing.items() if indexes}


async def _indexes(database: Database) -> dict[str, object]:
    names = await database.list_collection_names()
    return {name: await database[name].index_information() for name in names}


async def test_a_new_database_misses_every_index(database: Database) -> None:
    repositories = Repositories.of(database)
    wanted = {one.name: [i.document["name"] for i in one.indexes] for one in repositories.all()}
    assert await _missing(repositories) == {name: keys for name, keys in wanted.items() if keys}


async def test_initialising_again_changes_nothing(
    database: Database, repositories: Repositories
) -> None:
    before = await _indexes(database)
    await asyncio.gather(*(repositories.initialize() for _ in range(4)))
    assert await _indexes(database) == before
    assert await _missing(repositories) == {}


async def test_many_initialise_a_new_database_at_once(database: Database) -> None:
    await asyncio.gather(*(Repositories.of(database).initialize() for _ in range(4)))
    assert await _missing(Repositories.of(database)) == {}


async def test_an_index_that_was_dropped_is_missing_until_it_is_made_again(
    database: Database, repositories: Repositories
) -> None:
    await database["campaigns"].drop_index("due")
    assert await _missing(repositories) == {"campaigns": ["due"]}
    await repositories.initialize()
    assert await _missing(repositories) == {}


async def test_an_index_of_the_name_with_other_keys_is_missing_too(
    database: Database, repositories: Repositories
) -> None:
    await database["campaigns"].drop_index("due")
    await database["campaigns"].create_index([("name", 1)], name="due")
    assert await _missing(repositories) == {"campaigns": ["due"]}
    with pytest.raises(EnvironmentFailure, match=r"campaigns has another index .*\(due\)"):
        await repositories.initialize()


async def test_an_index_that_is_not_unique_any_more_is_missing_too(
    database: Database, repositories: Repositories
) -> None:
    await database["outbound_messages"].drop_index("message_id")
    await database["outbound_messages"].create_index([("message_id", 1)], name="message_id")
    assert await _missing(repositories) == {"outbound_messages": ["message_id"]}


async def test_every_collection_has_one_repository(repositories: Repositories) -> None:
    names = [one.name for one in repositories.all()]
    assert len(names) == len(set(names))
