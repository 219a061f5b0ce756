"""What is learned of ledger entries after they were offered: reports, answers, a stop.

A part of the repository of ``outbound_messages``: what the inbox asks of it and writes to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from comm_pipeline.domain.addresses import forms_of
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.messages import MessageKind
from comm_pipeline.domain.statuses import DELIVERY_TRANSITIONS, DeliveryStatus, sources_of
from comm_pipeline.storage.connection import Collection, Doc

#: Reports kept with an entry; older ones go first.
_REPORTS_KEPT = 20
_FIELDS = dict.fromkeys(("message_id", "conversation_id", "campaign_id", "address"), 1)
#: Neither offered nor given up.
_WAITING = [DeliveryStatus.QUEUED.value, DeliveryStatus.DEFERRED.value]


@dataclass(frozen=True, slots=True)
class OurMessage:
    """A message of ours that somebody refers to."""

    key: MessageKey
    message_id: str
    conversation_id: ConversationId
    campaign_id: CampaignId
    address: str

    @classmethod
    def of(cls, document: Doc) -> Self:
        """Read it from a ledger entry."""
        return cls(
            document["_id"],
            document["message_id"],
            document["conversation_id"],
            document["campaign_id"],
            document.get("address") or "",
        )


class DeliveryReports:
    """Ledger entries, as those see them who were told something about them."""

    _collection: Collection

    async def find_ours(self, message_ids: Sequence[str]) -> dict[str, OurMessage]:
        """Return our messages with these Message-IDs, by Message-ID."""
        if not message_ids:
            return {}
        return await self._find({"message_id": {"$in": list(message_ids)}})

    async def find_by_tokens(self, tokens: Sequence[str]) -> dict[str, OurMessage]:
        """Return our messages whose Message-ID begins with one of these, by Message-ID.

        The domain is left open: it may have been another one when the message was sent.
        """
        if not tokens:
            return {}
        # From "<token@" to "<tokenA": a range of the index, where a pattern would scan it.
        ranges = [{"message_id": {"$gt": f"<{one}@", "$lt": f"<{one}A"}} for one in tokens]
        return await self._find({"$or": ranges})

    async def _find(self, query: Doc) -> dict[str, OurMessage]:
        documents = await self._collection.find(query, _FIELDS).to_list()
        return {document["message_id"]: OurMessage.of(document) for document in documents}

    async def get_ours(self, key: MessageKey) -> OurMessage | None:
        """Return one of our messages, or None."""
        document = await self._collection.find_one({"_id": key}, _FIELDS)
        return None if document is None else OurMessage.of(document)

    async def record_report(
        self,
        key: MessageKey,
        report_id: str,
        report: Mapping[str, Any],
        status: DeliveryStatus | None,
        now: datetime,
        *,
        is_handled: bool = True,
    ) -> None:
        """Keep a report with its message, once, and give the message its status.

        A message that may not go from its status to that one keeps its own: reports come late and
        in any order. ``is_handled`` False: its conversation has to be told.
        """
        await self._collection.update_one(
            {"_id": key, "reports.id": {"$ne": report_id}},
            {
                "$push": {
                    "reports": {
                        "$each": [{"id": report_id, "at": now, **report}],
                        "$slice": -_REPORTS_KEPT,
                    }
                }
            },
        )
        if status is None:
            return
        sources = [source.value for source in sources_of(DELIVERY_TRANSITIONS, status)]
        await self._collection.update_one(
            {"_id": key, "status": {"$in": sources}},
            {
                "$set": {
                    "status": status.value,
                    "reason": _reason(report),
                    # When it was settled stays: stages are timed by it.
                    "reported_at": now,
                    "next_attempt_at": None,
                    "is_handled": is_handled,
                }
            },
        )

    async def stop_waiting(
        self,
        conversation_ids: Sequence[ConversationId],
        status: DeliveryStatus,
        reason: str,
        now: datetime,
        *,
        follow_ups_only: bool = False,
        stage_messages_only: bool = False,
        address: str | None = None,
    ) -> int:
        """Settle what has not left of some conversations; return how many messages that were.

        With an ``address`` only what is on its way there; of ``stage_messages_only`` neither
        answers nor what people wrote.
        """
        if not conversation_ids:
            return 0
        # Keys begin with the conversation's id.
        own = [{"_id": {"$gt": f"{key}:", "$lt": f"{key};"}} for key in conversation_ids]
        query: Doc = {"$or": own, "status": {"$in": _WAITING}}
        if follow_ups_only:
            query["follow_up"] = {"$gt": 0}
        if stage_messages_only:
            query["kind"] = {"$in": [MessageKind.MESSAGE.value, None]}
        if address is not None:
            query["address"] = {"$in": forms_of(address)}
        result = await self._collection.update_many(
            query,
            {
                "$set": {
                    "status": status.value,
                    "reason": reason,
                    "settled_at": now,
                    "next_attempt_at": None,
                    "is_handled": True,
                }
            },
        )
        return result.modified_count

    async def release(self, conversation_id: ConversationId, rule: str, now: datetime) -> int:
        """Make due at ``now`` what waits of a conversation by a rule; return how many that were."""
        held: Doc = {
            "_id": {"$gt": f"{conversation_id}:", "$lt": f"{conversation_id};"},
            "status": {"$in": _WAITING},
            "reason": {"$gte": f"{rule}: ", "$lt": f"{rule}; "},
        }
        result = await self._collection.update_many(held, {"$set": {"next_attempt_at": now}})
        return result.modified_count


def _reason(report: Mapping[str, Any]) -> str:
    words = [str(report.get(name) or "") for name in ("kind", "status", "diagnostic")]
    return ": ".join(word for word in words if word)[:1_000]
