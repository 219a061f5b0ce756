"""``outbound_messages``: the send ledger.

Inserting an entry reserves its message: the ``_id`` is the idempotency key. From then on every
change is guarded by the status that it may follow, and by the owner who offers the message.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import uuid4

from pymongo import IndexModel, UpdateMany, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError

from comm_pipeline.domain.decision import DeliveryFact
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DELIVERY_TRANSITIONS, DeliveryStatus, sources_of
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.delivery_reports import DeliveryReports
from comm_pipeline.storage.repository import (
    Repository,
    duplicates_in,
    own_of_each,
    to_document,
)

_SENDING = {"status": DeliveryStatus.SENDING.value}
_UNHANDLED = {"is_handled": False}
#: Offered, and perhaps read: what counts for how often somebody is written to.
_OFFERED = [
    DeliveryStatus.SENDING.value,
    DeliveryStatus.SENT.value,
    DeliveryStatus.DELIVERED.value,
    DeliveryStatus.BOUNCED.value,
    DeliveryStatus.COMPLAINED.value,
    DeliveryStatus.UNKNOWN.value,
]
#: What no report can speak of.
_NOT_OFFERED_YET = [
    DeliveryStatus.QUEUED.value,
    DeliveryStatus.SENDING.value,
    DeliveryStatus.DEFERRED.value,
]
#: Entries that one update settles: each looks for its changes among those of all.
_SETTLED_AT_ONCE = 100
#: Not offered by anybody: what a gate or a postponement may touch.
_WAITING = {"status": {"$in": [DeliveryStatus.QUEUED.value, DeliveryStatus.DEFERRED.value]}}


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an offered message. ``is_handled`` False: the conversation must be told.

    ``was_offered`` False: it was marked and then stopped, which is no attempt.

    ``deferred_since`` is when a message that waits for another attempt was deferred first.
    """

    key: MessageKey
    status: DeliveryStatus
    reason: str
    settled_at: datetime
    provider_message_id: str | None = None
    next_attempt_at: datetime | None = None
    is_handled: bool = True
    raw: Mapping[str, Any] | None = None
    deferred_since: datetime | None = None
    was_offered: bool = True


