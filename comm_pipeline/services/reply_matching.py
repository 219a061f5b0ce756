"""Which conversation a reply belongs to: by what it says itself, by thread, or by address."""

from collections.abc import Mapping, Sequence
from typing import Any

from comm_pipeline.domain.addresses import normalise_email
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
        return normalise_email(address)
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
        if reference in by_message_id:
            return ConversationId(by_message_id[reference]["conversation_id"])
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


def _liveliness(document: Doc) -> tuple[bool, Any]:
    return document["status"] == ConversationStatus.ACTIVE.value, document["last_active"]
