"""``inbound_messages``: replies, written by mail ingestion or by any service of the platform."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, to_document

#: A service may leave the status out: a missing one reads as null.
_NEW = {"status": {"$in": [InboundStatus.NEW.value, None]}}


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

    async def find_new(self, limit: int) -> list[Doc]:
        """Return replies that have not been taken up, as they were written."""
        return await self._collection.find(_NEW).limit(limit).to_list()

    async def has_new(self) -> bool:
        """Return whether a reply waits to be taken up."""
        return await self._collection.find_one(_NEW, {"_id": 1}) is not None

    async def settle(
        self, message_id: Any, status: InboundStatus, now: datetime, **details: Any
    ) -> None:
        """Say what became of a reply."""
        await self._collection.update_one(
            {"_id": message_id}, {"$set": {"status": status.value, "settled_at": now} | details}
        )

    async def count_by_status(self) -> dict[str, int]:
        """Return how many replies there are in each status."""
        cursor = await self._collection.aggregate(
            [{"$sort": {"status": 1}}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        return {str(found["_id"] or "new"): found["count"] for found in await cursor.to_list()}
