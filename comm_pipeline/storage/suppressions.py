"""``suppressions``: addresses that are never written to, with reason and source."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from comm_pipeline.storage.repository import Repository


class SuppressionRepository(Repository):
    """The suppression list; its ``_id`` is the address in its one normal form."""

    name: ClassVar[str] = "suppressions"

    async def add(self, address: str, reason: str, source: str, now: datetime) -> None:
        """Suppress an address; the first reason stays."""
        await self._collection.update_one(
            {"_id": address},
            {"$setOnInsert": {"reason": reason, "source": source, "created_at": now}},
            upsert=True,
        )

    async def find(self, addresses: Sequence[str]) -> dict[str, str]:
        """Return those of the addresses that are suppressed, with the reason of each."""
        cursor = self._collection.find({"_id": {"$in": list(addresses)}}, {"reason": 1})
        return {document["_id"]: document.get("reason", "") async for document in cursor}
