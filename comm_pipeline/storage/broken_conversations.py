"""Conversations that cannot be read or written: each fails alone, and the rest goes on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pymongo.errors import OperationFailure

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.gates import GateFacts
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.storage.connection import Collection, Doc
from comm_pipeline.storage.operator_alerts import OperatorAlertRepository
from comm_pipeline.storage.repository import TOO_LARGE

_OPEN: Final = {ConversationStatus.ACTIVE.value, ConversationStatus.ESCALATED.value}
_LONGEST_REASON: Final = 1_000
#: From here on numbers that come from JavaScript no longer count by one.
_VERSIONS_END: Final = 2**53


async def readable(collection: Collection, documents: Iterable[Doc]) -> list[Conversation]:
    """Return the conversations that can be read; the others are failed, each with an alert."""
    found = []
    for document in documents:
        conversation, reason = _read(document)
        if conversation is None:
            await _set_aside(collection, document, reason)
        else:
            found.append(conversation)
    return found


def readable_facts(documents: Iterable[Doc]) -> dict[ConversationId, GateFacts]:
    """Return gate facts by conversation; without those that cannot be read, which stay silent."""
    found = {}
    for document in documents:
        try:
            found[document["_id"]] = GateFacts.of(document)
        except (LookupError, TypeError, ValueError):
            continue
    return found


def _read(document: Doc) -> tuple[Conversation | None, str]:
    try:
        conversation = Conversation.model_validate(document)
    except ValidationError as error:
        return None, explain_validation_error(error)
    if not conversation.stages:
        return None, "stages: is empty"
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int | float):
        # A commit compares it with what is stored.
        return None, "version: must be a whole number"
    if not abs(version) < _VERSIONS_END:
        return None, "version: is too large to be counted on"
    return conversation, ""


async def _set_aside(collection: Collection, document: Doc, problem: str) -> None:
    """End a conversation, unless somebody has changed it, and so perhaps mended it, meanwhile."""
    reason = f"the document cannot be read: {problem}"[:_LONGEST_REASON]
    as_read = {field: {"$eq": document.get(field)} for field in ("status", "version")}
    await collection.update_one(
        {"_id": document["_id"], **as_read}, {"$set": _ended(document, reason)}
    )
    alerts = OperatorAlertRepository(collection.database)
    alert_id = f"conversation:{document['_id']}"
    await alerts.raise_alert(alert_id, reason, await _database_time(collection))


async def set_aside_damaged(
    collection: Collection, conversation: Conversation, reason: str
) -> None:
    """End a conversation of which something that commits do not read is damaged."""
    as_read = {"_id": conversation.id, "version": conversation.version}
    state = {"status": conversation.status.value, "version": conversation.version}
    await collection.update_one(as_read, {"$set": _ended(state, reason)})


async def set_aside_full(collection: Collection, conversation: Conversation, reason: str) -> None:
    """End a conversation whose document has no room for a commit; its decisions make the room.

    If that is not enough the reason goes, too: the alert has it.
    """
    as_read = {"_id": conversation.id, "version": conversation.version}
    state = {"status": conversation.status.value, "version": conversation.version}
    for said in (reason, None):
        changes = _ended(state, reason) | {"decisions": []}
        if "reason" in changes:
            changes["reason"] = said
        try:
            await collection.update_one(as_read, {"$set": changes})
        except OperationFailure as error:
            if error.code not in TOO_LARGE:
                raise
        else:
            return


def _ended(document: Mapping[str, Any], reason: str) -> Doc:
    """Return the changes: nothing looks at it any more; what had ended keeps how it ended."""
    version = document.get("version")
    changes: Doc = {
        "outbox": [],
        "next_action_at": None,
        "version": version + 1 if isinstance(version, int) and version < _VERSIONS_END else 1,
    }
    if document.get("status") in _OPEN:
        changes |= {
            "status": ConversationStatus.FAILED.value,
            "outcome": Outcome.ERROR.value,
            "reason": reason,
        }
    return changes


async def _database_time(collection: Collection) -> datetime:
    """Return the server's time: who reads conversations by id hands none in."""
    options = collection.database.codec_options
    answer = await collection.database.command("hello", codec_options=options)
    time: datetime = answer["localTime"]
    return time
