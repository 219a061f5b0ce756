"""Delays grow, are spread, and are the same each time."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.retry_delays import LONGEST_DELAY, MOST_JITTER, retry_delay

FIVE_MINUTES = timedelta(minutes=5)


@given(st.integers(1, 10_000), st.text())
def test_a_delay_doubles_up_to_a_limit_and_is_up_to_a_fifth_longer(attempts: int, key: str) -> None:
    plain = min(FIVE_MINUTES * float(2 ** min(attempts - 1, 20)), LONGEST_DELAY)
    delay = retry_delay(FIVE_MINUTES, attempts, key)
    assert plain <= delay <= plain * (1 + MOST_JITTER)
    assert delay == retry_delay(FIVE_MINUTES, attempts, key)


def test_messages_deferred_together_come_back_spread() -> None:
    delays = sorted(retry_delay(FIVE_MINUTES, 1, f"message {n}") for n in range(600))
    # 60 s of jitter for 600 messages: in no 6 s more than twice the 60 that are there on average.
    for start in delays:
        assert sum(start <= one < start + timedelta(seconds=6) for one in delays) < 120
