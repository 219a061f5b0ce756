"""A database for each module, opened as the services open it and emptied for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from pymongo import MongoClient

from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.repositories import Repositories


@pytest.fixture(scope="module")
def indexed_database(mongodb_uri: str) -> Iterator[str]:
    """The name of a database with all indexes: making them takes longer than most tests."""
    name = f"test_{uuid4().hex[:16]}"

    async def make() -> None:
        async with open_database(mongodb_uri, name) as database:
            await Repositories.of(database).initialize()

    asyncio.run(make())
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def database_name(indexed_database: str) -> str:
    return indexed_database


@pytest.fixture
async def database(
    anyio_backend: str, mongodb_uri: str, database_name: str
) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        for name in await opened.list_collection_names():
            await opened[name].delete_many({})
        yield opened


@pytest.fixture
async def repositories(database: Database) -> Repositories:
    return Repositories.of(database)
