"""Which conversation a message from outside belongs to.

In this order: what it says itself; the messages of ours that it answers; the key in the address
that it went to; whose address it came from. A report on a message is believed only if it names one
of ours and the person whom that went to, for anybody can send a report on anything.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comm_pipeline.domain.addresses import normalise_address
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, conversation_id
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.pseudonyms import is_pseudonym
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.delivery_reports import OurMessage
from comm_pipeline.storage.repositories import Repositories

#: How many conversations of one address are looked at to find the one that a reply belongs to.
_CONVERSATIONS_OF_AN_ADDRESS: Final = 50
#: How many Message-IDs of one reply are looked up, the nearest first.
_REFERENCES: Final = 50
_TOKENS: Final = 5
_TOKEN: Final = re.compile(r"[0-9a-f]{40}")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

NO_LEAD: Final = (
    "no conversation has this conversation_id, Message-ID or from_address, and it went to no "
    "address with a key of ours"
)
_NO_MESSAGE: Final = (
    "a report, but the message that it is on is none of ours; assign it if you know better"
)
_OTHER_RECIPIENT: Final = (
    "a report on a message of ours, but to another recipient; assign it if you know better"
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a message belongs: ``by`` is what led there; without a conversation, ``reason`` is why.

    ``ours`` is the message of ours that it refers to; ``is_own`` says that we wrote it ourselves.
    """

    conversation_id: ConversationId | None = None
    by: str = ""
    ours: OurMessage | None = None
    reason: str = ""
    is_own: bool = False


async def match_replies(
    repositories: Repositories, replies: Sequence[InboundMessage], own: OwnMail
) -> list[Match]:
    """Return for each message where it belongs."""
    known = await repositories.ledger.find_ours(
        list({one for reply in replies for one in _all_ids(reply)})
    )
    keyed = await repositories.ledger.find_by_tokens(
        list({one for reply in replies for one in _tokens(reply)})
    )
    by_token = {message_id[1:41]: ours for message_id, ours in keyed.items()}
    return [await _match(repositories, reply, known, by_token, own) for reply in replies]


def address_or_none(address: str | None) -> str | None:
    """Return the normal form of an address, or None if it is none."""
    if address is None:
        return None
    try:
        return normalise_address(address)
    except InvalidInputError:
        return None


async def _match(
    repositories: Repositories,
    reply: InboundMessage,
    known: Mapping[str, OurMessage],
    by_token: Mapping[str, OurMessage],
    own: OwnMail,
) -> Match:
    named = _named_conversation(reply)
    ours = _first_known(_references(reply), known)
    if named is not None:
        return Match(named, "conversation_id", ours if _is_of(ours, named) else None)
    if _is_own(reply, known, own):
        return Match(is_own=True, reason="it is our own")
    if is_report(reply):
        return _match_report(reply, ours)
    if ours is not None:
        return Match(ours.conversation_id, "thread", ours)
    if ours := _first_known(_tokens(reply), by_token):
        return Match(ours.conversation_id, "address_key", ours)
    found = await _conversation_with(repositories, reply.from_address)
    return Match(found, "sender") if found is not None else Match(reason=NO_LEAD)


def is_report(reply: InboundMessage) -> bool:
    """Return whether a message tells what became of one of ours."""
    return reply.report is not None or (reply.kind is not None and reply.kind.is_report)


def _match_report(reply: InboundMessage, ours: OurMessage | None) -> Match:
    if ours is None:
        return Match(reason=_NO_MESSAGE)
    told = reply.report.recipient if reply.report else None
    if is_pseudonym(ours.address):  # nobody knows any more whom it was to
        return Match(ours.conversation_id, "report", ours)
    is_other = told is not None and address_or_none(told) != address_or_none(ours.address)
    if is_other and not _is_redacted(reply, ours):
        return Match(reason=_OTHER_RECIPIENT)
    return Match(ours.conversation_id, "report", ours)


def _is_redacted(reply: InboundMessage, ours: OurMessage) -> bool:
    """Return whether a complaint may hide whom it is from, as RFC 6590 has it: all but the domain.

    It names a message of ours then, whose Message-ID nobody can guess.
    """
    told = reply.report.recipient if reply.report else None
    is_complaint = reply.report is not None and reply.report.kind is MailKind.COMPLAINT
    domain = ours.address.rpartition("@")[2].lower()
    return is_complaint and told is not None and told.rpartition("@")[2].lower() == domain


def _named_conversation(reply: InboundMessage) -> ConversationId | None:
    if reply.conversation_id:
        return ConversationId(reply.conversation_id)
    if reply.campaign_id and reply.recipient_id:
        return conversation_id(CampaignId(reply.campaign_id), RecipientId(reply.recipient_id))
    return None


def _is_own(reply: InboundMessage, known: Mapping[str, OurMessage], own: OwnMail) -> bool:
    return (
        reply.kind is MailKind.OWN
        or reply.message_id in known
        or address_or_none(reply.from_address) in own.addresses
    )


def _is_of(ours: OurMessage | None, conversation: ConversationId) -> bool:
    return ours is not None and ours.conversation_id == conversation


def _first_known(leads: Sequence[str], known: Mapping[str, OurMessage]) -> OurMessage | None:
    return next((known[lead] for lead in leads if lead in known), None)


async def _conversation_with(
    repositories: Repositories, address: str | None
) -> ConversationId | None:
    """Return the conversation with an address that was active last; an open one goes first."""
    normal = address_or_none(address)
    if normal is None:
        return None
    found = await repositories.conversations.find_by_address(normal, _CONVERSATIONS_OF_AN_ADDRESS)
    return max(found, key=_liveliness)["_id"] if found else None


def _all_ids(reply: InboundMessage) -> list[str]:
    own = [reply.message_id] if reply.message_id else []
    return [*own, *_references(reply)]


def _references(reply: InboundMessage) -> list[str]:
    """Return the Message-IDs that a message refers to, the nearest first."""
    original = reply.report.original_message_id if reply.report else None
    nearest = [one for one in (original, reply.in_reply_to) if one]
    return [*nearest, *reversed(reply.references[-_REFERENCES:])][:_REFERENCES]


def _tokens(reply: InboundMessage) -> list[str]:
    """Return the keys in the addresses that a message went to."""
    found = (one.lower() for one in reply.to_plus[:_REFERENCES])
    return [one for one in found if _TOKEN.fullmatch(one)][:_TOKENS]


def _liveliness(document: Doc) -> tuple[bool, datetime]:
    """Return what the liveliest conversation has most of; a broken document has least."""
    active, last = ConversationStatus.ACTIVE.value, document.get("last_active")
    return document.get("status") == active, last if isinstance(last, datetime) else _NEVER
