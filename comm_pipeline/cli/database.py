"""Opening the database for one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from comm_pipeline.services.engine import open_repositories
from comm_pipeline.settings import Settings
from comm_pipeline.storage.repositories import Repositories

T = TypeVar("T")


def with_repositories(settings: Settings, use: Callable[[Repositories], Awaitable[T]]) -> T:
    """Call ``use`` with the repositories. Raises EnvironmentFailure if MongoDB does not answer."""

    async def opened() -> T:
        async with open_repositories(settings) as (_, repositories):
            return await use(repositories)

    return asyncio.run(opened())
