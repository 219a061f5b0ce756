"""A database for each test, opened as the services open it."""

from collections.abc import AsyncIterator

import pytest

from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.repositories import Repositories


@pytest.fixture
async def database(
    anyio_backend: str, mongodb_uri: str, database_name: str
) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        yield opened


@pytest.fixture
async def repositories(database: Database) -> Repositories:
    repositories = Repositories.of(database)
    await repositories.initialize()
    return repositories
