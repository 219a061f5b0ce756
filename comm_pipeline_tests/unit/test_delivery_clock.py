"""What the ledger says of a stage's latest message moves the stage's clock, or does not."""

import pytest

from comm_pipeline.domain.decision import (
    DeliveryFact,
    Escalate,
    as_it_left,
    as_it_will_leave,
    decide,
)
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import (
    FACTS,
    a_conversation,
    a_message,
    a_stage,
    a_template,
    a_visit_after_message,
    at,
)

_LEFT = [
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.UNKNOWN,
]
_NOT_LEFT = [
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENDING,
    DeliveryStatus.DEFERRED,
    DeliveryStatus.CANCELLED,
    DeliveryStatus.SUPPRESSED,
]


@pytest.mark.parametrize("status", _LEFT)
def test_the_clock_counts_from_when_the_first_message_left(status: DeliveryStatus) -> None:
    visit = as_it_left(a_conversation(a_visit_after_message()), DeliveryFact(status, at(9))).visit
    assert (visit.first_sent_at, visit.last_sent_at) == (at(9), at(9))


def test_a_later_message_moves_only_its_own_time() -> None:
    conversation = a_conversation(a_visit_after_message(last_sent_at=at(5)))
    visit = as_it_left(conversation, DeliveryFact(DeliveryStatus.SENT, at(9))).visit
    assert (visit.first_sent_at, visit.last_sent_at) == (at(0), at(9))


@pytest.mark.parametrize("status", _NOT_LEFT)
def test_what_has_not_left_moves_nothing(status: DeliveryStatus) -> None:
    conversation = a_conversation(a_visit_after_message())
    assert as_it_left(conversation, DeliveryFact(status, at(9))) == conversation


def test_another_message_than_the_latest_moves_nothing() -> None:
    conversation = a_conversation(a_visit_after_message())
    fact = DeliveryFact(DeliveryStatus.SENT, at(9), MessageKey("of the stage before"))
    assert as_it_left(conversation, fact) == conversation


@pytest.mark.parametrize(
    ("status", "known_at", "leaves_at"),
    [
        (DeliveryStatus.QUEUED, None, 5),
        (DeliveryStatus.QUEUED, 3, 5),
        (DeliveryStatus.DEFERRED, 9, 9),
        (DeliveryStatus.SENT, 3, 3),
        (DeliveryStatus.CANCELLED, 3, 0),
    ],
)
def test_what_waits_will_leave_at_its_next_offer_and_the_rest_has_left(
    status: DeliveryStatus, known_at: float | None, leaves_at: float
) -> None:
    fact = DeliveryFact(status, None if known_at is None else at(known_at))
    conversation = a_conversation(a_visit_after_message())
    assert as_it_will_leave(conversation, fact, at(5)).visit.last_sent_at == at(leaves_at)


@pytest.mark.parametrize(("minutes", "moves"), [(0, False), (1, False), (1.1, True)])
def test_a_minute_is_on_time(minutes: float, moves: bool) -> None:
    conversation = a_conversation(a_visit_after_message())
    left = as_it_left(conversation, DeliveryFact(DeliveryStatus.SENT, at(minutes / 60)))
    assert (left != conversation) is moves


def test_an_answer_that_cancelled_a_follow_up_is_not_forgotten() -> None:
    """The follow-up was held back, the answer came, the follow-up was cancelled, all in time."""
    message = a_message(follow_up_delay_hours=24, max_follow_ups=1)
    template = a_template(a_stage(messages=(message,), min_responses_required=2))
    conversation = a_conversation(
        a_visit_after_message(
            last_sent_at=at(24), follow_ups_sent=1, last_response_at=at(30), responses=1
        )
    )
    cancelled = DeliveryFact(DeliveryStatus.CANCELLED, at(40))
    decision = decide(conversation, template, FACTS, at(54), cancelled)
    assert isinstance(decision, Escalate)
    assert decision.rule == "insufficient_response"
