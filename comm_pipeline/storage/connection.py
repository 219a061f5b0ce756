"""How MongoDB is reached: acknowledged by a majority, journaled, with aware datetimes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any

from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings.secret import without_uri_secrets
from comm_pipeline.storage.failures import NO_ANSWER, failures_explained, remedy_for, words_of

Doc = dict[str, Any]
Database = AsyncDatabase[Doc]
Collection = AsyncCollection[Doc]

#: An acknowledged write survives the loss of the server, on a replica set as on a lone server.
DURABLE = WriteConcern(w="majority", j=True)
#: How long to look for a server before saying that there is none.
SERVER_SELECTION_MS = 5_000


@asynccontextmanager
async def open_database(
    uri: str, name: str, *, pool_size: int = 50, max_idle_ms: int = 30_000
) -> AsyncIterator[Database]:
    """Open the database for the running event loop, to which the client then belongs.

    Raises EnvironmentFailure if the address is wrong or nothing answers there, and for whatever
    MongoDB fails to do in the block.
    """
    try:
        client: AsyncMongoClient[Doc] = AsyncMongoClient(
            uri,
            tz_aware=True,
            tzinfo=UTC,
            # Others store dates and texts that Python does not have: one must not hide the rest.
            datetime_conversion="DATETIME_AUTO",
            unicode_decode_error_handler="replace",
            maxPoolSize=pool_size,
            maxIdleTimeMS=max_idle_ms,
            serverSelectionTimeoutMS=SERVER_SELECTION_MS,
            appname="comm_pipeline",
        )
    except (ConfigurationError, InvalidURI, ValueError) as error:
        words = without_uri_secrets(str(error), uri)
        raise EnvironmentFailure(f"MONGODB_URI is not a valid address: {words}") from None
    async with client:
        await _answer(client, uri)
        with failures_explained(uri):
            # A secondary may not know yet who has opted out, whatever the address prefers.
            yield client.get_database(
                name, write_concern=DURABLE, read_preference=ReadPreference.PRIMARY
            )


async def _answer(client: AsyncMongoClient[Doc], uri: str) -> None:
    try:
        await client.admin.command("ping")
    except PyMongoError as error:
        words = words_of(error, uri)
        raise EnvironmentFailure(f"{remedy_for(error) or NO_ANSWER}: {words}") from None
