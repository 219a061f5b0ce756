"""What must have left before a conversation says another thing, so that the order is kept.

That is the latest message of the stage, and an answer that has overtaken it; before a stage has
spoken, those of the stage before. A message of an earlier stage that was answered before it left is
not among them: the gates drop it.
"""

from collections.abc import Mapping

from comm_pipeline.domain.conversations import (
    Conversation,
    answer_key_in,
    has_answered_since,
    message_key_in,
)
from comm_pipeline.domain.decision import NOT_LEFT, DeliveryFact
from comm_pipeline.domain.ids import MessageKey


def awaited_keys(conversation: Conversation) -> tuple[MessageKey, ...]:
    """Return the ledger keys of these messages, the latest first; none if nothing was said."""
    for visit in reversed(conversation.stages):
        answer, message = answer_key_in(visit, conversation), message_key_in(visit, conversation)
        is_past = visit is not conversation.visit
        if is_past and message and has_answered_since(visit, visit.last_sent_at):
            message = None
        if found := tuple(key for key in (answer, message) if key is not None):
            return found
        if visit.next_message:
            break
    return ()


def awaited_delivery(
    conversation: Conversation, facts: Mapping[MessageKey, DeliveryFact]
) -> DeliveryFact | None:
    """Return what ``decide`` is told: of the one that has not left, or else of the latest."""
    keys = awaited_keys(conversation)
    waiting = (fact for key in keys if (fact := facts.get(key)) and fact.status in NOT_LEFT)
    return next(waiting, facts.get(keys[0]) if keys else None)
