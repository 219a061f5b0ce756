"""``escalations``: conversations handed over to people, and answers that wait for approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, UpdateOne

from comm_pipeline.domain.escalations import (
    ESCALATION_TRANSITIONS,
    SHOWN,
    Escalation,
    EscalationKind,
    EscalationStatus,
    SaidBefore,
)
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, to_document

_OPEN: Doc = {"status": EscalationStatus.OPEN.value}
_TO_BE_TOLD: Doc = {"notify_at": {"$type": "date"}}


class EscalationRepository(Repository):
    """Hand-offs; each decision that calls a person makes one."""

    name: ClassVar[str] = "escalations"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("status", 1), ("created_at", 1)], name="open"),
        IndexModel([("campaign_id", 1), ("status", 1), ("created_at", 1)], name="campaign"),
        IndexModel([("conversation_id", 1), ("created_at", 1)], name="conversation"),
        IndexModel(
            [("campaign_id", 1), ("notify_at", 1)],
            name="to_be_told",
            partialFilterExpression=_TO_BE_TOLD,
        ),
    )

    async def open(self, escalations: Sequence[Escalation]) -> None:
        """Record hand-offs; doing it again changes nothing, but opens what was superseded."""
        if not escalations:
            return
        writes = []
        for one in escalations:
            document = to_document(one)
            key = document.pop("_id")
            writes.append(UpdateOne({"_id": key}, {"$setOnInsert": document}, upsert=True))
            superseded = {"_id": key, "status": EscalationStatus.SUPERSEDED.value}
            again = {"status": EscalationStatus.OPEN.value, "notify_at": one.notify_at}
            writes.append(UpdateOne(superseded, {"$set": again}))
        await self._collection.bulk_write(writes)

    async def find(
        self,
        campaign_id: CampaignId | None = None,
        status: EscalationStatus | None = None,
        limit: int = 100,
    ) -> list[Escalation]:
        """Return hand-offs of a status, or of all, the oldest first."""
        wanted = list(EscalationStatus) if status is None else [status]
        query: Doc = {"status": {"$in": [one.value for one in wanted]}}
        if campaign_id is not None:
            query["campaign_id"] = campaign_id
        return await self._read(query, limit)

    async def count_open(self, limit: int) -> int:
        """Count the hand-offs that wait for somebody, up to ``limit``."""
        return await self._collection.count_documents(_OPEN, limit=limit)

    async def find_open_of(self, conversation_id: ConversationId) -> list[Escalation]:
        """Return what a conversation waits for."""
        return await self._read({"conversation_id": conversation_id} | _OPEN, 100)

    async def find_latest_of(
        self, conversation_id: ConversationId, kind: EscalationKind
    ) -> Escalation | None:
        """Return the latest of a conversation and kind, open or not, or None."""
        document = await self._collection.find_one(
            {"conversation_id": conversation_id, "kind": kind.value}, sort=[("created_at", -1)]
        )
        return None if document is None else Escalation.model_validate(document)

    async def add_reply(
        self, conversation_id: ConversationId, said: SaidBefore, now: datetime
    ) -> None:
        """Add what a recipient wrote to the hand-offs of a conversation; people are told again.

        Adding the same reply again changes nothing.
        """
        await self._collection.update_many(
            {
                "conversation_id": conversation_id,
                "kind": EscalationKind.HAND_OFF.value,
                "history.message_id": {"$ne": said.message_id},
            }
            | _OPEN,
            {
                "$push": {"history": {"$each": [to_document(said)], "$slice": -SHOWN}},
                "$set": {"notify_at": now, "told": []},
                "$inc": {"heard": 1},
            },
        )

    async def close(
        self,
        escalation_id: str,
        status: EscalationStatus,
        now: datetime,
        note: str | None = None,
    ) -> bool:
        """Give an escalation its final status; False if it had one before."""
        sources = [one.value for one, legal in ESCALATION_TRANSITIONS.items() if status in legal]
        result = await self._collection.update_one(
            {"_id": escalation_id, "status": {"$in": sources}},
            {
                "$set": {
                    "status": status.value,
                    "closed_at": now,
                    "note": note,
                    "notify_at": None,
                }
            },
        )
        return result.modified_count == 1

    async def find_to_be_told(
        self, campaign_id: CampaignId, now: datetime, limit: int
    ) -> list[Escalation]:
        """Return those of a campaign of which people have to be told now."""
        query: Doc = {"campaign_id": campaign_id, "notify_at": {"$lte": now, "$type": "date"}}
        cursor = self._collection.find(query).sort("notify_at", 1).limit(limit)
        return [Escalation.model_validate(document) async for document in cursor]

    async def next_notice_at(self, campaign_id: CampaignId) -> datetime | None:
        """Return the earliest time at which people have to be told of one of a campaign."""
        document = await self._collection.find_one(
            {"campaign_id": campaign_id} | _TO_BE_TOLD,
            {"notify_at": 1},
            sort=[("notify_at", 1)],
        )
        return document["notify_at"] if document else None

    async def set_notice(
        self,
        escalation_id: str,
        told: Sequence[str],
        attempts: int,
        again_at: datetime | None,
        heard: int,
    ) -> None:
        """Say by which ways people were told of ``heard`` replies, and when it is tried again.

        If another has come meanwhile nothing is written: people are told of that one, too.
        """
        changes: dict[str, Any] = {
            "told": list(told),
            "notify_attempts": attempts,
            "notify_at": again_at,
        }
        # Documents of older versions have no count.
        known = {"_id": escalation_id, "heard": {"$in": [heard, *([None] if heard == 0 else [])]}}
        await self._collection.update_one(known | _OPEN, {"$set": changes})

    async def _read(self, query: Doc, limit: int) -> list[Escalation]:
        cursor = self._collection.find(query).sort("created_at", 1).limit(limit)
        return [Escalation.model_validate(document) async for document in cursor]
