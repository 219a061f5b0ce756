"""A conversation: one recipient's way through a campaign, and the source of truth about it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from comm_pipeline.domain.answers_state import Answering
from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import (
    CampaignId,
    ConversationId,
    MessageKey,
    RecipientId,
    StageName,
    message_key,
)
from comm_pipeline.domain.statuses import ConversationStatus, Outcome


class Direction(StrEnum):
    """Who wrote a message, seen from us."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class StageVisit(Document):
    """The time a conversation spends in a stage. No stage is visited twice.

    ``next_message`` is the index of the message that the stage says next; ``follow_ups_sent``
    counts those of the message before it. The counters are all that decisions need, so that they
    do not read the history, which grows. The times of messages and answers are moved by as much as
    a standstill lasts, so that the stage's clock stands still meanwhile. ``attended_at`` is when
    the latest answer to the recipient was made, or a person gave the conversation back.
    ``fallback`` is the channel by which the latest message was said once more after another had
    refused it.
    """

    name: StageName
    entered_at: Instant
    exited_at: Instant | None = None
    completed: bool = False
    next_message: int = 0
    follow_ups_sent: int = 0
    fallback: str | None = None
    first_sent_at: Instant | None = None
    last_sent_at: Instant | None = None
    last_response_at: Instant | None = None
    responses: int = 0
    named_responses: tuple[str, ...] = ()
    is_escalated: bool = False
    attended_at: Instant | None = None


class HistoryEntry(Document):
    """One message of a conversation, as it was written."""

    message_id: str
    direction: Direction
    content: str
    timestamp: Instant
    metadata: Mapping[str, Any] = {}


class ConversationMetrics(Document):
    """Counts that agree with the history."""

    messages_sent: int = 0
    messages_received: int = 0
    stage_progressions: int = 0


class DecisionRecord(Document):
    """What was decided, when, by which rule, and on what ground."""

    at: Instant
    kind: str
    rule: str
    reason: str
    until: Instant | None = None
    action: str | None = None


class Standstill(Document):
    """Why nothing is said for a while, whatever the stage would say, and until when.

    ``rule`` is ``out_of_office`` or ``soft_bounce``; ``message_id`` is the inbound message that
    says so.
    """

    rule: str
    reason: str
    until: Instant
    message_id: str


class Conversation(Document):
    """The conversation state document of the class diagram.

    ``version`` counts commits: each is a compare-and-set on it. ``next_action_at`` is when a pass
    must look again (None: never by itself). ``outbox`` names committed messages that may not be in
    the ledger yet; ``failures`` counts unexpected errors in a row. ``thread`` holds the latest
    Message-IDs, oldest first. ``message_history`` and ``decisions`` are not loaded by passes.
    ``answered_after_seconds`` is how long after our message the latest answer came.
    ``address`` is the one that the recipient is known by; ``refused_channels`` have refused a
    message for good, and are not used for this recipient any more.
    ``standstill`` is the latest one, over or not.
    """

    id: ConversationId = Field(alias="_id")
    user_id: RecipientId
    campaign_id: CampaignId
    campaign_type: str
    current_stage: StageName
    stages: tuple[StageVisit, ...]
    message_history: tuple[HistoryEntry, ...] = ()
    context: Mapping[str, Any] = {}
    metrics: ConversationMetrics = ConversationMetrics()
    status: ConversationStatus
    outcome: Outcome | None = None
    reason: str | None = None
    created_at: Instant
    last_active: Instant
    address: str | None = None
    contact: Contact = Contact()
    refused_channels: tuple[str, ...] = ()
    next_action_at: Instant | None = None
    version: int = 0
    outbox: tuple[MessageKey, ...] = ()
    failures: int = 0
    thread: tuple[str, ...] = ()
    answered_after_seconds: float | None = None
    standstill: Standstill | None = None
    #: Every named response so far, whichever stage it came in.
    named_responses: tuple[str, ...] = ()
    #: Where the template has answers: what waits for one, and what was said.
    answering: Answering | None = None
    decisions: tuple[DecisionRecord, ...] = ()

    @property
    def visit(self) -> StageVisit:
        """The stage visit that is under way, or was last."""
        return self.stages[-1]

    @property
    def is_active(self) -> bool:
        """Whether the pipeline still leads it."""
        return self.status is ConversationStatus.ACTIVE

    @property
    def email(self) -> str | None:
        """The recipient's mail address, if there is one."""
        is_mail = self.address is not None and "@" in self.address
        return self.address if is_mail else self.contact.email

    @property
    def phone(self) -> str | None:
        """The recipient's phone number in E.164, if there is one."""
        return self.contact.phone

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that the recipient can be reached at."""
        return tuple(dict.fromkeys(filter(None, (self.address, self.email, self.phone))))

    def with_visit(self, **changes: Any) -> "Conversation":
        """Return the conversation with the current stage visit changed."""
        visit = self.visit.model_copy(update=changes)
        return self.model_copy(update={"stages": (*self.stages[:-1], visit)})


def latest_answer_key(conversation: Conversation) -> MessageKey | None:
    """Return the ledger key of an answer if that is the latest that was said in the stage."""
    return answer_key_in(conversation.visit, conversation)


def last_outbound_key(conversation: Conversation) -> MessageKey | None:
    """Return the ledger key of the stage's latest message, or None if it has sent none."""
    visit = conversation.visit
    return answer_key_in(visit, conversation) or message_key_in(visit, conversation)


def answer_key_in(visit: StageVisit, conversation: Conversation) -> MessageKey | None:
    """Return the ledger key of an answer if that is the latest that was said in a visit."""
    answering = conversation.answering
    if answering is None or answering.last_key is None or visit.attended_at is None:
        return None
    is_latest = visit.last_sent_at is None or visit.attended_at >= visit.last_sent_at
    return answering.last_key if is_latest else None


def message_key_in(visit: StageVisit, conversation: Conversation) -> MessageKey | None:
    """Return the ledger key of the latest message of a visit that is no answer, or None."""
    if visit.next_message == 0:
        return None
    return message_key(
        conversation.id,
        visit.name,
        visit.next_message - 1,
        visit.follow_ups_sent,
        visit.fallback,
    )


def has_answered_since(visit: StageVisit, instant: datetime | None) -> bool:
    """Return whether a response came after ``instant``; no instant means any response.

    Replies are applied before a message is said at the same instant, so they do not answer it.
    """
    if visit.last_response_at is None:
        return False
    return instant is None or visit.last_response_at > instant
