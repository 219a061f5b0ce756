"""``work_leases``: who works on which campaign, and how many campaigns are worked on at once.

A lease is held until a time that its owner moves on while it lives. Times are the server's
(``$$NOW``), so the clocks of workers do not matter. Losing a lease is safe: every write is guarded
by itself; leases only keep two workers from doing the same work.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository

_IS_OVER = {"$expr": {"$lte": ["$until", "$$NOW"]}}


class WorkLeaseRepository(Repository):
    """Leases on campaigns, and on the slots that bound how many are worked on at once."""

    name: ClassVar[str] = "work_leases"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("slot", 1)], name="slot", sparse=True, unique=True),
    )

    async def acquire(self, campaign_id: CampaignId, owner: str, hold: timedelta) -> bool:
        """Take the lease on a campaign; False if another owner holds it."""
        lease = f"campaign:{campaign_id}"
        taken = await self._collection.find_one_and_update(
            {"_id": lease} | _IS_OVER, _held(owner, hold)
        )
        if taken is not None:
            return True
        try:
            await self._collection.update_one(
                {"_id": lease, "owner": owner}, _held(owner, hold), upsert=True
            )
        except DuplicateKeyError:
            return False
        return True

    async def acquire_slot(self, slots: int, owner: str, hold: timedelta) -> int | None:
        """Take one of ``slots`` slots; None if all are held."""
        for _ in range(2):
            found = await self._collection.find_one_and_update(
                {"slot": {"$lt": slots}} | _IS_OVER,
                _held(owner, hold),
                return_document=ReturnDocument.AFTER,
            )
            if found is not None:
                return int(found["slot"])
            if not await self._add_slots(slots):
                return None
        return None

    async def renew(self, lease: str, owner: str, hold: timedelta) -> bool:
        """Hold on to a lease; False if it has gone to somebody else."""
        result = await self._collection.update_one(
            {"_id": lease, "owner": owner}, _held(owner, hold)
        )
        return result.matched_count == 1

    async def release(self, lease: str, owner: str) -> None:
        """Give a lease back."""
        await self._collection.update_one(
            {"_id": lease, "owner": owner}, [{"$set": {"until": "$$NOW", "owner": None}}]
        )

    async def holder(self, campaign_id: CampaignId) -> Doc | None:
        """Return owner and end of the lease on a campaign, or None if nobody holds it."""
        return await self._collection.find_one(
            {"_id": f"campaign:{campaign_id}", "$expr": {"$gt": ["$until", "$$NOW"]}}
        )

    async def held(self, campaign_ids: Sequence[CampaignId]) -> set[CampaignId]:
        """Return those of the campaigns that somebody holds."""
        names = {f"campaign:{campaign_id}": campaign_id for campaign_id in campaign_ids}
        cursor = self._collection.find(
            {"_id": {"$in": list(names)}, "$expr": {"$gt": ["$until", "$$NOW"]}}, {"_id": 1}
        )
        return {names[document["_id"]] async for document in cursor}

    async def _add_slots(self, slots: int) -> int:
        """Make the slots that do not exist; return how many were made."""
        existing = await self._collection.count_documents({"slot": {"$lt": slots}})
        if existing >= slots:
            return 0
        for slot in range(slots):
            await self._collection.update_one(
                {"_id": f"slot:{slot}"},
                [{"$set": {"slot": slot, "until": {"$ifNull": ["$until", "$$NOW"]}}}],
                upsert=True,
            )
        return slots - existing


def _held(owner: str, hold: timedelta) -> list[dict[str, Any]]:
    milliseconds = int(hold.total_seconds() * 1000)
    until = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": milliseconds}}
    return [{"$set": {"owner": {"$literal": owner}, "until": until}}]