@dataclass(frozen=True, slots=True)
class Postponement:
    """A waiting message that may not leave before ``until``, and why.

    ``planned_at`` is when one that is late should have left, so that it stays late.
    """

    key: MessageKey
    until: datetime
    reason: str
    planned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A message that was offered to a provider and may have reached its recipient.

    ``is_under_way``: nobody knows yet whether it does.
    """

    key: MessageKey
    conversation_id: ConversationId
    at: datetime
    is_under_way: bool


class OutboundMessageRepository(DeliveryReports, Repository):
    """The ledger: reserve, take for sending, settle."""

    name: ClassVar[str] = "outbound_messages"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel(
            [("campaign_id", 1), ("next_attempt_at", 1)],
            name="due",
            partialFilterExpression={"next_attempt_at": {"$type": "date"}},
        ),
        IndexModel([("message_id", 1)], name="message_id", unique=True),
        IndexModel([("campaign_id", 1)], name="unhandled", partialFilterExpression=_UNHANDLED),
        IndexModel([("campaign_id", 1), ("status", 1)], name="status"),
        IndexModel(
            [("status", 1), ("sending_at", 1)],
            name="unknown",
            partialFilterExpression={"status": DeliveryStatus.UNKNOWN.value},
        ),
        IndexModel(
            [("provider_message_id", 1)],
            name="provider_message_id",
            partialFilterExpression={"provider_message_id": {"$type": "string"}},
        ),
    )

    async def reserve(self, entries: Sequence[OutboundMessage]) -> int:
        """Insert entries and return how many are new; those that exist stay as they are."""
        if not entries:
            return 0
        documents = [to_document(entry) for entry in entries]
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return len(documents) - len(duplicates_in(error))
        return len(documents)

    async def get(self, key: MessageKey) -> OutboundMessage | None:
        """Return one entry, or None."""
        document = await self._collection.find_one({"_id": key})
        return None if document is None else OutboundMessage.model_validate(document)

    async def stream_due(
        self, campaign_id: CampaignId, now: datetime, size: int
    ) -> AsyncIterator[list[OutboundMessage]]:
        """Yield the entries that wait to be offered, longest first, ``size`` at a time."""
        cursor = self._collection.find(_due(campaign_id, now))
        cursor = cursor.sort("next_attempt_at", 1).batch_size(size)
        async with cursor as documents:
            while batch := await documents.to_list(size):
                yield [OutboundMessage.model_validate(document) for document in batch]

    async def count_due(self, campaign_id: CampaignId, now: datetime, limit: int) -> int:
        """Count the entries that wait to be offered now, up to ``limit``."""
        return await self._collection.count_documents(_due(campaign_id, now), limit=limit)

    async def next_attempt_at(self, campaign_id: CampaignId) -> datetime | None:
        """Return the earliest time at which an entry of the campaign waits to be offered."""
        document = await self._collection.find_one(
            {"campaign_id": campaign_id, "next_attempt_at": {"$type": "date"}} | _WAITING,
            {"next_attempt_at": 1},
            sort=[("next_attempt_at", 1)],
        )
        return document["next_attempt_at"] if document else None

    async def mark_sending(
        self,
        keys: Sequence[MessageKey],
        owner: str,
        provider: str,
        now: datetime,
        senders: Mapping[MessageKey, str | None] = MappingProxyType({}),
    ) -> set[MessageKey]:
        """Take waiting entries for an offer to ``provider`` that follows at once; return those.

        Whoever is not in the result has been taken, settled or cancelled by somebody else.
        ``senders`` are who they will be from, where that is known.
        """
        # Tells this call's from those that the same owner takes at the same time.
        token = uuid4().hex
        mark = _SENDING | {
            "owner": owner,
            "provider": provider,
            "sending_at": now,
            "next_attempt_at": None,
            "sending_token": token,
        }
        marks = _marks(keys, mark, senders)
        try:
            result = await self._collection.bulk_write(marks, ordered=False)
        except AutoReconnect:
            # As the driver repeats updates of one document; what was marked is known by the token.
            result = await self._collection.bulk_write(marks, ordered=False)
        if result.modified_count == len(keys):
            return set(keys)
        cursor = self._collection.find(
            {"_id": {"$in": list(keys)}, "sending_token": token} | _SENDING, {"_id": 1}
        )
        return {document["_id"] async for document in cursor}

    async def settle(self, settlements: Sequence[Settlement], owner: str) -> None:
        """Write the outcome of offers that ``owner`` made; a late outcome still counts."""
        if not settlements:
            return
        writes = _settled_together(settlements, {"owner": owner})
        try:
            await self._collection.bulk_write(writes, ordered=False)
        except AutoReconnect:
            # As the driver repeats updates of one document; a second time changes nothing.
            await self._collection.bulk_write(writes, ordered=False)

    async def withhold(self, settlements: Sequence[Settlement]) -> None:
        """Settle waiting entries that are not to be offered at all."""
        if settlements:
            await self._collection.bulk_write(
                _settled_together(settlements, _WAITING), ordered=False
            )

    async def postpone(self, postponements: Sequence[Postponement], now: datetime) -> None:
        """Let waiting entries wait until another time."""
        if postponements:
            await self._collection.bulk_write(
                [
                    UpdateOne(
                        {"_id": one.key} | _WAITING,
                        {
                            "$set": {
                                "next_attempt_at": one.until,
                                "reason": one.reason,
                                "postponed_at": now,
                            }
                            | ({"planned_at": one.planned_at} if one.planned_at else {})
                        },
                    )
                    for one in postponements
                ],
                ordered=False,
            )

    async def find_interrupted(
        self, campaign_id: CampaignId, owner: str, limit: int
    ) -> list[OutboundMessage]:
        """Return entries that another owner was offering; only for the holder of the lease."""
        query = {"campaign_id": campaign_id, "owner": {"$ne": owner}} | _SENDING
        cursor = self._collection.find(query).limit(limit)
        return [OutboundMessage.model_validate(document) async for document in cursor]

    async def resolve_interrupted(
        self, entry: OutboundMessage, status: DeliveryStatus, reason: str, now: datetime
    ) -> None:
        """Give an interrupted entry the status that its channel allows: unknown or deferred."""
        is_retried = status is DeliveryStatus.DEFERRED
        await self._collection.update_one(
            {"_id": entry.id, "owner": entry.owner, "sending_at": entry.sending_at} | _SENDING,
            {
                "$set": {
                    "status": status.value,
                    "reason": reason,
                    "settled_at": now,
                    "next_attempt_at": now if is_retried else None,
                }
            },
        )

    async def find_reported(
        self, key: str | None, message_id: str | None, provider_message_id: str | None
    ) -> list[OutboundMessage]:
        """Return the entries that an id names: the first of these that is given, of two at most."""
        if key is not None:
            query: Doc = {"_id": key}
        elif message_id is not None:
            query = {"message_id": message_id}
        else:
            # The type is what the partial index asks for; without it the index is not used.
            query = {"provider_message_id": {"$eq": provider_message_id, "$type": "string"}}
        cursor = self._collection.find(query).limit(2)
        return [OutboundMessage.model_validate(document) async for document in cursor]

    async def report(
        self,
        key: MessageKey,
        status: DeliveryStatus,
        reason: str,
        now: datetime,
        *,
        is_handled: bool,
    ) -> bool:
        """Write what was learned of an offered message later; False if it may not follow.

        The time at which it was settled stays: stages are timed by it.
        """
        sources = [s.value for s in sources_of(DELIVERY_TRANSITIONS, status)]
        result = await self._collection.update_one(
            {"_id": key, "status": {"$in": sources, "$nin": _NOT_OFFERED_YET}},
            {
                "$set": {
                    "status": status.value,
                    "reason": reason,
                    "reported_at": now,
                    "next_attempt_at": None,
                    "is_handled": is_handled,
                }
            },
        )
        return result.matched_count == 1

    async def find_unknown(
        self, campaign_id: CampaignId | None, limit: int
    ) -> list[OutboundMessage]:
        """Return messages whose answers were lost: of one campaign, or of all, the oldest first."""
        query: Doc = {"status": DeliveryStatus.UNKNOWN.value}
        if campaign_id is None:
            cursor = self._collection.find(query).sort("sending_at", 1)
        else:
            cursor = self._collection.find(query | {"campaign_id": campaign_id})
        documents = await cursor.limit(limit).to_list()
        return [OutboundMessage.model_validate(document) for document in documents]

    async def settle_unknown(
        self, key: MessageKey, status: DeliveryStatus, reason: str, now: datetime
    ) -> bool:
        """Write what a person found out of an unknown message; False if it is not unknown any more.

        Nobody owns it then: the answer of a slow worker comes too late.
        """
        result = await self._collection.update_one(
            {"_id": key, "status": DeliveryStatus.UNKNOWN.value},
            {
                "$set": {
                    "status": status.value,
                    "reason": reason,
                    "reported_at": now,
                    "owner": None,
                    "next_attempt_at": now if status is DeliveryStatus.QUEUED else None,
                    "is_handled": status is not DeliveryStatus.FAILED,
                    "is_given_up": status is DeliveryStatus.FAILED,
                }
            },
        )
        return result.matched_count == 1

    async def find_unhandled(self, campaign_id: CampaignId, limit: int) -> list[OutboundMessage]:
        """Return refused entries of which their conversations have not been told."""
        cursor = self._collection.find({"campaign_id": campaign_id} | _UNHANDLED).limit(limit)
        return [OutboundMessage.model_validate(document) async for document in cursor]

    async def mark_handled(self, keys: Sequence[MessageKey]) -> None:
        """Say of refused entries that their conversations have been told."""
        await self._collection.update_many(
            {"_id": {"$in": list(keys)}}, {"$set": {"is_handled": True}}
        )

    async def delivery_facts(self, keys: Sequence[MessageKey]) -> dict[MessageKey, DeliveryFact]:
        """Return what became of messages, by key."""
        fields = {"status": 1, "next_attempt_at": 1, "settled_at": 1}
        cursor = self._collection.find({"_id": {"$in": list(keys)}}, fields)
        return {
            document["_id"]: DeliveryFact(
                DeliveryStatus(document["status"]),
                document.get("next_attempt_at") or document.get("settled_at"),
                document["_id"],
            )
            async for document in cursor
        }

    async def find_offered(
        self, conversation_ids: Sequence[ConversationId], since: datetime
    ) -> list[Offered]:
        """Return the messages of conversations that were offered after ``since``.

        Their keys begin with the conversation's id, so they are found by the index of the keys.
        """
        if not conversation_ids:
            return []
        own = {"$or": _keys_of(conversation_ids)}
        cursor = self._collection.find(
            own | {"sending_at": {"$gt": since}, "status": {"$in": _OFFERED}},
            {"conversation_id": 1, "sending_at": 1, "status": 1},
        )
        return [
            Offered(
                document["_id"],
                document["conversation_id"],
                document["sending_at"],
                document["status"] == DeliveryStatus.SENDING.value,
            )
            async for document in cursor
        ]

    async def senders_used(
        self, conversation_ids: Sequence[ConversationId]
    ) -> dict[ConversationId, list[str]]:
        """Return who the messages of conversations were from, the latest first, each once.

        Messages that were offered count, whatever became of them. They are found as those of
        ``find_offered``; a conversation without any is not in the result.
        """
        if not conversation_ids:
            return {}
        own = {"$or": _keys_of(conversation_ids)}
        cursor = self._collection.find(
            own | {"sender": {"$type": "string"}},
            {"conversation_id": 1, "sending_at": 1, "sender": 1},
        )
        found = sorted(await cursor.to_list(), key=itemgetter("sending_at"), reverse=True)
        senders: dict[ConversationId, list[str]] = {}
        for document in found:
            known = senders.setdefault(document["conversation_id"], [])
            if document["sender"] not in known:
                known.append(document["sender"])
        return senders

    async def outcomes(self, keys: Sequence[MessageKey]) -> dict[MessageKey, Doc]:
        """Return what became of messages, by key: status, reason, attempts and times."""
        fields = dict.fromkeys(
            ("status", "reason", "attempts", "channel", "settled_at", "next_attempt_at"), 1
        )
        cursor = self._collection.find({"_id": {"$in": list(keys)}}, fields)
        return {document["_id"]: document async for document in cursor}

    async def find_by_message_ids(self, message_ids: Sequence[str]) -> dict[str, Doc]:
        """Return conversation and campaign of the messages with these Message-IDs."""
        fields = {"message_id": 1, "conversation_id": 1, "campaign_id": 1}
        cursor = self._collection.find({"message_id": {"$in": list(message_ids)}}, fields)
        return {document["message_id"]: document async for document in cursor}

    async def count_by_status(self, campaign_id: CampaignId) -> dict[str, int]:
        """Return how many entries of the campaign there are in each status."""
        cursor = await self._collection.aggregate(
            [
                {"$match": {"campaign_id": campaign_id}},
                {"$group": {"_id": "$status", "count": {"$sum": 1}}},
            ]
        )
        return {found["_id"]: found["count"] for found in await cursor.to_list()}


def _due(campaign_id: CampaignId, now: datetime) -> Doc:
    due: Doc = {"campaign_id": campaign_id, "next_attempt_at": {"$lte": now, "$type": "date"}}
    return due | _WAITING


def _keys_of(conversation_ids: Sequence[ConversationId]) -> list[Doc]:
    """Return the ranges of the keys of conversations' messages: they begin with their ids."""
    return [{"_id": {"$gt": f"{key}:", "$lt": f"{key};"}} for key in conversation_ids]


