"""The documents of a database, taken and put back, so that each death begins at the same place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from comm_pipeline.storage.connection import Database, Doc

Snapshot = Mapping[str, list[Doc]]

_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


async def taken_of(database: Database) -> Snapshot:
    """Return every document, by collection."""
    names = await database.list_collection_names()
    return {name: await database[name].find().to_list() for name in names}


async def put_back(database: Database, snapshot: Snapshot) -> None:
    """Make the documents those of the snapshot; indexes stay as they are."""
    for name in await database.list_collection_names():
        await database[name].delete_many({})
    for name, documents in snapshot.items():
        if documents:
            await database[name].insert_many(documents)


async def end_holds(database: Database) -> None:
    """Let what dead workers hold run out, instead of waiting for it."""
    await database["work_leases"].update_many({}, {"$set": {"until": _LONG_AGO}})
    claimed = {"claim.until": {"$exists": True}}
    await database["agent_batch_requests"].update_many(
        claimed, {"$set": {"claim.until": _LONG_AGO}}
    )
