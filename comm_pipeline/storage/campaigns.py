"""``campaigns``: one document for each batch request that became a campaign."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, OperationFailure

from comm_pipeline.domain.campaign_rules import Priority
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CAMPAIGN_TRANSITIONS, CampaignStatus, sources_of
from comm_pipeline.errors import IllegalTransitionError, InvalidTemplateError, NotFoundError
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.repository import TOO_LARGE, Repository, to_document

#: From the first to the last that have their turn.
_RANKS = range(len(Priority))
_WITHOUT_RECIPIENTS = {"recipients": 0}
_WITHOUT_TEMPLATE = _WITHOUT_RECIPIENTS | {"template_document": 0}
#: Templates kept: a pass asks for its campaign every few moments, and the template is most of it.
_TEMPLATES_KEPT = 64
#: Statuses in which no pass has anything to do.
_PARKED = [
    CampaignStatus.PAUSED.value,
    CampaignStatus.COMPLETED.value,
    CampaignStatus.CANCELLED.value,
    CampaignStatus.FAILED.value,
]
_NOT_ENDED = [status.value for status, following in CAMPAIGN_TRANSITIONS.items() if following]
#: Earlier versions of its template that a campaign names.
_VERSIONS_KEPT = 20
_NO_ROOM = (
    "template: does not fit into the campaign's document, which holds the ids of its recipients "
    "too (16 MB); make it smaller"
)


class CampaignRepository(Repository):
    """Campaigns, which of them are due, and their changes of status."""

    name: ClassVar[str] = "campaigns"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel(
            [("rank", 1), ("next_due_at", 1)],
            name="due",
            partialFilterExpression={"next_due_at": {"$type": "date"}},
        ),
        IndexModel([("status", 1), ("_id", 1)], name="status"),
        IndexModel([("created_at", -1)], name="created"),
    )

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        #: Version and document of the template by campaign; the version is the document's digest.
        self._templates: dict[CampaignId, tuple[str, Any]] = {}

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
        known = self._templates.get(campaign_id)
        document = known and await self._collection.find_one(
            {"_id": campaign_id, "template_version": known[0]}, _WITHOUT_TEMPLATE
        )
        if known and document:
            document["template_document"] = known[1]
            return Campaign.model_validate(document)
        document = await self._collection.find_one({"_id": campaign_id}, _WITHOUT_RECIPIENTS)
        if document is None:
            raise NotFoundError(f"there is no campaign {campaign_id!r}")
        self._keep_template(campaign_id, document)
        return Campaign.model_validate(document)

    def _keep_template(self, campaign_id: CampaignId, document: Doc) -> None:
        self._templates.pop(campaign_id, None)
        if len(self._templates) >= _TEMPLATES_KEPT:
            self._templates.pop(next(iter(self._templates)))
        self._templates[campaign_id] = (
            document.get("template_version", ""),
            document.get("template_document", {}),
        )

    async def is_active(self, campaign_id: CampaignId) -> bool:
        """Return whether a campaign is active at this moment."""
        document = await self._collection.find_one({"_id": campaign_id}, {"status": 1})
        return document is not None and document["status"] == CampaignStatus.ACTIVE.value

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
        """Return due campaigns, ids only: by rank, and in each those due for longest first."""
        found: list[CampaignId] = []
        for rank in _RANKS:
            if len(found) < limit:
                query = {"rank": rank, "next_due_at": {"$lte": now, "$type": "date"}}
                cursor = self._collection.find(query, {"_id": 1}).sort("next_due_at", 1)
                documents = await cursor.limit(limit - len(found)).to_list()
                found += [document["_id"] for document in documents]
        return found

    async def count_answers(self, campaign_id: CampaignId, by_hour: Mapping[int, int]) -> None:
        """Add answers that came, by the hour of their recipients' day."""
        counts = {f"answers_by_hour.{hour}": count for hour, count in by_hour.items()}
        await self._collection.update_one({"_id": campaign_id}, {"$inc": counts})

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

    async def pin_template(self, campaign: Campaign, expected_version: str, now: datetime) -> bool:
        """Write the template of ``campaign``, and its first stage, end and rank by it.

        False, and nothing is written, if the stored one has not the version ``expected_version``
        any more, or has ended. Raises InvalidTemplateError if the template is too large for it.
        """
        earlier = {"version": expected_version, "replaced_at": now}
        changes = {
            "template_document": campaign.template_document,
            "template_version": campaign.template_version,
            "initial_stage": campaign.initial_stage,
            "schedule.end_date": campaign.ends_at,
            "rank": campaign.rank,
        }
        history = {"template_history": {"$each": [earlier], "$slice": -_VERSIONS_KEPT}}
        try:
            result = await self._collection.update_one(
                {
                    "_id": campaign.id,
                    "template_version": expected_version,
                    "status": {"$in": _NOT_ENDED},
                },
                {"$set": changes, "$push": history},
            )
        except OperationFailure as error:
            if error.code not in TOO_LARGE:
                raise
            raise InvalidTemplateError(_NO_ROOM) from error
        except DocumentTooLarge as error:
            raise InvalidTemplateError(_NO_ROOM) from error
        return result.matched_count == 1

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

    async def park(
        self, campaign_id: CampaignId, wakeups: int, next_due_at: datetime | None = None
    ) -> None:
        """Plan nothing for one that is paused or has ended, if not woken since ``wakeups``.

        ``next_due_at`` is when there are people to be told of something of it.
        """
        await self._collection.update_one(
            {
                "_id": campaign_id,
                "wakeups": wakeups,
                "status": {"$in": _PARKED},
                "next_due_at": {"$ne": None},
            },
            {"$set": {"next_due_at": next_due_at}},
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
