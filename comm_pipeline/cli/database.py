"""Opening the database for one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from comm_pipeline.services.engine import open_repositories
from comm_pipeline.services.overview import find_campaign, find_recipient
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

T = TypeVar("T")


def with_repositories(settings: Settings, use: Callable[[Repositories], Awaitable[T]]) -> T:
    """Call ``use`` with the repositories. Raises EnvironmentFailure if MongoDB does not answer."""
    return with_database(settings, lambda _, repositories: use(repositories))


def with_campaign(
    settings: Settings, campaign: str, use: Callable[[Repositories], Awaitable[T]]
) -> T:
    """Call ``use`` if there is a campaign of that id; raises NotFoundError if not."""

    async def checked(repositories: Repositories) -> T:
        await find_campaign(repositories, campaign)
        return await use(repositories)

    return with_repositories(settings, checked)


def with_recipient(
    settings: Settings, campaign: str, recipient: str, use: Callable[[Repositories], Awaitable[T]]
) -> T:
    """Call ``use`` if the campaign has such a recipient; raises NotFoundError if not."""

    async def checked(repositories: Repositories) -> T:
        await find_recipient(repositories, campaign, recipient)
        return await use(repositories)

    return with_repositories(settings, checked)


def with_database(settings: Settings, use: Callable[[Database, Repositories], Awaitable[T]]) -> T:
    """Call ``use`` with the database, too, for what concerns every collection of it."""

    async def opened() -> T:
        async with open_repositories(settings) as (database, repositories):
            return await use(database, repositories)

    return asyncio.run(opened())
