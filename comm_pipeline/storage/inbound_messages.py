"""``inbound_messages``: replies, written by mail ingestion or by any service of the platform."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, WriteError

from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, to_document

#: A service may leave the status out: a missing one reads as null.
_NEW: Doc = {"status": {"$in": [InboundStatus.NEW.value, None]}}
#: Server errors that say: the document would grow over 16 MB.
_TOO_LARGE = {10334, 17419, 17420}


class InboundMessageRepository(Repository):
    """Replies, and which of them have not been taken up."""

    name: ClassVar[str] = "inbound_messages"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("status", 1), ("_id", 1)], name="status"),
        IndexModel(
            [("provider_id", 1)],
            name="provider_id",
            unique=True,
            # Services that have none may leave it out or write null.
            partialFilterExpression={"provider_id": {"$type": "string"}},
        ),
        IndexModel([("conversation_id", 1)], name="conversation", sparse=True),
    )

    async def add(self, message: InboundMessage) -> bool:
        """Store a reply; False if it is there already."""
        try:
            await self._collection.insert_one(to_document(message))
        except DuplicateKeyError:
            return False
        return True

    async def find_new(self, limit: int, besides: Sequence[Any] = ()) -> list[Doc]:
        """Return replies that have not been taken up, as they were written.

        ``besides`` are ids of replies to leave out.
        """
        query = _NEW | ({"_id": {"$nin": list(besides)}} if besides else {})
        return await self._collection.find(query).limit(limit).to_list()

    async def has_new(self) -> bool:
        """Return whether a reply waits to be taken up."""
        return await self._collection.find_one(_NEW, {"_id": 1}) is not None

    async def settle(
        self, message_id: Any, status: InboundStatus, now: datetime, **details: Any
    ) -> bool:
        """Say what became of a reply, in its status alone if the document has no room for more.

        False if it has no room even for that: the reply stays new.
        """
        said: Doc = {"status": status.value}
        for changes in (said | {"settled_at": now} | details, said):
            try:
                await self._collection.update_one({"_id": message_id}, {"$set": changes})
            except WriteError as error:
                if error.code not in _TOO_LARGE:
                    raise
            else:
                return True
        return False

    async def count_by_status(self) -> dict[str, int]:
        """Return how many replies there are in each status."""
        cursor = await self._collection.aggregate(
            [{"$sort": {"status": 1}}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        return {str(found["_id"] or "new"): found["count"] for found in await cursor.to_list()}
