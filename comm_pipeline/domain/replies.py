"""What recipients write back: the stored message, what it was understood to be, and its effect."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT, Analysis
from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
    HistoryEntry,
)
from comm_pipeline.domain.delivery_reports import DeliveryReport
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.engagement import answer_time
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.standstills import end_standstill
from comm_pipeline.domain.statuses import (
    CONVERSATION_TRANSITIONS,
    ConversationStatus,
    Outcome,
    check_transition,
)
from comm_pipeline.domain.templates import Stage
from comm_pipeline.domain.transition import end
from comm_pipeline.errors import InvalidInputError

#: Characters of a reply in the history; the whole of it stays with the inbound message.
_KEPT = 4_096
#: Replies in one conversation, so that it fits into a document however much somebody writes.
MOST_REPLIES = 200
#: The smallest step of time that MongoDB keeps.
_MOMENT = timedelta(milliseconds=1)


class InboundStatus(StrEnum):
    """What has become of a message from outside.

    NEW       not taken up yet
    APPLIED   an answer; it stands in the history of its conversation
    NOTED     no answer: a bounce, a complaint, an automatic reply; it had its effect
    UNMATCHED nothing leads to a conversation, or a report is not to be believed
    MALFORMED it cannot be read or applied
    IGNORED   a copy of what we have sent ourselves
    """

    NEW = "new"
    APPLIED = "applied"
    NOTED = "noted"
    UNMATCHED = "unmatched"
    MALFORMED = "malformed"
    IGNORED = "ignored"


class InboundMessage(Document):
    """A message from outside, as any service of the platform may write it.

    It says which conversation it belongs to by ``conversation_id``; by ``campaign_id`` and
    ``recipient_id``; by ``in_reply_to`` and ``references`` (Message-IDs); by ``to_plus``; or by
    ``from_address``. Without a ``kind`` its words tell what it is; ``report`` belongs to bounces
    and complaints.
    """

    id: Any = Field(alias="_id")
    text: str = Field(max_length=1_000_000)
    received_at: Instant
    conversation_id: str | None = None
    campaign_id: str | None = None
    recipient_id: str | None = None
    from_address: str | None = None
    subject: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    to_plus: tuple[str, ...] = ()
    kind: MailKind | None = None
    report: DeliveryReport | None = None
    out_of_office_until: Instant | None = None
    status: InboundStatus = InboundStatus.NEW


def has_message(conversation: Conversation, message_id: str) -> bool:
    """Return whether the conversation's history holds that message already."""
    return any(
        entry.message_id == message_id and entry.direction is Direction.INBOUND
        for entry in conversation.message_history
    )


def apply_reply(
    conversation: Conversation,
    stage: Stage,
    reply: InboundMessage,
    analysis: Analysis,
    now: datetime,
    *,
    first_waits: bool = False,
) -> tuple[Conversation, HistoryEntry, DecisionRecord]:
    """Return the conversation after a reply, with the history entry and the decision it makes.

    A reply makes the conversation due at once. It counts as a response of the stage that is under
    way once that stage has spoken: an answer to the stage before must not pass for one to this.
    ``first_waits`` says that it has not: its first message waits in the ledger. An
    opt-out ends the conversation, whatever its state was, unless it has ended already. What may be
    one calls a person, whatever its state is, and an active one is handed over: nothing is said
    before somebody has looked.

    Raises InvalidInputError if the conversation is full; an opt-out still ends it.
    """
    is_opt_out = analysis.is_opt_out and conversation.status in _CAN_STILL_END
    if conversation.metrics.messages_received >= MOST_REPLIES and not is_opt_out:
        raise InvalidInputError(
            f"the conversation holds as many replies as it can ({MOST_REPLIES}); a person has to "
            "read this one"
        )
    entry = HistoryEntry(
        message_id=str(reply.id),
        direction=Direction.INBOUND,
        content=reply.text[:_KEPT],
        timestamp=reply.received_at,
        metadata={
            "analysis": analysis.model_dump(),
            "applied_at": now,
            "characters": len(reply.text),
        },
    )
    conversation = end_standstill(conversation, now)
    is_first_said = conversation.visit.first_sent_at is not None and not first_waits
    has_spoken = is_first_said or not stage.messages
    counted = _count(conversation, reply, analysis, now)
    if has_spoken:
        counted = _answer_stage(counted, analysis, now)
    if is_opt_out:
        return _opted_out(counted, now), entry, _record(now, "complete", "opt_out", _OPT_OUT)
    if is_in_doubt(conversation, analysis):
        decision = possible_opt_out(stage, now)
        return hold(counted, decision), entry, decision
    due = counted.model_copy(update={"next_action_at": now}) if counted.is_active else counted
    return due, entry, _record(now, "receive", "reply", _summary(analysis))


