"""``conversation_states``: one document for each recipient and campaign, the source of truth.

A commit is a compare-and-set of one document on ``version`` that writes state, history and
decisions together. All commits of a batch carry its token, so that a commit whose answer was lost
can be told from one that somebody else made.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import AutoReconnect, BulkWriteError

from comm_pipeline.domain.addresses import forms_of
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.gates import GateFacts
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.errors import NotFoundError
from comm_pipeline.storage.broken_conversations import (
    readable,
    readable_facts,
    set_aside_damaged,
    set_aside_full,
)
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.conversation_commits import Commit, updates_of
from comm_pipeline.storage.repository import Repository, duplicates_in, to_document

#: What passes do not read: it grows with the conversation, and no decision depends on it.
_WITHOUT_HISTORY = {"message_history": 0, "decisions": 0}
_HAS_OUTBOX = {"outbox.0": {"$exists": True}}
_OPEN = [ConversationStatus.ACTIVE.value, ConversationStatus.ESCALATED.value]


class ConversationStateRepository(Repository):
    """Conversation states, one by one as the class diagram has it, and in bulk for the services."""

    name: ClassVar[str] = "conversation_states"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("campaign_id", 1), ("status", 1), ("next_action_at", 1)], name="due"),
        IndexModel([("user_id", 1), ("campaign_id", 1)], name="user"),
        IndexModel(
            [("address", 1), ("campaign_id", 1)],
            name="one_conversation_an_address",
            unique=True,
            partialFilterExpression={"address": {"$type": "string"}},
        ),
        IndexModel([("campaign_id", 1)], name="outbox", partialFilterExpression=_HAS_OUTBOX),
        *(
            IndexModel(
                [(f"contact.{kind}", 1)],
                name=kind,
                partialFilterExpression={f"contact.{kind}": {"$type": "string"}},
            )
            for kind in ("phone", "email")
        ),
    )

    async def create_conversation_state(self, data: Mapping[str, Any]) -> str:
        """Store one conversation and return its id. Raises DuplicateKeyError if it exists."""
        result = await self._collection.insert_one(dict(data))
        return str(result.inserted_id)

    async def get_conversation_state(self, id: str) -> Doc:  # noqa: A002 - documented name
        """Return one whole document. Raises NotFoundError if there is none of that id."""
        document = await self._collection.find_one({"_id": id})
        if document is None:
            raise NotFoundError(f"there is no conversation {id!r}")
        return document

    async def update_conversation_state(
        self,
        id: str,  # noqa: A002 - documented name
        updates: Mapping[str, Any],
    ) -> Doc:
        """Set fields of one conversation, as a commit of its own; return it as it is then.

        Raises NotFoundError if there is none of that id.
        """
        document = await self._collection.find_one_and_update(
            {"_id": id},
            {"$set": dict(updates), "$inc": {"version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            raise NotFoundError(f"there is no conversation {id!r}")
        return document

    async def delete_conversation_state(self, id: str) -> bool:  # noqa: A002 - documented name
        """Delete one conversation; False if there is none of that id."""
        return (await self._collection.delete_one({"_id": id})).deleted_count == 1

    async def find_conversation_states(
        self, query: Mapping[str, Any], after: str = "", limit: int = 100
    ) -> list[Doc]:
        """Return a page of documents by id, from after the id ``after``."""
        page = {"$and": [dict(query), {"_id": {"$gt": after}}]}
        return await self._collection.find(page).sort("_id", 1).limit(limit).to_list()

    async def find_pending(
        self,
        campaign_id: CampaignId,
        now: datetime,
        limit: int,
        stage: str | None = None,
        status: str = ConversationStatus.ACTIVE.value,
    ) -> list[Doc]:
        """Return the conversations that have been due for longest, without their history.

        There is no cursor: what is processed is no longer due, so the first page is always the
        next one. Without processing, only the first ``limit`` are ever seen.
        """
        query: Doc = {"campaign_id": campaign_id, "status": status} | _due(now)
        if stage is not None:
            query["current_stage"] = stage
        cursor = self._collection.find(query, _WITHOUT_HISTORY)
        return await cursor.sort("next_action_at", 1).limit(limit).to_list()

    async def stream_due(
        self, campaign_id: CampaignId, now: datetime, size: int
    ) -> AsyncIterator[list[Conversation]]:
        """Yield the due conversations, longest due first, without history, ``size`` at a time.

        What is committed meanwhile leaves the range that is read, so nothing comes twice. One that
        cannot be read is failed, with an alert, and left out.
        """
        query: Doc = {"campaign_id": campaign_id, "status": ConversationStatus.ACTIVE.value}
        cursor = self._collection.find(query | _due(now), _WITHOUT_HISTORY)
        async with cursor.sort("next_action_at", 1).batch_size(size) as documents:
            while batch := await documents.to_list(size):
                if found := await readable(self._collection, batch):
                    yield found

    async def find_outbox(self, campaign_id: CampaignId, limit: int) -> list[Conversation]:
        """Return conversations with committed messages that may not be in the ledger, whole.

        One that cannot be read is failed, with an alert, and its messages never leave.
        """
        query = {"campaign_id": campaign_id} | _HAS_OUTBOX
        while documents := await self._collection.find(query).limit(limit).to_list():
            if found := await readable(self._collection, documents):
                return found
        return []

    async def find_open(
        self, campaign_id: CampaignId, after: str, limit: int
    ) -> list[Conversation]:
        """Return a page of active and escalated conversations, from after the id ``after``.

        They come by id and without their history. One that cannot be read is failed, with an
        alert, and left out; only the page after the last is empty.
        """
        # Ids begin with the campaign's, which holds neither colon nor semicolon.
        first, end = max(after, f"{campaign_id}:"), f"{campaign_id};"
        while True:
            query = {"_id": {"$gt": first, "$lt": end}, "status": {"$in": _OPEN}}
            cursor = self._collection.find(query, _WITHOUT_HISTORY).sort("_id", 1).limit(limit)
            documents = await cursor.to_list()
            found = await readable(self._collection, documents)
            if found or not documents:
                return found
            first = documents[-1]["_id"]

    async def make_due(
        self,
        campaign_id: CampaignId,
        stage_names: Sequence[str],
        campaign_zone: str,
        now: datetime,
    ) -> None:
        """Let every open conversation know another template, and make the active ones due.

        ``campaign_zone`` is the time zone of those whose own is not known. It counts as a commit,
        so that nothing is written that was decided by the template before.
        """
        await self._collection.update_many(
            {"campaign_id": campaign_id, "status": {"$in": _OPEN}},
            [{"$set": _under_another_template(stage_names, campaign_zone, now)}],
        )

    async def load(self, ids: Sequence[ConversationId]) -> dict[ConversationId, Conversation]:
        """Return whole conversations by id; those that do not exist are not in the result.

        Nor are those that cannot be read: they are failed, with an alert.
        """
        documents = await self._collection.find({"_id": {"$in": list(ids)}}).to_list()
        return {found.id: found for found in await readable(self._collection, documents)}

    async def addresses(self, ids: Sequence[ConversationId]) -> dict[ConversationId, str | None]:
        """Return the address of each conversation that exists, also of those not to be read."""
        cursor = self._collection.find({"_id": {"$in": list(ids)}}, {"address": 1})
        return {document["_id"]: _text_or_none(document, "address") async for document in cursor}

    async def all_addresses(self, id: ConversationId) -> set[str]:  # noqa: A002 - as above
        """Return every address of a conversation's person, also of one not to be read."""
        fields = {"address": 1, "contact.phone": 1, "contact.email": 1}
        document = await self._collection.find_one({"_id": id}, fields) or {}
        contact = document.get("contact")
        known = {
            **(contact if isinstance(contact, dict) else {}),
            "address": document.get("address"),
        }
        return {one for one in known.values() if isinstance(one, str)}

    async def gate_facts(self, ids: Sequence[ConversationId]) -> dict[ConversationId, GateFacts]:
        """Return what decides at the last moment whether messages may leave, by conversation.

        Conversations that cannot be read count as gone.
        """
        fields = dict.fromkeys(("status", "outcome", "contact", "standstill", "stages"), 1)
        return readable_facts(
            await self._collection.find({"_id": {"$in": list(ids)}}, fields).to_list()
        )

    async def find_by_address(self, address: str, limit: int) -> list[Doc]:
        """Return id, status and time of the last activity of each conversation of an address.

        Whether its person is known by it, or can be reached there besides.
        """
        fields = {"status": 1, "last_active": 1, "campaign_id": 1}
        return (
            await self._collection.find(_having(forms_of(address)), fields).limit(limit).to_list()
        )

    async def ids_of_addresses(self, addresses: Sequence[str]) -> dict[ConversationId, str]:
        """Return the conversations of addresses, over all campaigns, each with its address.

        That is the one that was asked for, in whichever form the conversation has it.
        """
        asked = {form: one for one in reversed(addresses) for form in forms_of(one)}
        fields = {"address": 1, "contact.phone": 1, "contact.email": 1}
        cursor = self._collection.find(_having(sorted(asked)), fields)
        return {one["_id"]: _one_of(one, asked) async for one in cursor}

    async def create_many(self, conversations: Iterable[Conversation]) -> list[ConversationId]:
        """Store conversations; those that exist already stay as they are.

        Returns the ids of those that could not be stored because another conversation of the
        campaign has their address.
        """
        documents = [to_document(conversation) for conversation in conversations]
        if not documents:
            return []
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return [
                documents[duplicate["index"]]["_id"]
                for duplicate in duplicates_in(error)
                if "address" in duplicate.get("keyPattern", {})
            ]
        return []

    async def commit(self, commits: Sequence[Commit], token: str) -> set[ConversationId]:
        """Write a batch and return the conversations that were written.

        The others were changed by somebody else since they were read, and nothing of them is
        written; or, seldom, somebody has committed on top meanwhile: the outbox has what they say.
        """
        if not commits:
            return set()
        updates = list(updates_of(commits, token))
        try:
            result = await self._collection.bulk_write(updates, ordered=False)
        except AutoReconnect:
            # As the driver repeats updates of one document; what was written has another version.
            result = await self._collection.bulk_write(updates, ordered=False)
        ids = [commit.before.id for commit in commits]
        if result.matched_count == len(commits):
            return set(ids)
        return await self._having_token(ids, token)

    async def _having_token(self, ids: Sequence[ConversationId], token: str) -> set[ConversationId]:
        """Return those of the conversations that were last committed under ``token``."""
        query = {"_id": {"$in": list(ids)}, "commit_token": token}
        return {one["_id"] async for one in self._collection.find(query, {"_id": 1})}

    async def set_aside(self, conversation: Conversation, reason: str, *, is_full: bool) -> None:
        """Fail a conversation that takes no commit, unless it was changed since it was read.

        ``is_full``: there is no room in it.
        """
        refuse = set_aside_full if is_full else set_aside_damaged
        await refuse(self._collection, conversation, reason)

    async def clear_outbox(self, ids: Sequence[ConversationId], token: str) -> None:
        """Say of conversations last committed under ``token``: the ledger has their messages."""
        await self._collection.update_many(
            {"_id": {"$in": list(ids)}, "commit_token": token}, {"$set": {"outbox": []}}
        )

    async def clear_one_outbox(self, conversation: Conversation) -> None:
        """Say of a conversation, as it was read, that the ledger has its messages."""
        await self._collection.update_one(
            {"_id": conversation.id, "version": conversation.version}, {"$set": {"outbox": []}}
        )

    async def next_action_at(self, campaign_id: CampaignId) -> datetime | None:
        """Return the earliest time at which a conversation of the campaign is due."""
        document = await self._collection.find_one(
            {
                "campaign_id": campaign_id,
                "status": ConversationStatus.ACTIVE.value,
                "next_action_at": {"$type": "date"},
            },
            {"next_action_at": 1},
            sort=[("next_action_at", 1)],
        )
        return document["next_action_at"] if document else None

    async def count_due(self, campaign_id: CampaignId, now: datetime, limit: int) -> int:
        """Count the due conversations of a campaign, up to ``limit``."""
        query: Doc = {"campaign_id": campaign_id, "status": ConversationStatus.ACTIVE.value}
        return await self._collection.count_documents(query | _due(now), limit=limit)

    async def has_open(self, campaign_id: CampaignId) -> bool:
        """Return whether a conversation of the campaign is active or with a person."""
        query = {"campaign_id": campaign_id, "status": {"$in": _OPEN}}
        return await self._collection.find_one(query, {"_id": 1}) is not None

    async def count_by_status(self, campaign_id: CampaignId) -> dict[str, int]:
        """Return how many conversations of the campaign there are in each status."""
        cursor = await self._collection.aggregate(
            [
                {"$match": {"campaign_id": campaign_id}},
                {"$group": {"_id": "$status", "count": {"$sum": 1}}},
            ]
        )
        return {found["_id"]: found["count"] for found in await cursor.to_list()}


