"""Opening the database for one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from comm_pipeline.services.engine import open_repositories
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

T = TypeVar("T")


def with_repositories(settings: Settings, use: Callable[[Repositories], Awaitable[T]]) -> T:
    """Call ``use`` with the repositories. Raises EnvironmentFailure if MongoDB does not answer."""
    return with_database(settings, lambda _, repositories: use(repositories))


def with_database(settings: Settings, use: Callable[[Database, Repositories], Awaitable[T]]) -> T:
    """Call ``use`` with the database, too, for what concerns every collection of it."""

    async def opened() -> T:
        async with open_repositories(settings) as (database, repositories):
            return await use(database, repositories)

    return asyncio.run(opened())
