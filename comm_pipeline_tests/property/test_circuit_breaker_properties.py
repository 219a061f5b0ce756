"""Whatever happens in whatever order, a breaker keeps its rules."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.circuit_breaker import (
    BREAKER_TRANSITIONS,
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

answers = st.sampled_from(ProviderAnswer)
events: st.SearchStrategy[list[tuple[str, list[ProviderAnswer]]]] = st.lists(
    st.one_of(
        st.tuples(st.just("answers"), st.lists(answers, max_size=30)),
        st.tuples(st.just("probe"), st.lists(answers, min_size=1, max_size=1)),
        st.tuples(st.just("stale probe"), st.lists(answers, min_size=1, max_size=1)),
        st.tuples(st.just("ask"), st.just([])),
    ),
    max_size=40,
)
steps = st.lists(st.integers(-5, 1200), min_size=40, max_size=40)


def _next(
    breaker: Breaker, event: tuple[str, list[ProviderAnswer]], now: datetime, token: str
) -> Breaker:
    kind, given_answers = event
    if kind == "answers":
        return answered(breaker, given_answers, now, RULES)
    if kind == "ask":
        is_due = breaker.state is not BreakerState.CLOSED and not wait_until(breaker, now, RULES)
        return begin_probe(breaker, token, now, RULES) if is_due else breaker
    shown = (breaker.probe or "none") if kind == "probe" else "stale"
    return probe_answered(breaker, shown, given_answers[0], now, RULES)


@given(events, steps)
def test_states_follow_each_other_as_the_table_says(
    happened: list[tuple[str, list[ProviderAnswer]]], seconds: list[int]
) -> None:
    breaker, now = Breaker(), NOON
    for number, event in enumerate(happened):
        now += timedelta(seconds=seconds[number])
        following = _next(breaker, event, now, f"probe {number}")
        is_same = following.state is breaker.state
        assert is_same or following.state in BREAKER_TRANSITIONS[breaker.state]
        if following.state is BreakerState.CLOSED and not is_same:
            assert event == ("probe", [ProviderAnswer.GOOD])
        breaker = following


@given(events, steps)
def test_nobody_waits_for_longer_than_the_longest_open_time(
    happened: list[tuple[str, list[ProviderAnswer]]], seconds: list[int]
) -> None:
    breaker, now = Breaker(), NOON
    for number, event in enumerate(happened):
        now += timedelta(seconds=seconds[number])
        breaker = _next(breaker, event, now, f"probe {number}")
        until = wait_until(breaker, now, RULES)
        assert until is None or now < until <= now + RULES.longest_open
        if breaker.state is BreakerState.CLOSED:
            assert until is None
            assert len(breaker.counts) <= 12
            assert breaker.failures_in_a_row < RULES.failures_in_a_row
