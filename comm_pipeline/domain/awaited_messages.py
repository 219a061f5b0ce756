"""What must have left before a conversation says another thing, so that the order is kept.

That is the latest message of the stage, and an answer that has overtaken it; before a stage has
spoken, those of the stage before. A message of an earlier stage that was answered before it left is
not among them: the gates drop it.
"""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.conversations import (
    Conversation,
    answer_key_in,
    has_answered_since,
    message_key_in,
)
from comm_pipeline.domain.decision import NOT_LEFT, DeliveryFact, as_it_left
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.statuses import DeliveryStatus

_NOT_OFFERED: Final = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED})


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
    if not facts:  # as of all conversations that have said nothing yet
        return None
    keys = awaited_keys(conversation)
    waiting = (fact for key in keys if (fact := facts.get(key)) and fact.status in NOT_LEFT)
    return next(waiting, facts.get(keys[0]) if keys else None)


def first_key(conversation: Conversation) -> MessageKey | None:
    """Return the ledger key of the stage's first message if nothing else of it has been said."""
    visit = conversation.visit
    is_alone = visit.next_message == 1 and not visit.follow_ups_sent
    return message_key_in(visit, conversation) if is_alone else None


def first_waits(conversation: Conversation, facts: Mapping[MessageKey, DeliveryFact]) -> bool:
    """Return whether the stage has said nothing yet that can have been read.

    A message that is just being handed over may have: a worker may have died over it.
    """
    key = first_key(conversation)
    fact = facts.get(key) if key else None
    return key in conversation.outbox if fact is None else fact.status in _NOT_OFFERED


def as_all_left(
    conversation: Conversation, facts: Mapping[MessageKey, DeliveryFact]
) -> Conversation:
    """Return the conversation with what was said last at the times at which it really left.

    Both move: a message that an answer has overtaken leaves after it, and is the latest then.
    """
    for key in awaited_keys(conversation) if facts else ():
        conversation = as_it_left(conversation, facts.get(key))
    return conversation
