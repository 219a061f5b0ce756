"""The send ledger's entry: one committed message, and what became of it."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from comm_pipeline.domain.channel_choice import Route
from comm_pipeline.domain.conversations import Conversation, Direction, HistoryEntry
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey, RecipientId, StageName
from comm_pipeline.domain.recipient_names import name_of
from comm_pipeline.domain.statuses import DeliveryStatus


class RenderedText(NamedTuple):
    """A message as its recipient will read it; ``variant`` names the wording that was chosen.

    ``route`` is the channel whose words these are, and the address there; None: by e-mail, to the
    address that the recipient is known by.
    """

    subject: str
    text: str
    html: str | None = None
    variant: str | None = None
    route: Route | None = None


class MessageKind(StrEnum):
    """Whose words a message is: the template's plan, the bot's answer, or a person's."""

    MESSAGE = "message"
    ANSWER = "answer"
    PERSON = "person"


class OutboundMessage(Document):
    """A ledger entry; its ``_id`` is the idempotency key, so inserting it is the reservation.

    ``address`` is the recipient's at the ``channel`` that the message takes, ``recipient_name``
    what contact data call the recipient.
    ``next_attempt_at`` is when it may be offered to a provider; ``attempts`` counts offers.
    ``planned_at`` is when one that was written too late, after an outage, should have left.
    ``deferred_since`` is when it was deferred first, ``provider`` what it was offered to last.
    ``postponed_at`` is when it was last found that it may not leave yet, for the ``reason`` given.
    ``owner`` is the worker that offers it now. ``is_handled`` is False while a refusal has not yet
    been told to the conversation. ``is_given_up`` is True of one that a person has
    settled as failed: no other channel is to send it either. Answers and messages of people are
    none of the stage's messages: their ``message_index`` is -1.
    """

    id: MessageKey = Field(alias="_id")
    campaign_id: CampaignId
    conversation_id: ConversationId
    recipient_id: RecipientId
    address: str
    recipient_name: str | None = None
    stage: StageName
    message_index: int
    follow_up: int
    kind: MessageKind = MessageKind.MESSAGE
    subject: str
    text: str
    html: str | None = None
    message_id: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    status: DeliveryStatus = DeliveryStatus.QUEUED
    reason: str | None = None
    channel: str | None = None
    provider: str | None = None
    provider_message_id: str | None = None
    attempts: int = 0
    created_at: Instant
    next_attempt_at: Instant | None
    planned_at: Instant | None = None
    deferred_since: Instant | None = None
    postponed_at: Instant | None = None
    sending_at: Instant | None = None
    settled_at: Instant | None = None
    owner: str | None = None
    is_handled: bool = True
    is_given_up: bool = False


def ledger_entry(conversation: Conversation, entry: HistoryEntry) -> OutboundMessage:
    """Return the ledger entry of an outbound history entry; the same each time it is made."""
    if entry.direction is not Direction.OUTBOUND:
        raise ValueError(f"{entry.message_id} is not outbound")
    details = entry.metadata
    return OutboundMessage(
        id=MessageKey(entry.message_id),
        campaign_id=conversation.campaign_id,
        conversation_id=conversation.id,
        recipient_id=conversation.user_id,
        address=details.get("address") or conversation.address or "",
        recipient_name=name_of(conversation.context.get("recipient") or {}),
        stage=details["stage"],
        message_index=details["message_index"],
        follow_up=details["follow_up"],
        kind=details.get("kind", MessageKind.MESSAGE),
        subject=details["subject"],
        text=entry.content,
        html=details.get("html"),
        message_id=details["rfc_message_id"],
        in_reply_to=details.get("in_reply_to"),
        references=tuple(details.get("references", ())),
        channel=details.get("channel"),
        planned_at=details.get("planned_at"),
        created_at=entry.timestamp,
        next_attempt_at=entry.timestamp,
    )
