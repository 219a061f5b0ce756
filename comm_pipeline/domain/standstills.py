"""Times at which a conversation says nothing because of what came in: absences and soft bounces.

While it lasts no clock of the stage runs: the times of its messages are moved by as much, so that
follow-ups and the stage's maximum come as long after it as they would have come without it. An
answer ends it at once.
"""

from datetime import datetime, timedelta

from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Standstill,
    has_answered_since,
)

#: How long somebody is taken to be away who does not say until when.
AWAY_WITHOUT_A_DATE = timedelta(days=3)
#: How long nothing is said after a message did not arrive for a reason that may pass.
AFTER_SOFT_BOUNCE = timedelta(days=1)


def current_standstill(conversation: Conversation, now: datetime) -> Standstill | None:
    """Return why nothing may be said at ``now``, or None."""
    found = conversation.standstill
    return found if found is not None and now < found.until else None


def stand_still(
    conversation: Conversation, standstill: Standstill, now: datetime
) -> tuple[Conversation, DecisionRecord] | None:
    """Return the conversation that says nothing until then, and the decision that it makes.

    None if there is nothing to change: it has ended, it stands still for longer, or the time is
    over.
    """
    before = current_standstill(conversation, now)
    begins_at = before.until if before else now
    if not conversation.is_active or standstill.until <= begins_at:
        return None
    moved = _moved(conversation, standstill.until - begins_at)
    changes = {"standstill": standstill, "next_action_at": now, "last_active": now}
    decision = DecisionRecord(
        at=now,
        kind="receive",
        rule=standstill.rule,
        reason=standstill.reason,
        until=standstill.until,
    )
    return moved.model_copy(update=changes), decision


def end_standstill(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation going on at ``now``: who answers is there."""
    found = current_standstill(conversation, now)
    if found is None:
        return conversation
    ended = found.model_copy(update={"until": now})
    return _moved(conversation, now - found.until).model_copy(update={"standstill": ended})


def _moved(conversation: Conversation, by: timedelta) -> Conversation:
    visit = conversation.visit
    if visit.first_sent_at is None or visit.last_sent_at is None:
        return conversation
    answered_at = visit.last_response_at
    # An answer to what was said last must stay after it.
    is_answered = answered_at is not None and has_answered_since(visit, visit.last_sent_at)
    return conversation.with_visit(
        first_sent_at=visit.first_sent_at + by,
        last_sent_at=visit.last_sent_at + by,
        last_response_at=answered_at + by if answered_at and is_answered else answered_at,
    )
