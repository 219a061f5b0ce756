"""``campaigns``: one document for each batch request that became a campaign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CAMPAIGN_TRANSITIONS, CampaignStatus, sources_of
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, to_document

_WITHOUT_RECIPIENTS = {"recipients": 0}
#: Statuses in which no pass has anything to do.
_PARKED = [
    CampaignStatus.PAUSED.value,
    CampaignStatus.COMPLETED.value,
    CampaignStatus.CANCELLED.value,
    CampaignStatus.FAILED.value,
]


class CampaignRepository(Repository):
    """Campaigns, which of them are due, and their changes of status."""

    name: ClassVar[str] = "campaigns"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel(
            [("next_due_at", 1)],
            name="due",
            partialFilterExpression={"next_due_at": {"$type": "date"}},
        ),
        IndexModel([("status", 1), ("_id", 1)], name="status"),
        IndexModel([("created_at", -1)], name="created"),
    )

    async def create(self, campaign: Campaign, recipient_ids: Sequence[str]) -> bool:
        """Store a new campaign with the ids of its recipients; False if it exists already."""
        document = to_document(campaign) | {"recipients": list(recipient_ids)}
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def get(self, campaign_id: CampaignId) -> Campaign:
        """Return a campaign. Raises NotFoundError if there is none of that id."""
        document = await self._collection.find_one({"_id": campaign_id}, _WITHOUT_RECIPIENTS)
        if document is None:
            raise NotFoundError(f"there is no campaign {campaign_id!r}")
        return Campaign.model_validate(document)

    async def find(
        self, status: CampaignStatus | None = None, after: str = "", limit: int = 100
    ) -> list[Campaign]:
        """Return a page of campaigns by id, from after the id ``after``; all states or one."""
        query: Doc = {"_id": {"$gt": after}} | ({"status": status.value} if status else {})
        cursor = self._collection.find(query, _WITHOUT_RECIPIENTS).sort("_id", 1).limit(limit)
        return [Campaign.model_validate(document) async for document in cursor]

    async def find_latest(self, limit: int) -> list[Campaign]:
        """Return the campaigns that were created last, newest first."""
        cursor = self._collection.find({}, _WITHOUT_RECIPIENTS).sort("created_at", -1)
        return [Campaign.model_validate(document) async for document in cursor.limit(limit)]

    async def find_due(self, now: datetime, limit: int) -> list[CampaignId]:
        """Return the campaigns that have been due for longest, ids only."""
        cursor = self._collection.find({"next_due_at": {"$lte": now, "$type": "date"}}, {"_id": 1})
        found = await cursor.sort("next_due_at", 1).limit(limit).to_list()
        return [document["_id"] for document in found]

    async def change_status(
        self, campaign_id: CampaignId, status: CampaignStatus, **changes: Any
    ) -> Campaign:
        """Move a campaign to ``status`` in one guarded update, with further changes.

        Raises IllegalTransitionError, and changes nothing, if it may not go there from where it is.
        """
        sources = [source.value for source in sources_of(CAMPAIGN_TRANSITIONS, status)]
        document = await self._collection.find_one_and_update(
            {"_id": campaign_id, "status": {"$in": sources}},
            {"$set": {"status": status.value, **changes}},
            projection=_WITHOUT_RECIPIENTS,
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            current = await self.get(campaign_id)
            raise IllegalTransitionError(
                f"campaign {campaign_id} is {current.status} and may not become {status}"
            )
        return Campaign.model_validate(document)

    async def wake(self, campaign_ids: Sequence[CampaignId], now: datetime) -> None:
        """Make campaigns due at ``now`` or when they were already, whatever a pass finds."""
        await self._collection.update_many(
            {"_id": {"$in": list(campaign_ids)}, "status": CampaignStatus.ACTIVE.value},
            [
                {
                    "$set": {
                        "wakeups": {"$add": [{"$ifNull": ["$wakeups", 0]}, 1]},
                        "next_due_at": {"$min": [{"$ifNull": ["$next_due_at", now]}, now]},
                    }
                }
            ],
        )

    async def set_next_due(
        self, campaign_id: CampaignId, next_due_at: datetime | None, wakeups: int
    ) -> bool:
        """Say when a pass has to look again; False if the campaign was woken since ``wakeups``."""
        result = await self._collection.update_one(
            {"_id": campaign_id, "wakeups": wakeups, "status": CampaignStatus.ACTIVE.value},
            {"$set": {"next_due_at": next_due_at, "error": None}},
        )
        return result.matched_count == 1

    async def reschedule(self, campaign_id: CampaignId, at: datetime) -> None:
        """Look at a scheduled campaign again at another time."""
        await self._collection.update_one(
            {"_id": campaign_id, "status": CampaignStatus.SCHEDULED.value},
            {"$set": {"next_due_at": at}},
        )

    async def look_again(self, campaign_id: CampaignId, now: datetime) -> None:
        """Make a campaign due at ``now``, whatever its status: something of it was left over."""
        await self._collection.update_one(
            {"_id": campaign_id}, {"$set": {"next_due_at": now}, "$inc": {"wakeups": 1}}
        )

    async def park(self, campaign_id: CampaignId) -> None:
        """Plan nothing for a campaign that is paused or has ended."""
        await self._collection.update_one(
            {"_id": campaign_id, "status": {"$in": _PARKED}, "next_due_at": {"$ne": None}},
            {"$set": {"next_due_at": None}},
        )

    async def postpone(self, campaign_id: CampaignId, until: datetime, reason: str) -> None:
        """Let a due campaign wait until another time, and say why."""
        await self._collection.update_one(
            {"_id": campaign_id, "next_due_at": {"$lte": until}},
            {"$set": {"next_due_at": until, "error": reason[:4000]}},
        )

    async def count_by_status(self) -> dict[str, int]:
        """Return how many campaigns there are in each status."""
        cursor = await self._collection.aggregate(
            [{"$sort": {"status": 1}}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        return {found["_id"]: found["count"] for found in await cursor.to_list()}
