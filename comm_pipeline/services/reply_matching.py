"""Which conversation a reply belongs to: by what it says itself, by thread, or by address."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from comm_pipeline.domain.addresses import normalise_address
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, conversation_id
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

#: How many conversations of one address are looked at to find the one that a reply belongs to.
_CONVERSATIONS_OF_AN_ADDRESS = 50
#: How many Message-IDs of one reply are looked up, the nearest first.
_REFERENCES = 50
#: The fields by which a malformed reply may still say whose it is.
_LEADS = ("conversation_id", "campaign_id", "recipient_id", "from_address", "in_reply_to")
#: Characters of a malformed reply that are searched for an opt-out.
_LONGEST_SALVAGED = 1_000_000
_NEVER = datetime.min.replace(tzinfo=UTC)


async def match_replies(
    repositories: Repositories, replies: Sequence[InboundMessage]
) -> list[ConversationId | None]:
    """Return the id of each reply's conversation, or None if nothing leads to one."""
    by_message_id = await repositories.ledger.find_by_message_ids(
        [reference for reply in replies for reference in _references(reply)]
    )
    return [await _conversation_of(repositories, reply, by_message_id) for reply in replies]


def address_or_none(address: str | None) -> str | None:
    """Return the normal form of an address, or None if it is none."""
    if address is None:
        return None
    try:
        return normalise_address(address)
    except InvalidInputError:
        return None


async def _conversation_of(
    repositories: Repositories, reply: InboundMessage, by_message_id: Mapping[str, Doc]
) -> ConversationId | None:
    if reply.conversation_id:
        return ConversationId(reply.conversation_id)
    if reply.campaign_id and reply.recipient_id:
        return conversation_id(CampaignId(reply.campaign_id), RecipientId(reply.recipient_id))
    for reference in _references(reply):
        known = by_message_id.get(reference, {}).get("conversation_id")
        if known is not None:
            return ConversationId(known)
    return await _conversation_with(repositories, reply.from_address)


async def _conversation_with(
    repositories: Repositories, address: str | None
) -> ConversationId | None:
    """Return the conversation with an address that was active last; an open one goes first."""
    normal = address_or_none(address)
    if normal is None:
        return None
    found = await repositories.conversations.find_by_address(normal, _CONVERSATIONS_OF_AN_ADDRESS)
    return max(found, key=_liveliness)["_id"] if found else None


def _references(reply: InboundMessage) -> list[str]:
    """Return the Message-IDs that a reply refers to, the nearest first."""
    nearest = [reply.in_reply_to] if reply.in_reply_to else []
    return [*nearest, *reversed(reply.references)][:_REFERENCES]


def _liveliness(document: Doc) -> tuple[bool, datetime]:
    """Return what the liveliest conversation has most of; a broken document has least."""
    active, last = ConversationStatus.ACTIVE.value, document.get("last_active")
    return document.get("status") == active, last if isinstance(last, datetime) else _NEVER


def salvaged(document: Doc, now: datetime) -> InboundMessage | None:
    """Return what can be read of a malformed reply, or None if that is not even its text."""
    if not isinstance(document.get("text"), str):
        return None
    readable = {key: value for key in _LEADS if isinstance(value := document.get(key), str)}
    text = document["text"][:_LONGEST_SALVAGED]
    return InboundMessage(id=document["_id"], text=text, received_at=now, **readable)


def one_each(
    matched: Sequence[tuple[ConversationId, InboundMessage]],
) -> list[list[tuple[ConversationId, InboundMessage]]]:
    """Split replies into groups in which each conversation stands once, keeping their order."""
    groups: list[list[tuple[ConversationId, InboundMessage]]] = []
    seen: dict[ConversationId, int] = {}
    for key, reply in matched:
        position = seen.get(key, 0)
        seen[key] = position + 1
        if position == len(groups):
            groups.append([])
        groups[position].append((key, reply))
    return groups
