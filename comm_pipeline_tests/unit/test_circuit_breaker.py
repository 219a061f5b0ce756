"""A breaker's states, and what answers do to it."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from comm_pipeline.domain.circuit_breaker import (
    Breaker,
    BreakerState,
    ProviderAnswer,
    answered,
    begin_probe,
    probe_answered,
    wait_until,
)
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = BreakerRules()
GOOD, BAD, NEUTRAL = ProviderAnswer.GOOD, ProviderAnswer.BAD, ProviderAnswer.NEUTRAL
CLOSED = Breaker()


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def opened() -> Breaker:
    return answered(CLOSED, [BAD] * 5, NOON, RULES)


def probing(seconds: float = 30) -> Breaker:
    return begin_probe(opened(), "token", after(seconds), RULES)


def test_five_failures_in_a_row_open_it() -> None:
    assert answered(CLOSED, [BAD] * 4, NOON, RULES).state is BreakerState.CLOSED
    breaker = opened()
    assert breaker.state is BreakerState.OPEN
    assert breaker.reason == "5 failures in a row"
    assert wait_until(breaker, NOON, RULES) == after(30)


def test_a_good_answer_between_them_begins_a_new_row_and_a_neutral_one_does_not() -> None:
    assert answered(CLOSED, [BAD] * 4 + [GOOD] + [BAD] * 4, NOON, RULES).state == "closed"
    assert answered(CLOSED, [BAD] * 4 + [NEUTRAL, BAD], NOON, RULES).state == "open"


def test_half_of_the_latest_answers_being_failures_opens_it() -> None:
    breaker = answered(CLOSED, [GOOD, BAD] * 9 + [GOOD], NOON, RULES)  # 9 of 19: too few answers
    assert breaker.state is BreakerState.CLOSED
    breaker = answered(breaker, [BAD], NOON, RULES)
    assert breaker.state is BreakerState.OPEN
    assert breaker.reason == "10 of the last 20 answers were failures"


def test_failures_of_more_than_a_minute_ago_do_not_count_in_the_share() -> None:
    breaker = answered(CLOSED, [GOOD, BAD] * 9, NOON, RULES)
    assert answered(breaker, [GOOD, BAD], after(61), RULES).state is BreakerState.CLOSED


def test_an_open_breaker_waits_and_ignores_answers_to_what_was_offered_before() -> None:
    breaker = opened()
    assert answered(breaker, [GOOD] * 100, after(1), RULES) is breaker
    assert wait_until(breaker, after(29.9), RULES) == after(30)
    assert wait_until(breaker, after(30), RULES) is None


def test_while_one_probes_the_others_look_again_soon() -> None:
    breaker = probing()
    assert breaker.state is BreakerState.HALF_OPEN
    assert wait_until(breaker, after(31), RULES) == after(41)
    assert wait_until(breaker, after(149), RULES) == after(150)  # 30 s open, 120 s for the probe
    assert wait_until(breaker, after(150), RULES) is None


def test_a_good_probe_closes_it() -> None:
    assert probe_answered(probing(), "token", GOOD, after(31), RULES) == CLOSED


def test_a_bad_probe_opens_it_for_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    breaker, now, waits = opened(), NOON, []
    for _ in range(7):
        until = wait_until(breaker, now, RULES)
        assert until is not None
        waits.append((until - now).total_seconds())
        breaker = begin_probe(breaker, "token", until, RULES)
        breaker, now = probe_answered(breaker, "token", BAD, until, RULES), until
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_it_begins_again_with_half_a_minute_after_it_was_closed() -> None:
    breaker = probe_answered(probing(), "token", BAD, after(31), RULES)
    breaker = probe_answered(begin_probe(breaker, "t", after(91), RULES), "t", GOOD, NOON, RULES)
    assert wait_until(answered(breaker, [BAD] * 5, after(92), RULES), after(92), RULES) == after(
        122
    )


def test_a_probe_that_says_nothing_goes_to_whoever_asks_next() -> None:
    breaker = probe_answered(probing(), "token", NEUTRAL, after(31), RULES)
    assert breaker.state is BreakerState.HALF_OPEN
    assert wait_until(breaker, after(31), RULES) is None


@pytest.mark.parametrize("answer", list(ProviderAnswer))
def test_only_the_latest_probe_counts(answer: ProviderAnswer) -> None:
    replaced = begin_probe(probing(), "other", after(151), RULES)
    assert probe_answered(replaced, "token", answer, after(152), RULES) is replaced
    assert probe_answered(opened(), "token", answer, after(152), RULES).state == "open"
    assert answered(replaced, [answer] * 100, after(152), RULES) is replaced


def test_a_time_from_a_clock_that_was_wrong_is_over() -> None:
    breaker = answered(CLOSED, [BAD] * 5, after(86_400), RULES)
    assert wait_until(breaker, NOON, RULES) is None


def test_times_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValidationError, match="longest_open: must not be shorter"):
        BreakerRules(longest_open=timedelta(seconds=10))