def _marks(
    keys: Sequence[MessageKey], mark: Doc, senders: Mapping[MessageKey, str | None]
) -> list[UpdateMany]:
    """Return the mark of waiting entries: one update for all that have the same sender."""
    sources = [s.value for s in sources_of(DELIVERY_TRANSITIONS, DeliveryStatus.SENDING)]
    by_sender: dict[str | None, list[MessageKey]] = {}
    for key in keys:
        by_sender.setdefault(senders.get(key), []).append(key)
    return [
        UpdateMany(
            {"_id": {"$in": alike}, "status": {"$in": sources}},
            {
                "$set": mark if sender is None else mark | {"sender": sender},
                "$inc": {"attempts": 1},
            },
        )
        for sender, alike in by_sender.items()
    ]


def _settled_together(
    settlements: Sequence[Settlement], guard: Mapping[str, Any]
) -> list[UpdateOne | UpdateMany]:
    """Put together what got the same status: one update of many costs a third of many."""
    updates: list[UpdateOne | UpdateMany] = []
    by_status: dict[DeliveryStatus, list[Settlement]] = {}
    for one in settlements:
        if one.was_offered:
            by_status.setdefault(one.status, []).append(one)
        else:
            updates.append(_settled(one, guard))
    for status, alike in by_status.items():
        for start in range(0, len(alike), _SETTLED_AT_ONCE):
            group = alike[start : start + _SETTLED_AT_ONCE]
            is_several = len(group) > 1
            updates.append(
                _each_settled(group, status, guard) if is_several else _settled(group[0], guard)
            )
    return updates


