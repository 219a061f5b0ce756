"""A provider's good and bad answers of the latest time, counted in parts of that time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
#: Parts of the time over which answers are counted.
_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """Answers of a part of the window, which begins at ``start_ms`` since 1970."""

    start_ms: int
    good: int = 0
    bad: int = 0


def with_answers(
    counts: Sequence[AnswerCount], now: datetime, window: timedelta, *, good: int = 0, bad: int = 0
) -> tuple[AnswerCount, ...]:
    """Add answers to the part of the window that ``now`` is in; forget those that are over."""
    at, length = (now - _EPOCH) // _MILLISECOND, window // _MILLISECOND
    start = at - at % max(1, length // _PARTS)
    near = [one for one in counts if abs(at - one.start_ms) < length]
    return added_counts(near, [AnswerCount(start_ms=start, good=good, bad=bad)])


def added_counts(
    counts: Sequence[AnswerCount], more: Sequence[AnswerCount]
) -> tuple[AnswerCount, ...]:
    """Return the sums of both, oldest first."""
    sums: dict[int, AnswerCount] = {}
    for one in (*counts, *more):
        old = sums.get(one.start_ms)
        sums[one.start_ms] = one if old is None else _sum(old, one)
    return tuple(sums[start] for start in sorted(sums))


def _sum(one: AnswerCount, more: AnswerCount) -> AnswerCount:
    return AnswerCount(one.start_ms, one.good + more.good, one.bad + more.bad)