_CAN_STILL_END = {ConversationStatus.ACTIVE, ConversationStatus.ESCALATED}
_OPT_OUT = "the recipient asked not to be written to again"


def is_in_doubt(conversation: Conversation, analysis: Analysis) -> bool:
    """Return whether a person has to say whether a reply is an opt-out.

    Of whom it is known that they have said stop, nothing is left to be asked.
    """
    return analysis.may_be_opt_out and conversation.outcome is not Outcome.OPTED_OUT


def possible_opt_out(stage: Stage | None, now: datetime) -> DecisionRecord:
    """Return the decision that hands a conversation over because of what may be an opt-out.

    ``stage`` is the one under way, whose guidance says whom to call; None if it is not known.
    """
    action = stage.progression.escalation_action if stage else None
    return DecisionRecord(
        at=now,
        kind="escalate",
        rule=POSSIBLE_OPT_OUT,
        reason="possible opt-out: a person has to read the reply before anything is sent",
        action=action or "notify_manager",
    )


def hold(conversation: Conversation, decision: DecisionRecord) -> Conversation:
    """Return the conversation that a decision hands over to a person, if none has it yet."""
    if not conversation.is_active:
        return conversation
    return end(conversation, ConversationStatus.ESCALATED, None, decision.reason, decision.at)


def _record(now: datetime, kind: str, rule: str, reason: str) -> DecisionRecord:
    return DecisionRecord(at=now, kind=kind, rule=rule, reason=reason)


def _summary(analysis: Analysis) -> str:
    named = ", ".join(analysis.named_responses) or "no named response"
    values = ", ".join(f"{name} = {value}" for name, value in analysis.values.items())
    return f"a reply was received: {named}" + (f"; {values}" if values else "")


def _answer_stage(conversation: Conversation, analysis: Analysis, now: datetime) -> Conversation:
    """Count a response, which comes after what it answers even if another clock was ahead."""
    visit = conversation.visit
    answered = max(filter(None, (visit.last_sent_at, visit.attended_at)), default=None)
    came_at = now if answered is None else max(now, answered + _MOMENT)
    took = answer_time(answered, came_at)
    return conversation.with_visit(
        responses=visit.responses + 1,
        last_response_at=came_at,
        named_responses=_together(visit.named_responses, analysis.named_responses),
    ).model_copy(update={} if took is None else {"answered_after_seconds": took})


def _together(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _count(
    conversation: Conversation, reply: InboundMessage, analysis: Analysis, now: datetime
) -> Conversation:
    metrics = conversation.metrics
    earlier = conversation.context.get("response")
    values = {**(earlier if isinstance(earlier, Mapping) else {}), **analysis.values}
    thread = (*conversation.thread, reply.message_id) if reply.message_id else conversation.thread
    return conversation.model_copy(
        update={
            "named_responses": _together(conversation.named_responses, analysis.named_responses),
            "context": {**conversation.context, "response": values},
            "metrics": metrics.model_copy(
                update={"messages_received": metrics.messages_received + 1}
            ),
            "last_active": now,
            "thread": thread[-10:],
        }
    )


def _opted_out(conversation: Conversation, now: datetime) -> Conversation:
    status = check_transition(
        CONVERSATION_TRANSITIONS, conversation.status, ConversationStatus.COMPLETED
    )
    return conversation.with_visit(exited_at=now).model_copy(
        update={
            "status": status,
            "outcome": Outcome.OPTED_OUT,
            "reason": _OPT_OUT,
            "next_action_at": None,
        }
    )
