"""Waiting for a condition with a limit, by asking again and again."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from comm_pipeline.errors import EnvironmentFailure

T = TypeVar("T")

INTERVAL_SECONDS = 0.03


def wait_until(
    condition: Callable[[], T],
    limit_seconds: float,
    what: str,
    interval_seconds: float = INTERVAL_SECONDS,
) -> T:
    """Return the first true value of `condition`, asked at once and then at each interval.

    `what` completes the sentence "waited 10 s in vain for …".
    Raises EnvironmentFailure when the limit has passed; what `condition` raises passes through.
    """
    value = first_true(condition, limit_seconds, interval_seconds)
    if not value:
        raise EnvironmentFailure(f"Waited {limit_seconds:g} s in vain for {what}.")
    return value


def first_true(
    condition: Callable[[], T], limit_seconds: float, interval_seconds: float = INTERVAL_SECONDS
) -> T:
    """Like `wait_until`, but return the last (untrue) value when the limit has passed."""
    pause = threading.Event()
    deadline = time.monotonic() + limit_seconds
    value = condition()
    while not value and time.monotonic() < deadline:
        pause.wait(interval_seconds)
        value = condition()
    return value
