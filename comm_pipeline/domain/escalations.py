"""A conversation that was handed over to people: why, what they should know, what they did."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.answers_state import Proposal
from comm_pipeline.domain.answers_transition import proposal_of
from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
    HistoryEntry,
)
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, StageName
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.statuses import ConversationStatus, Outcome

#: Messages of the history that are shown, and characters of each.
SHOWN: Final = 10
_SHOWN_CHARACTERS: Final = 1_500


class EscalationKind(StrEnum):
    """What a person is asked for: to take the conversation over, or to approve an answer."""

    HAND_OFF = "hand_off"
    APPROVAL = "approval"


#: Kinds of decisions that call a person, and what the person is asked for.
CALLS: Final[Mapping[str, EscalationKind]] = {
    "escalate": EscalationKind.HAND_OFF,
    "propose": EscalationKind.APPROVAL,
}


class EscalationStatus(StrEnum):
    """Where a hand-off stands.

    OPEN        a person has to do something
    RESOLVED    a person gave the conversation back, or ended it
    APPROVED    the answer may leave
    REJECTED    the answer never leaves
    SUPERSEDED  nothing is left to do: the conversation has gone on or ended by itself
    """

    OPEN = "open"
    RESOLVED = "resolved"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


#: A superseded one is opened again when the commit that it belongs to is made after all.
ESCALATION_TRANSITIONS: Final[Mapping[EscalationStatus, frozenset[EscalationStatus]]] = {
    EscalationStatus.OPEN: frozenset(set(EscalationStatus) - {EscalationStatus.OPEN}),
    EscalationStatus.RESOLVED: frozenset(),
    EscalationStatus.APPROVED: frozenset(),
    EscalationStatus.REJECTED: frozenset(),
    EscalationStatus.SUPERSEDED: frozenset({EscalationStatus.OPEN}),
}


class SaidBefore(Document):
    """One message of the conversation, shortened."""

    at: Instant
    direction: str
    text: str
    message_id: str = ""


class Escalation(Document):
    """A hand-off document; the fields up to ``created_at`` are all that older ones have.

    ``notify_at`` is when people are to be told (None: done, or nobody is); ``told`` names the ways
    by which they were. ``heard`` counts the replies that came while a person had the conversation:
    people are told again of each.
    """

    id: str = Field(alias="_id")
    conversation_id: ConversationId
    campaign_id: CampaignId
    recipient_id: RecipientId
    stage: StageName
    action: str
    reason: str
    status: EscalationStatus = EscalationStatus.OPEN
    created_at: Instant
    kind: EscalationKind = EscalationKind.HAND_OFF
    rule: str = ""
    address: str | None = None
    summary: str = ""
    history: tuple[SaidBefore, ...] = ()
    proposal: Proposal | None = None
    notify_at: Instant | None = None
    notify_attempts: int = 0
    told: tuple[str, ...] = ()
    heard: int = 0
    closed_at: Instant | None = None
    note: str | None = None


def escalation_of(
    before: Conversation,
    after: Conversation,
    history: tuple[HistoryEntry, ...],
    decision: DecisionRecord,
) -> Escalation:
    """Return the document of a decision that calls a person; the same each time it is made.

    ``before`` is the conversation as it was read: its version makes the id.
    """
    kind = CALLS[decision.kind]
    return Escalation(
        id=f"{before.id}:{after.current_stage}:{before.version}:{kind}",
        conversation_id=before.id,
        campaign_id=before.campaign_id,
        recipient_id=before.user_id,
        stage=after.current_stage,
        action=decision.action or kind.value,
        reason=decision.reason,
        created_at=decision.at,
        kind=kind,
        rule=decision.rule,
        address=before.address,
        summary=_summary(before, decision),
        history=tuple(_shortened(entry) for entry in history[-SHOWN:]),
        proposal=proposal_of(after) if kind is EscalationKind.APPROVAL else None,
        notify_at=decision.at,
    )


def is_needed(escalation: Escalation, conversation: Conversation | None) -> bool:
    """Return whether the conversation still waits for what an escalation asks."""
    if conversation is None:
        return False
    if escalation.rule == POSSIBLE_OPT_OUT:  # other campaigns wait for it, whatever becomes of this
        return not conversation.is_active and conversation.outcome is not Outcome.OPTED_OUT
    if escalation.kind is EscalationKind.HAND_OFF:
        return conversation.status is ConversationStatus.ESCALATED
    proposal = proposal_of(conversation)
    return conversation.is_active and proposal is not None and proposal == escalation.proposal


def _summary(conversation: Conversation, decision: DecisionRecord) -> str:
    """Return in a few lines what a person should know before reading on."""
    who = f"{conversation.user_id} in {conversation.campaign_id}"
    counts = conversation.metrics
    lines = [
        f"{who}, stage {conversation.current_stage}: {decision.reason}.",
        f"{counts.messages_sent} messages sent, {counts.messages_received} received.",
    ]
    values = conversation.context.get("response")
    if isinstance(values, Mapping) and values:
        known = ", ".join(f"{name} = {value}" for name, value in values.items())
        lines.append(f"Known: {known[:500]}.")
    answering = conversation.answering
    if answering is not None and (pending := answering.pending) is not None:
        intents = ", ".join(pending.intents) or "nothing in particular"
        lines.append(
            f"Understood of the reply: {intents}; {pending.sentiment}, "
            f"{pending.confidence:.0%} sure."
        )
    return "\n".join(lines)


def heard_from(reply: InboundMessage) -> SaidBefore:
    """Return a reply as people are shown it."""
    return SaidBefore(
        at=reply.received_at,
        direction=Direction.INBOUND.value,
        text=reply.text[:_SHOWN_CHARACTERS],
        message_id=str(reply.id),
    )


def _shortened(entry: HistoryEntry) -> SaidBefore:
    return SaidBefore(
        at=entry.timestamp,
        direction=entry.direction.value,
        text=entry.content[:_SHOWN_CHARACTERS],
        message_id=entry.message_id,
    )
