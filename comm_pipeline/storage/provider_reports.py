"""``delivery_reports``: what providers report later, written by any service of the platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel

from comm_pipeline.domain.provider_reports import ReportStatus
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository

#: Every status that is none of ours: one that a service writes may not go unseen.
_NEW: Doc = {"status": {"$nin": [one.value for one in ReportStatus if one is not ReportStatus.NEW]}}


class ProviderReportRepository(Repository):
    """Reports, and which of them have to be looked at."""

    name: ClassVar[str] = "delivery_reports"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("status", 1), ("next_look_at", 1)], name="status"),
    )

    async def find_due(self, now: datetime, limit: int) -> list[Doc]:
        """Return reports to look at, as they were written: new ones, and those to look at again."""
        new = await self._collection.find(_NEW).limit(limit).to_list()
        if len(new) == limit:
            return new
        return new + await self._collection.find(_waiting(now)).limit(limit - len(new)).to_list()

    async def has_due(self, now: datetime) -> bool:
        """Return whether a report has to be looked at."""
        for query in (_NEW, _waiting(now)):
            if await self._collection.find_one(query, {"_id": 1}) is not None:
                return True
        return False

    async def settle(
        self,
        report_id: Any,
        status: ReportStatus,
        now: datetime,
        *,
        left: Mapping[str, Any] | None = None,
        **details: Any,
    ) -> None:
        """Say what became of a report; with ``left``, that is all that is left of it besides."""
        said = {"status": status.value, "settled_at": now, "next_look_at": None} | details
        update: Any = {"$set": said}
        if left is not None:
            update = [{"$replaceWith": {"$literal": {**left, **said, "_id": report_id}}}]
        await self._collection.update_one({"_id": report_id}, update)

    async def look_again(self, report_id: Any, looks: int, at: datetime, reason: str) -> None:
        """Look at a report again later: its message is not there or not settled yet."""
        waiting = {
            "status": ReportStatus.WAITING.value,
            "looks": looks,
            "next_look_at": at,
            "reason": reason,
        }
        await self._collection.update_one({"_id": report_id}, {"$set": waiting})


def _waiting(now: datetime) -> Doc:
    return {"status": ReportStatus.WAITING.value, "next_look_at": {"$lte": now, "$type": "date"}}
