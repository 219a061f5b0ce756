"""``operator_alerts``: what the person in charge has to know, until it is dealt with."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pymongo import IndexModel

from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository


class OperatorAlertRepository(Repository):
    """Alerts; one of the same id is counted, not doubled."""

    name: ClassVar[str] = "operator_alerts"
    indexes: ClassVar[Sequence[IndexModel]] = (IndexModel([("last_at", -1)], name="latest"),)

    async def raise_alert(self, alert_id: str, message: str, now: datetime) -> None:
        """Record an alert, or that it has come again."""
        await self._collection.update_one(
            {"_id": alert_id},
            {
                "$set": {"message": message[:4000], "last_at": now},
                "$setOnInsert": {"first_at": now},
                "$inc": {"count": 1},
            },
            upsert=True,
        )

    async def find_latest(self, limit: int) -> list[Doc]:
        """Return the latest alerts, newest first."""
        return await self._collection.find().sort("last_at", -1).limit(limit).to_list()
