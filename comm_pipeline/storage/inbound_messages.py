"""``inbound_messages``: replies, written by mail ingestion or by any service of the platform."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import TOO_LARGE, Repository, possible_ids, to_document

#: Whatever has not been settled: a service may leave the status out, and what it writes there that
#: is none is found, too, so that somebody can be told.
_NEW: Doc = {
    "status": {"$nin": [one.value for one in InboundStatus if one is not InboundStatus.NEW]}
}
#: What a person may assign to a conversation: what has had no effect yet.
_ASSIGNABLE: Doc = {
    "status": {
        "$in": [
            InboundStatus.UNMATCHED.value,
            InboundStatus.MALFORMED.value,
            InboundStatus.IGNORED.value,
        ]
    }
}
_BEGINNING: Doc = {"$substrCP": ["$text", 0, 500]}
#: What people are shown; bodies may be long, and stay where they are.
_SHOWN = {
    "received_at": 1,
    "status": 1,
    "reason": 1,
    "kind": 1,
    "taken_as": 1,
    "from_address": 1,
    "subject": 1,
    "text": {"$cond": [{"$eq": [{"$type": "$text"}, "string"]}, _BEGINNING, ""]},
    "source": 1,
    "report": 1,
    "conversation_id": 1,
}


class InboundMessageRepository(Repository):
    """Replies, and which of them have not been taken up."""

    name: ClassVar[str] = "inbound_messages"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("status", 1), ("_id", 1)], name="status"),
        IndexModel(
            [("provider_id", 1)],
            name="provider_id",
            unique=True,
            # Services that have none may leave it out or write null.
            partialFilterExpression={"provider_id": {"$type": "string"}},
        ),
        IndexModel([("conversation_id", 1)], name="conversation", sparse=True),
        IndexModel([("status", 1), ("received_at", -1)], name="received"),
    )

    async def add(self, message: InboundMessage) -> bool:
        """Store a reply; False if it is there already."""
        try:
            await self._collection.insert_one(to_document(message))
        except DuplicateKeyError:
            return False
        return True

    async def find_new(self, limit: int, besides: Sequence[Any] = ()) -> list[Doc]:
        """Return replies that have not been taken up, as they were written.

        ``besides`` are ids of replies to leave out.
        """
        query = _NEW | ({"_id": {"$nin": list(besides)}} if besides else {})
        return await self._collection.find(query).limit(limit).to_list()

    async def has_new(self) -> bool:
        """Return whether a reply waits to be taken up."""
        return await self._collection.find_one(_NEW, {"_id": 1}) is not None

    async def stream_applied(self, campaign_id: CampaignId, size: int) -> AsyncIterator[Doc]:
        """Yield the replies that were applied to a campaign, conversation by conversation.

        Ids of conversations begin with their campaign's, which holds neither colon nor semicolon.
        """
        ids = {"$gte": f"{campaign_id}:", "$lt": f"{campaign_id};"}
        query: Doc = {"conversation_id": ids, "status": InboundStatus.APPLIED.value}
        cursor = self._collection.find(query).sort("conversation_id", 1).batch_size(size)
        async with cursor as documents:
            async for document in documents:
                if isinstance(document.get("analysis"), dict):
                    yield document

    async def set_analysis(self, message_id: Any, analysis: Doc, now: datetime) -> None:
        """Say how a reply is understood now; its status stays."""
        await self._collection.update_one(
            {"_id": message_id}, {"$set": {"analysis": analysis, "reanalysed_at": now}}
        )

    async def settle_all(
        self, status: InboundStatus, now: datetime, replies: Sequence[tuple[Any, Doc]]
    ) -> list[int]:
        """Say what became of replies, given as ids and details.

        Returns the positions of those whose documents have no room for it: they stay as they were.
        """
        said: Doc = {"status": status.value, "settled_at": now}
        updates = [UpdateOne({"_id": id_}, {"$set": said | details}) for id_, details in replies]
        try:
            await self._collection.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            failures = error.details["writeErrors"]
            if error.details.get("writeConcernErrors") or any(
                one["code"] not in TOO_LARGE for one in failures
            ):
                raise
            return [one["index"] for one in failures]
        return []

    async def settle(
        self, message_id: Any, status: InboundStatus, now: datetime, /, **details: Any
    ) -> bool:
        """Say what became of a reply, in its status alone if the document has no room for more.

        False if it has no room even for that: the reply stays new.
        """
        said: Doc = {"status": status.value}
        for changes in (said | {"settled_at": now} | details, said):
            try:
                await self._collection.update_one({"_id": message_id}, {"$set": changes})
            except WriteError as error:
                if error.code not in TOO_LARGE:
                    raise
            else:
                return True
        return False

    async def find_latest(self, status: InboundStatus, limit: int) -> list[Doc]:
        """Return the messages of a status that came last, newest first."""
        cursor = self._collection.find({"status": status.value}, _SHOWN)
        return await cursor.sort("received_at", -1).limit(limit).to_list()

    async def find_of_conversation(
        self, conversation_id: str, status: InboundStatus, limit: int
    ) -> list[Doc]:
        """Return messages of a conversation that have a status."""
        query = {"conversation_id": conversation_id, "status": status.value}
        return await self._collection.find(query, _SHOWN).limit(limit).to_list()

    async def get_status(self, message_id: str) -> str | None:
        """Return the status of a message by its id as people write it; None if there is none."""
        query = {"_id": {"$in": possible_ids(message_id)}}
        found = await self._collection.find_one(query, {"status": 1})
        return None if found is None else str(found.get("status") or InboundStatus.NEW)

    async def assign(self, message_id: str, where: Mapping[str, str], now: datetime) -> bool:
        """Have a message that had no effect taken up again, as one of a conversation.

        ``where`` are the fields that name it. False if there is no such message, or it has had its
        effect.
        """
        result = await self._collection.update_one(
            {"_id": {"$in": possible_ids(message_id)}} | _ASSIGNABLE,
            {
                "$set": {**where, "status": InboundStatus.NEW.value, "assigned_at": now},
                "$unset": {"reason": "", "settled_at": ""},
            },
        )
        return result.modified_count == 1

    async def count_by_status(self) -> dict[str, int]:
        """Return how many replies there are in each status."""
        cursor = await self._collection.aggregate(
            [{"$sort": {"status": 1}}, {"$group": {"_id": "$status", "count": {"$sum": 1}}}]
        )
        return {str(found["_id"] or "new"): found["count"] for found in await cursor.to_list()}
