"""The database and the event loop on which all examples of the campaign machine run."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pymongo import WriteConcern

from comm_pipeline.services.engine import open_repositories
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database


@dataclass
class Ground:
    """One database and one event loop for all examples."""

    runner: asyncio.Runner
    settings: Settings
    database: Database
    numbers: Iterator[int] = field(default_factory=count)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)


@contextmanager
def a_ground(mongodb_uri: str, database_name: str) -> Iterator[Ground]:
    """Open a database for the machine."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        database, repositories = runner.run(stack.enter_async_context(open_repositories(settings)))
        runner.run(repositories.initialize())
        # The server does not die here, so nobody has to wait for its disk.
        quick = database.with_options(write_concern=WriteConcern(w=1, j=False))
        try:
            yield Ground(runner, settings, quick)
        finally:
            runner.run(stack.aclose())
