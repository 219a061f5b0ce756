"""What a decision makes of a conversation: the next state, as a new value."""

from collections.abc import Mapping
from datetime import datetime

from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
    HistoryEntry,
    StageVisit,
)
from comm_pipeline.domain.decision import (
    Advance,
    Answer,
    Complete,
    Decision,
    Escalate,
    Send,
    Silence,
    Wait,
)
from comm_pipeline.domain.document import not_before
from comm_pipeline.domain.ids import MessageKey, StageName, message_key, rfc_message_id
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.statuses import (
    CONVERSATION_TRANSITIONS,
    ConversationStatus,
    Outcome,
    check_transition,
)

#: Outcomes that stand beside the status ``failed``; all others end as ``completed``.
_FAILURES = frozenset({Outcome.BOUNCED, Outcome.ERROR})
#: Message-IDs that a thread carries along (RFC 5322 lets References be cut).
_THREAD_LENGTH = 10


def record(decision: Decision, now: datetime) -> DecisionRecord:
    """Return the decision as it is stored."""
    return DecisionRecord(
        at=now,
        kind=_kind(decision),
        rule=decision.rule,
        reason=decision.reason,
        until=decision.until if isinstance(decision, Wait) else None,
        action=decision.action if isinstance(decision, Escalate) else None,
    )


def _kind(decision: Decision) -> str:
    if isinstance(decision, Answer) and decision.needs_approval:
        return "propose"
    return type(decision).__name__.lower()


def without_message(conversation: Conversation, decision: Decision, now: datetime) -> Conversation:
    """Return the conversation after any decision but Send and Answer."""
    match decision:
        case Wait(until=until):
            due_at = None if until is None else not_before(until)
            return conversation.model_copy(update={"next_action_at": due_at})
        case Advance(next_stage=next_stage):
            return enter_stage(conversation, next_stage, now)
        case Silence():
            return without_pending(conversation)
        case Escalate():
            return end(conversation, ConversationStatus.ESCALATED, None, decision.reason, now)
        case Complete(outcome=outcome):
            return conclude(conversation, outcome, decision.reason, now)
        case Send() | Answer():
            raise TypeError("it needs its rendered text: use with_message or with_answer")


def with_message(
    conversation: Conversation, send: Send, text: RenderedText, domain: str, now: datetime
) -> tuple[Conversation, HistoryEntry]:
    """Return the conversation that has said a message, and the history entry of it.

    ``domain`` is that of the Message-ID. The message is in the outbox until it is in the ledger.
    """
    entry = _outbound_entry(conversation, send, text, domain, now, None)
    changes = {
        "next_message": send.message_index + 1,
        "follow_ups_sent": send.follow_up,
        "fallback": None,
        "first_sent_at": conversation.visit.first_sent_at or now,
        "last_sent_at": now,
    }
    return _with_entry(conversation, changes, entry, now), entry


def with_fallback(
    conversation: Conversation, send: Send, text: RenderedText, domain: str, now: datetime
) -> tuple[Conversation, HistoryEntry]:
    """Return the conversation that has said its latest message once more, by another channel.

    ``text.route`` names that channel, which is the attempt class of the idempotency key.
    """
    assert text.route is not None
    entry = _outbound_entry(conversation, send, text, domain, now, text.route.channel)
    changes = {"fallback": text.route.channel, "last_sent_at": now}
    return _with_entry(conversation, changes, entry, now), entry


def _with_entry(
    conversation: Conversation, of_visit: Mapping[str, object], entry: HistoryEntry, now: datetime
) -> Conversation:
    """Return the conversation with a message more; ``of_visit`` is what that changes there."""
    metrics = conversation.metrics
    visit = conversation.visit.model_copy(update=of_visit)
    return conversation.model_copy(
        update={
            "stages": (*conversation.stages[:-1], visit),
            "metrics": metrics.model_copy(update={"messages_sent": metrics.messages_sent + 1}),
            "last_active": now,
            "outbox": (*conversation.outbox, entry.message_id),
            "thread": (*conversation.thread, entry.metadata["rfc_message_id"])[-_THREAD_LENGTH:],
        }
    )


def enter_stage(conversation: Conversation, stage: StageName, now: datetime) -> Conversation:
    """Return the conversation in its next stage, due at once."""
    left = conversation.with_visit(exited_at=now, completed=True)
    metrics = conversation.metrics
    return left.model_copy(
        update={
            "current_stage": stage,
            "stages": (*left.stages, StageVisit(name=stage, entered_at=now)),
            "metrics": metrics.model_copy(
                update={"stage_progressions": metrics.stage_progressions + 1}
            ),
            "next_action_at": now,
        }
    )


def conclude(
    conversation: Conversation, outcome: Outcome, reason: str, now: datetime
) -> Conversation:
    """Return the conversation ended with an outcome; success completes its last stage too."""
    status = ConversationStatus.FAILED if outcome in _FAILURES else ConversationStatus.COMPLETED
    ended = end(conversation, status, outcome, reason, now)
    return ended.with_visit(exited_at=now, completed=outcome is Outcome.SUCCESS)


def end(
    conversation: Conversation,
    status: ConversationStatus,
    outcome: Outcome | None,
    reason: str,
    now: datetime,
) -> Conversation:
    """Return the conversation in a status in which nothing is planned.

    Raises IllegalTransitionError if it may not go there from where it is.
    """
    check_transition(CONVERSATION_TRANSITIONS, conversation.status, status)
    is_escalated = conversation.visit.is_escalated or status is ConversationStatus.ESCALATED
    conversation = without_pending(conversation)
    return conversation.with_visit(is_escalated=is_escalated).model_copy(
        update={
            "status": status,
            "outcome": outcome,
            "reason": reason,
            "next_action_at": None,
            "last_active": now,
        }
    )


def without_pending(conversation: Conversation) -> Conversation:
    """Return the conversation without a reply that waits for an answer."""
    answering = conversation.answering
    if answering is None or answering.pending is None:
        return conversation
    changed = answering.model_copy(update={"pending": None})
    return conversation.model_copy(update={"answering": changed})


def _outbound_entry(
    conversation: Conversation,
    send: Send,
    text: RenderedText,
    domain: str,
    now: datetime,
    fallback: str | None,
) -> HistoryEntry:
    key = message_key(
        conversation.id, conversation.current_stage, send.message_index, send.follow_up, fallback
    )
    place = {"message_index": send.message_index, "follow_up": send.follow_up}
    return outbound_entry(conversation, key, text, domain, now, place)


def outbound_entry(
    conversation: Conversation,
    key: MessageKey,
    text: RenderedText,
    domain: str,
    now: datetime,
    details: Mapping[str, object],
) -> HistoryEntry:
    """Return the history entry of a message under its ledger key, at the end of the thread."""
    metadata: dict[str, object] = {
        "stage": conversation.current_stage,
        **details,
        "subject": text.subject,
        "rfc_message_id": rfc_message_id(key, domain),
    }
    if text.html is not None:
        metadata["html"] = text.html
    if text.variant is not None:
        metadata["variant"] = text.variant
    if text.route is not None:
        metadata |= {"channel": text.route.channel, "address": text.route.address}
    if conversation.thread:
        metadata |= {
            "in_reply_to": conversation.thread[-1],
            "references": list(conversation.thread),
        }
    return HistoryEntry(
        message_id=key,
        direction=Direction.OUTBOUND,
        content=text.text,
        timestamp=now,
        metadata=metadata,
    )