def _settled(settlement: Settlement, guard: Mapping[str, Any]) -> UpdateOne:
    update: Doc = {"$set": _changes(settlement)}
    if not settlement.was_offered:
        update["$inc"] = {"attempts": -1}
    return UpdateOne({"_id": settlement.key} | _may_become(settlement.status, guard), update)


def _each_settled(
    settlements: Sequence[Settlement], status: DeliveryStatus, guard: Mapping[str, Any]
) -> UpdateMany:
    """Return one update in which each entry gets its own changes, found by its place."""
    keys = [one.key for one in settlements]
    own = own_of_each(keys, [_changes(one) for one in settlements])
    return UpdateMany(
        {"_id": {"$in": keys}} | _may_become(status, guard),
        [{"$replaceWith": {"$mergeObjects": ["$$ROOT", own]}}],
    )


def _may_become(status: DeliveryStatus, guard: Mapping[str, Any]) -> Doc:
    sources = [source.value for source in sources_of(DELIVERY_TRANSITIONS, status)]
    return {"$and": [{"status": {"$in": sources}}, guard]}


def _changes(settlement: Settlement) -> Doc:
    changes: Doc = {
        "status": settlement.status.value,
        "reason": settlement.reason,
        "settled_at": settlement.settled_at,
        "next_attempt_at": settlement.next_attempt_at,
        "provider_message_id": settlement.provider_message_id,
        "is_handled": settlement.is_handled,
    }
    if settlement.deferred_since is not None:
        changes["deferred_since"] = settlement.deferred_since
    if settlement.raw:
        changes["provider_answer"] = dict(settlement.raw)
    return changes
