"""Advancing a conversation: decisions in a row, until it waits or has ended."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from comm_pipeline.domain.awaited_messages import as_all_left, awaited_delivery
from comm_pipeline.domain.conversations import Conversation, DecisionRecord, HistoryEntry
from comm_pipeline.domain.decision import (
    Answer,
    Complete,
    Decision,
    DeliveryFact,
    Escalate,
    Send,
    Wait,
    after_message,
)
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.transition import record, without_message
from comm_pipeline.errors import CommPipelineError
from comm_pipeline.services.answering import ComposeText, speak
from comm_pipeline.storage.conversation_commits import Commit

#: Decisions in a row for one conversation; a template that needs more goes in circles.
_MAX_DECISIONS: Final = 200
_Message = Send | Answer
_Last = Wait | Complete | Escalate


async def advance_conversation(
    conversation: Conversation,
    deliveries: Mapping[MessageKey, DeliveryFact],
    decide_next: Callable[[Conversation, DeliveryFact | None], Awaitable[Decision]],
    compose_text: ComposeText,
    message_id_domain: str,
    now: datetime,
    action: Callable[[Conversation], str] = lambda _: "notify_manager",
) -> Commit:
    """Decide and apply until the conversation waits or has ended; return what to write.

    A message that its recipient's data cannot fill ends the conversation as failed, with the
    reason; an answer that must not be sent calls a person instead, with what ``action`` says.
    ``deliveries`` tell what became of the messages that it waits for; ``decide_next`` is told that
    until something is said. One message at most is said: the next one waits until this one has
    left.
    """
    state = _well_again(as_all_left(conversation, deliveries))
    entries: list[HistoryEntry] = []
    decisions: list[DecisionRecord] = []
    for _ in range(_MAX_DECISIONS):
        known = None if entries else awaited_delivery(state, deliveries)
        decision = await decide_next(state, known)
        if entries:
            decision = after_message(decision, now)
        instead: Decision | None = decision
        if isinstance(decision, _Message):
            instead, state, entry = await speak(
                state, decision, compose_text, message_id_domain, action, now
            )
            if entry is not None:
                entries.append(entry)
        if instead is not None:
            decision = instead
            state = without_message(state, decision, now)
        decisions.append(record(decision, now))
        if isinstance(decision, _Last):
            return Commit(conversation, state, tuple(entries), tuple(decisions))
    raise CommPipelineError(f"{_MAX_DECISIONS} decisions in a row: the template goes in circles")


def _well_again(conversation: Conversation) -> Conversation:
    """Return the conversation without the failures that a success has ended."""
    return (
        conversation.model_copy(update={"failures": 0}) if conversation.failures else conversation
    )


def given_up(conversation: Conversation, reason: str, now: datetime) -> Commit:
    """Return the end of a conversation that cannot be led on, as an error with its reason."""
    decision = Complete("error", reason, Outcome.ERROR)
    after = without_message(conversation, decision, now)
    return Commit(conversation, after, (), (record(decision, now),))
