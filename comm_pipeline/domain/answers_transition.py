"""What answers, proposals and people make of a conversation: the next state, as a new value."""

from datetime import datetime
from typing import Final

from comm_pipeline.domain.answers_plan import remembered
from comm_pipeline.domain.answers_state import Answering, PendingAnswer, Proposal
from comm_pipeline.domain.channel_choice import AddressKind, Route, kind_of
from comm_pipeline.domain.conversations import Conversation, HistoryEntry
from comm_pipeline.domain.decision import Answer
from comm_pipeline.domain.ids import MessageKey, answer_key, fallback_key, person_key
from comm_pipeline.domain.messages import MessageKind, OutboundMessage, RenderedText
from comm_pipeline.domain.statuses import (
    CONVERSATION_TRANSITIONS,
    ConversationStatus,
    check_transition,
)
from comm_pipeline.domain.transition import outbound_entry, without_pending

#: Times of answers that are kept: as many as ``max_per_day`` may be.
_TIMES_KEPT: Final = 50
_SAID_KEPT: Final = 200
#: Message-IDs that a thread carries along.
_THREAD_LENGTH: Final = 10
#: An answer is none of the stage's messages.
_NO_MESSAGE: Final = {"message_index": -1, "follow_up": 0}


def with_answer(
    conversation: Conversation, answer: Answer, text: RenderedText, domain: str, now: datetime
) -> tuple[Conversation, HistoryEntry]:
    """Return the conversation that has answered the reply that waits, and the history entry."""
    answering = conversation.answering
    assert answering is not None
    pending = answering.pending
    assert pending is not None
    key = answer_key(conversation.id, pending.stage, pending.reply_id)
    details: dict[str, object] = {
        **_NO_MESSAGE,
        "kind": MessageKind.ANSWER.value,
        "stage": pending.stage,
        "answers": pending.reply_id,
        "parts": list(answer.parts),
    }
    entry = outbound_entry(conversation, key, text, domain, now, details)
    if pending.message_id is not None:
        entry = entry.model_copy(
            update={"metadata": {**entry.metadata, "in_reply_to": pending.message_id}}
        )
    changed = answering.model_copy(
        update={
            "pending": _answered(pending) if answer.ends else None,
            "answered_at": (*answering.answered_at, now)[-_TIMES_KEPT:],
            "said": (*answering.said, *_to_remember(answer, pending))[-_SAID_KEPT:],
            "last_key": key,
        }
    )
    said = _said(conversation, entry, now)
    return said.model_copy(update={"answering": changed}), entry


def with_proposal(conversation: Conversation, answer: Answer, text: RenderedText) -> Conversation:
    """Return the conversation with the text of an answer, which waits for approval."""
    proposal = Proposal(subject=text.subject, text=text.text, parts=answer.parts)
    return _with_pending(conversation, {"proposal": proposal})


def approved(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation whose proposed answer may leave."""
    proposal = proposal_of(conversation)
    assert proposal is not None
    changed = proposal.model_copy(update={"is_approved": True})
    return _with_pending(conversation, {"proposal": changed}).model_copy(
        update={"next_action_at": now}
    )


def rejected(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation whose proposed answer never leaves; it goes on without it."""
    return without_pending(conversation).model_copy(update={"next_action_at": now})


def proposal_of(conversation: Conversation) -> Proposal | None:
    """Return the answer that a person was asked to approve, or None."""
    answering = conversation.answering
    if answering is None or answering.pending is None:
        return None
    return answering.pending.proposal


def with_words_of_a_person(
    conversation: Conversation, text: RenderedText, domain: str, now: datetime
) -> tuple[Conversation, HistoryEntry]:
    """Return the conversation in which a person has written, and the history entry.

    It answers whatever waited for an answer.
    """
    key = key_for_person(conversation, text.text)
    details = {**_NO_MESSAGE, "kind": MessageKind.PERSON.value}
    entry = outbound_entry(conversation, key, text, domain, now, details)
    answering = conversation.answering or Answering()
    changed = answering.model_copy(update={"pending": None, "last_key": key})
    said = _said(conversation, entry, now).model_copy(update={"answering": changed})
    if said.is_active:
        said = said.model_copy(update={"next_action_at": now})
    return said, entry


def said_again(
    conversation: Conversation, refused: OutboundMessage, route: Route, domain: str, now: datetime
) -> tuple[Conversation, HistoryEntry]:
    """Return the conversation that has said an answer, or a person's words, by another channel.

    Also the channel stands in the key, as for messages of the stage: it is said there once.
    """
    key = fallback_key(refused.id, route.channel)
    html = None if kind_of(route.channel) is AddressKind.PHONE else refused.html
    text = RenderedText(refused.subject, refused.text, html, route=route)
    details = {**_NO_MESSAGE, "kind": refused.kind.value, "stage": refused.stage}
    entry = outbound_entry(conversation, key, text, domain, now, details)
    answering = (conversation.answering or Answering()).model_copy(update={"last_key": key})
    return _said(conversation, entry, now).model_copy(update={"answering": answering}), entry


def key_for_person(conversation: Conversation, text: str) -> MessageKey:
    """Return the key of a person's words: the same until the recipient writes again."""
    after = str(conversation.metrics.messages_received)
    return person_key(conversation.id, conversation.current_stage, after, text)


def resumed(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation that a person gives back to the pipeline.

    Raises IllegalTransitionError unless it is escalated.
    """
    status = check_transition(
        CONVERSATION_TRANSITIONS, conversation.status, ConversationStatus.ACTIVE
    )
    return conversation.with_visit(attended_at=now).model_copy(
        update={"status": status, "reason": None, "next_action_at": now, "last_active": now}
    )


def _said(conversation: Conversation, entry: HistoryEntry, now: datetime) -> Conversation:
    metrics = conversation.metrics
    message_id = str(entry.metadata["rfc_message_id"])
    return conversation.with_visit(attended_at=now).model_copy(
        update={
            "metrics": metrics.model_copy(update={"messages_sent": metrics.messages_sent + 1}),
            "last_active": now,
            "outbox": (*conversation.outbox, MessageKey(entry.message_id)),
            "thread": (*conversation.thread, message_id)[-_THREAD_LENGTH:],
        }
    )


def _answered(pending: PendingAnswer) -> PendingAnswer:
    return pending.model_copy(update={"is_answered": True})


def _to_remember(answer: Answer, pending: PendingAnswer) -> list[str]:
    return [
        remembered(part, pending)
        for part in answer.parts
        if part.startswith(("ask_for.", "emphasis."))
    ]


def _with_pending(conversation: Conversation, changes: dict[str, object]) -> Conversation:
    answering = conversation.answering
    assert answering is not None
    assert answering.pending is not None
    pending = answering.pending.model_copy(update=changes)
    return conversation.model_copy(
        update={"answering": answering.model_copy(update={"pending": pending})}
    )