def _text_or_none(document: Doc, field: str) -> str | None:
    value = document.get(field)
    return value if isinstance(value, str) else None


def _having(addresses: Sequence[str]) -> Doc:
    """Return the query for conversations with people who can be reached at these addresses."""
    phones = [one for one in addresses if one.startswith("+")]
    mails = [one for one in addresses if not one.startswith("+")]
    by_field = {"address": addresses, "contact.phone": phones, "contact.email": mails}
    return {
        "$or": [
            # The type is what the partial index asks for; without it the index is not used.
            {field: {"$in": list(some), "$type": "string"}}
            for field, some in by_field.items()
            if some or field == "address"
        ]
    }


def _one_of(document: Doc, asked: Mapping[Any, str]) -> str:
    contact = document.get("contact") or {}
    known = (document.get("address"), contact.get("phone"), contact.get("email"))
    return next(asked[one] for one in known if one in asked)


def _due(now: datetime) -> Doc:
    return {"next_action_at": {"$lte": now, "$type": "date"}}


def _under_another_template(stage_names: Sequence[str], campaign_zone: str, now: datetime) -> Doc:
    """Return what changes, as expressions; a document of another form is left for its reader."""
    is_active = {"$eq": ["$status", ConversationStatus.ACTIVE.value]}
    soonest = {"$min": [{"$ifNull": ["$next_action_at", now]}, now]}
    has_no_zone = {"$eq": ["$contact.time_zone_source", "campaign"]}
    version = {"$cond": [{"$isNumber": "$version"}, "$version", 0]}
    return {
        "context.available_stages": {"$literal": list(stage_names)},
        "contact.time_zone": {"$cond": [has_no_zone, campaign_zone, "$contact.time_zone"]},
        "next_action_at": {"$cond": [is_active, soonest, "$next_action_at"]},
        "version": {"$add": [version, 1]},
    }
