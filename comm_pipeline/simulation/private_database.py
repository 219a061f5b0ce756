"""A database that belongs to one simulation and is dropped with it, whatever ends it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

from pymongo import WriteConcern

from comm_pipeline.embedded.mongod import running_mongod_uri, start_mongod
from comm_pipeline.settings import Settings
from comm_pipeline.settings.secret import MongoUri
from comm_pipeline.storage.connection import Database, open_database

#: How the names of these databases begin: whatever a power failure leaves behind may be dropped.
PREFIX = "comm_pipeline_simulation_"
#: Nobody needs what a simulation wrote after the server died: nothing waits for disk or members.
_IN_MEMORY = WriteConcern(w=1, j=False)


@contextmanager
def reachable_mongodb(settings: Settings) -> Iterator[Settings]:
    """Yield settings with the address of MongoDB: the configured or the embedded one.

    The embedded one is started for the block if it does not run. Raises EnvironmentFailure.
    """
    if settings.mongodb_uri is not None:
        yield settings
        return
    running = running_mongod_uri(settings.home)
    if running is not None:
        yield settings.model_copy(update={"mongodb_uri": MongoUri(running)})
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with start_mongod(settings.home) as mongod:
        yield settings.model_copy(update={"mongodb_uri": MongoUri(mongod.uri)})


@asynccontextmanager
async def private_database(uri: str) -> AsyncIterator[Database]:
    """Open a new database under a random name, for the running event loop, and drop it after.

    It is dropped after an error and after Ctrl-C too. Raises EnvironmentFailure.
    """
    async with open_database(uri, f"{PREFIX}{uuid4().hex[:16]}") as opened:
        try:
            yield opened.with_options(write_concern=_IN_MEMORY)
        finally:
            await asyncio.shield(opened.client.drop_database(opened.name))
