"""``campaign_metrics``: the latest metrics of each campaign, and how they stood each day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, UpdateOne

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository


class CampaignMetricsRepository(Repository):
    """Metrics documents: ``_id`` is the campaign's id, or campaign and day for the history."""

    name: ClassVar[str] = "campaign_metrics"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("campaign_id", 1), ("day", 1)], name="campaign_day"),
        IndexModel([("day", 1), ("updated_at", -1)], name="latest"),
    )

    async def put(self, documents: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Store metrics documents as the latest and as those of the day (UTC) of ``now``."""
        day = now.date().isoformat()
        updates = [
            UpdateOne({"_id": key}, {"$set": {**document, "day": marker}}, upsert=True)
            for document in documents
            for key, marker in (
                (document["campaign_id"], "latest"),
                (f"{document['campaign_id']}:{day}", day),
            )
        ]
        if updates:
            await self._collection.bulk_write(updates, ordered=False)

    async def find_latest(self, limit: int) -> list[Doc]:
        """Return the latest metrics of campaigns, those counted last first."""
        cursor = self._collection.find({"day": "latest"}).sort("updated_at", -1)
        return await cursor.limit(limit).to_list()

    async def get(self, campaign_id: CampaignId) -> Doc | None:
        """Return the latest metrics of a campaign, or None if none were computed yet."""
        return await self._collection.find_one({"_id": campaign_id})
