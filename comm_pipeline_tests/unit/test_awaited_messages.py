"""What must have left before a conversation says another thing."""

from typing import Any

import pytest

from comm_pipeline.domain.answers_state import Answering
from comm_pipeline.domain.awaited_messages import (
    as_all_left,
    awaited_delivery,
    awaited_keys,
    first_key,
    first_waits,
)
from comm_pipeline.domain.conversations import Conversation, last_outbound_key
from comm_pipeline.domain.decision import DeliveryFact
from comm_pipeline.domain.ids import MessageKey, StageName
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.transition import enter_stage
from comm_pipeline_tests.builders import a_conversation, a_visit_after_message, at

ANSWER = MessageKey("the answer")
SPOKEN = a_conversation(a_visit_after_message())
MESSAGE = last_outbound_key(SPOKEN) or MessageKey("")


def entered(conversation: Conversation, *names: str) -> Conversation:
    for hours, name in enumerate(names, start=2):
        conversation = enter_stage(conversation, StageName(name), at(hours))
    return conversation


def answered(hours: float, **visit: Any) -> Conversation:
    """Return the conversation whose reply was answered at ``hours``; the message left at 0."""
    spoken = a_visit_after_message(attended_at=at(hours), **visit)
    return a_conversation(spoken, answering=Answering(last_key=ANSWER))


def test_nothing_is_waited_for_before_the_first_message() -> None:
    assert awaited_keys(a_conversation()) == ()
    assert awaited_delivery(a_conversation(), {}) is None


@pytest.mark.parametrize("names", [(), ("next",), ("silent", "next")])
def test_the_latest_message_is_waited_for_also_in_the_stages_after_it(names: Any) -> None:
    assert awaited_keys(entered(SPOKEN, *names)) == (MESSAGE,)


def test_a_message_is_waited_for_also_after_the_answer_that_has_overtaken_it() -> None:
    assert awaited_keys(answered(1)) == (ANSWER, MESSAGE)
    assert awaited_keys(entered(answered(1), "next")) == (ANSWER, MESSAGE)
    assert awaited_keys(answered(-1)) == (MESSAGE,)


def test_a_message_of_a_past_stage_that_was_answered_is_not_waited_for() -> None:
    heard = a_visit_after_message(last_response_at=at(0.5))
    assert awaited_keys(a_conversation(heard)) == (MESSAGE,)
    assert awaited_keys(entered(a_conversation(heard), "next")) == ()
    assert awaited_keys(entered(answered(1, last_response_at=at(0.5)), "next")) == (ANSWER,)


@pytest.mark.parametrize(
    ("answer", "message", "told"),
    [
        ("sent", "sent", "answer"),
        ("sent", "deferred", "message"),
        ("queued", "deferred", "answer"),
        ("queued", "sent", "answer"),
        (None, "deferred", "message"),
        (None, "sent", None),
    ],
)
def test_what_has_not_left_is_told_first(answer: str | None, message: str, told: Any) -> None:
    facts = {MESSAGE: DeliveryFact(DeliveryStatus(message), at(1))}
    if answer is not None:
        facts[ANSWER] = DeliveryFact(DeliveryStatus(answer), at(2))
    expected = {"answer": facts.get(ANSWER), "message": facts[MESSAGE], None: None}[told]
    assert awaited_delivery(answered(1), facts) == expected


def test_an_answer_and_the_message_that_it_overtook_both_move_to_when_they_left() -> None:
    facts = {
        ANSWER: DeliveryFact(DeliveryStatus.SENT, at(2), ANSWER),
        MESSAGE: DeliveryFact(DeliveryStatus.SENT, at(24), MESSAGE),
    }
    visit = as_all_left(answered(1), facts).visit
    assert (visit.first_sent_at, visit.last_sent_at, visit.attended_at) == (at(24), at(24), at(2))
    again = as_all_left(answered(2, first_sent_at=at(24), last_sent_at=at(24)), facts).visit
    assert (again.last_sent_at, again.attended_at) == (at(24), at(2))


@pytest.mark.parametrize("status", ["queued", "deferred", "cancelled"])
def test_what_has_not_left_moves_nothing(status: str) -> None:
    facts = {key: DeliveryFact(DeliveryStatus(status), at(9), key) for key in (ANSWER, MESSAGE)}
    assert as_all_left(answered(1), facts) == answered(1)


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        *(("queued", True), ("deferred", True)),
        *(("sending", False), ("sent", False), ("unknown", False), (None, False)),
    ],
)
def test_a_stage_has_spoken_when_its_first_message_may_have_been_read(
    status: str | None, waits: bool
) -> None:
    facts = {MESSAGE: DeliveryFact(DeliveryStatus(status), at(1))} if status else {}
    assert first_key(SPOKEN) == MESSAGE
    assert first_waits(SPOKEN, facts) is waits


def test_a_message_that_is_not_in_the_ledger_yet_has_not_been_read() -> None:
    assert first_waits(SPOKEN.model_copy(update={"outbox": (MESSAGE,)}), {})


@pytest.mark.parametrize("visit", [{"follow_ups_sent": 1}, {"next_message": 2}])
def test_a_stage_that_has_said_more_has_spoken(visit: Any) -> None:
    conversation = a_conversation(a_visit_after_message(**visit))
    facts = {
        key: DeliveryFact(DeliveryStatus.DEFERRED, at(1)) for key in awaited_keys(conversation)
    }
    assert first_key(conversation) is None
    assert not first_waits(conversation, facts)
    assert not first_waits(a_conversation(), {})
