"""What answers, proposals and people's words leave behind in a conversation."""

from dataclasses import replace
from typing import Any

import pytest

from comm_pipeline.domain.answers_state import Answering, PendingAnswer, Proposal
from comm_pipeline.domain.answers_transition import (
    approved,
    proposal_of,
    rejected,
    resumed,
    said_again,
    with_answer,
    with_proposal,
    with_words_of_a_person,
)
from comm_pipeline.domain.channel_choice import Route
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Answer
from comm_pipeline.domain.ids import MessageKey, StageName, answer_key, fallback_key, rfc_message_id
from comm_pipeline.domain.messages import MessageKind
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline_tests.builders import (
    CONVERSATION_ID,
    DOMAIN,
    TEXT,
    a_conversation,
    a_ledger_entry,
    a_visit_after_message,
    at,
)

KEY = answer_key(CONVERSATION_ID, StageName("awareness"), "reply_1")
ANSWER = Answer("answer", "for the test", ("intents.thanks", "ask_for.team_size", "emphasis.0"))
PLACE = {"message_index": -1, "follow_up": 0}


def waiting(answering: dict[str, Any] | None = None, **pending: Any) -> Conversation:
    """Return a conversation in which a reply has waited for an answer since 1 h."""
    said = {"reply_id": "reply_1", "stage": "awareness", "at": at(1), "confidence": 1.0}
    one = PendingAnswer.model_validate(said | pending)
    memory = Answering(pending=one).model_copy(update=answering or {})
    return a_conversation(a_visit_after_message(), answering=memory)


def memory_of(conversation: Conversation) -> Answering:
    assert conversation.answering is not None
    return conversation.answering


def test_an_answer_is_kept_with_what_it_answers() -> None:
    after, entry = with_answer(waiting(), ANSWER, TEXT, DOMAIN, at(2))
    assert entry.metadata == PLACE | {
        "stage": "awareness",
        "kind": "answer",
        "answers": "reply_1",
        "parts": list(ANSWER.parts),
        "subject": TEXT.subject,
        "rfc_message_id": rfc_message_id(KEY, DOMAIN),
    }
    assert memory_of(after) == Answering(
        answered_at=(at(2),), said=("ask_for.team_size", "awareness:emphasis.0"), last_key=KEY
    )
    assert after.visit.attended_at == after.last_active == at(2)


def test_it_is_sent_in_answer_to_the_reply_if_that_has_a_message_id() -> None:
    _, entry = with_answer(waiting(message_id="<1@x>"), ANSWER, TEXT, DOMAIN, at(2))
    assert entry.metadata["in_reply_to"] == "<1@x>"


def test_what_is_remembered_of_answers_is_limited() -> None:
    before = waiting(
        {
            "answered_at": tuple(at(-number) for number in range(60, 0, -1)),
            "said": tuple(f"ask_for.{number}" for number in range(210)),
        }
    ).model_copy(update={"thread": tuple(f"<{number}@x>" for number in range(12))})
    after, _ = with_answer(before, ANSWER, TEXT, DOMAIN, at(2))
    memory = memory_of(after)
    lengths = (len(memory.answered_at), len(memory.said), len(after.thread))
    assert lengths == (50, 200, 10)
    assert (memory.answered_at[-1], memory.said[-1]) == (at(2), "awareness:emphasis.0")
    assert after.thread[-1] == rfc_message_id(KEY, DOMAIN)


def test_the_reply_waits_on_as_answered_where_the_conversation_ends_with_it() -> None:
    after, _ = with_answer(waiting(), replace(ANSWER, ends=True), TEXT, DOMAIN, at(2))
    pending = memory_of(after).pending
    assert pending is not None
    assert pending.is_answered


def test_a_proposal_is_approved_or_rejected_and_the_conversation_goes_on_at_once() -> None:
    proposed = with_proposal(waiting(), ANSWER, TEXT)
    proposal = Proposal(subject=TEXT.subject, text=TEXT.text, parts=ANSWER.parts)
    assert proposal_of(proposed) == proposal
    after = approved(proposed, at(3))
    assert proposal_of(after) == proposal.model_copy(update={"is_approved": True})
    without = rejected(proposed, at(4))
    assert memory_of(without).pending is None
    assert (after.next_action_at, without.next_action_at) == (at(3), at(4))


@pytest.mark.parametrize("answering", [None, Answering()])
def test_where_nothing_waits_nothing_was_proposed(answering: Answering | None) -> None:
    assert proposal_of(a_conversation(answering=answering)) is None


@pytest.mark.parametrize("status", [ConversationStatus.ACTIVE, ConversationStatus.ESCALATED])
def test_a_persons_words_answer_what_waited_and_wake_only_an_active_conversation(
    status: ConversationStatus,
) -> None:
    before = waiting({"said": ("ask_for.team_size",)}).model_copy(
        update={"status": status, "next_action_at": None}
    )
    after, entry = with_words_of_a_person(before, TEXT, DOMAIN, at(3))
    key = MessageKey(entry.message_id)
    assert memory_of(after) == Answering(said=("ask_for.team_size",), last_key=key)
    assert (after.next_action_at == at(3)) is after.is_active
    assert {name: entry.metadata[name] for name in ("kind", *PLACE)} == {"kind": "person"} | PLACE
    assert (after.outbox, after.metrics.messages_sent) == ((key,), 1)
    assert (after.visit.attended_at, after.last_active) == (at(3), at(3))


def test_a_person_may_write_where_nothing_was_ever_answered() -> None:
    after, entry = with_words_of_a_person(a_conversation(), TEXT, DOMAIN, at(3))
    assert memory_of(after) == Answering(last_key=MessageKey(entry.message_id))


@pytest.mark.parametrize(("channel", "html"), [("sms", None), ("email", "<p>Hi</p>")])
def test_what_one_channel_refused_is_said_by_another_in_its_own_form(
    channel: str, html: str | None
) -> None:
    refused = a_ledger_entry(kind=MessageKind.ANSWER, html="<p>Hi</p>")
    before = waiting({"said": ("ask_for.team_size",)})
    route = Route(channel, "+4915112345678")
    after, entry = said_again(before, refused, route, DOMAIN, at(5))
    key = fallback_key(refused.id, channel)
    assert (entry.message_id, entry.content, entry.timestamp) == (key, refused.text, at(5))
    expected = PLACE | {
        "kind": "answer",
        "stage": "awareness",
        "subject": refused.subject,
        "channel": channel,
        "address": "+4915112345678",
        "rfc_message_id": rfc_message_id(key, DOMAIN),
    }
    assert entry.metadata == expected | ({} if html is None else {"html": html})
    assert memory_of(after) == memory_of(before).model_copy(update={"last_key": key})
    assert after.outbox == (key,)


def test_also_a_persons_words_are_said_again_where_nothing_was_ever_answered() -> None:
    refused = a_ledger_entry(kind=MessageKind.PERSON)
    after, entry = said_again(a_conversation(), refused, Route("sms", "+49"), DOMAIN, at(5))
    assert memory_of(after) == Answering(last_key=MessageKey(entry.message_id))


def test_who_gets_a_conversation_back_has_it_go_on_at_once() -> None:
    held = a_conversation(status=ConversationStatus.ESCALATED, reason="anger", next_action_at=None)
    after = resumed(held, at(7))
    assert (after.status, after.reason) == (ConversationStatus.ACTIVE, None)
    assert after.next_action_at == after.last_active == after.visit.attended_at == at(7)
