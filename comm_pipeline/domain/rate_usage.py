"""What has been used of rate limits, and when there will be permits again.

A permit is leave to offer one message. For each sliding limit the permits of the latest time are
kept, counted in sixty slots of its length. A permit counts until its whole slot is older than the
length. From this follow, for the instants at which permits are taken:

- **Never more than the maximum in any time of the limit's length**, both ends included.
- A permit counts for at most a sixtieth of the length too long: with steady demand at least 60/61
  of the maximum is reached.
- If the clocks of machines differ by d, the length is shorter by d: never more than the maximum in
  any true time of length - d. Permits from the future are counted as taken now, so that a clock
  that was wrong, even by years, keeps nothing waiting for longer than the length.

A limit that is set anew counts from then on. Two limits of the same length are one too many: the
smaller is enough.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from comm_pipeline.domain.rate_limits import RateLimits, SlidingLimit

_SLOTS: Final = 60
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: How near to today a local day is remembered, so that a clock that goes back finds its day again.
_DAYS_KEPT: Final = timedelta(days=7)
#: Times that a schedule names; what does not fit waits for the last of them and asks again.
_MOST_TIMES: Final = 200

#: Permits by the first millisecond of their slot, oldest first.
Slots = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class RateUsage:
    """The permits that were taken lately under one set of limits.

    ``sliding`` is by length in milliseconds, ``days`` by local day; ``first_day`` is that of a
    sender's warm-up.
    """

    sliding: Mapping[int, Slots] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    first_day: date | None = None


def take(usage: RateUsage, limits: RateLimits, count: int, now: datetime) -> tuple[RateUsage, int]:
    """Take up to ``count`` permits; return what is used then, and how many were granted."""
    current = _current(usage, limits, now)
    granted = max(0, min(count, *_free(current, limits, now, count)))
    return (_with(current, limits, granted, now) if granted else current), granted


def give_back(usage: RateUsage, limits: RateLimits, count: int, taken_at: datetime) -> RateUsage:
    """Return permits that were taken at ``taken_at`` and will never be used.

    Only what may be those permits is taken off, so others go on counting for as long as they must.
    """
    at = _milliseconds(taken_at)
    sliding = {length: _without(slots, count, at) for length, slots in usage.sliding.items()}
    day = _local_day(limits, taken_at)
    days = {one: n - count * (one == day) for one, n in usage.days.items()}
    kept = {one: n for one, n in days.items() if n > 0}
    return replace(usage, sliding=sliding, days=kept)


def next_at(usage: RateUsage, limits: RateLimits, now: datetime) -> datetime:
    """Return when there is a permit if nobody takes one until then; ``now`` if there is one."""
    current = _current(usage, limits, now)
    times = [_slides_at(limit, current, now) for limit in limits.sliding]
    maximum = limits.maximum_on(_local_day(limits, now), current.first_day)
    if maximum is not None and current.days.get(_local_day(limits, now), 0) >= maximum:
        times.append(_next_midnight(limits, now))
    return max(times, default=now)


def schedule(
    usage: RateUsage, limits: RateLimits, count: int, now: datetime
) -> tuple[RateUsage, list[datetime]]:
    """Return when each of ``count`` messages may have its permit if nobody else takes any.

    So messages that wait do not all come back at the same time. Also returns what would be used
    then, from which the next ones in the queue can be scheduled, from the last time on.
    """
    times: list[datetime] = []
    for _ in range(_MOST_TIMES):
        now = next_at(usage, limits, now)
        usage, granted = take(usage, limits, count - len(times), now)
        times.extend([now] * granted)
        if len(times) == count:
            return usage, times
    return usage, times + [now] * (count - len(times))


def _current(usage: RateUsage, limits: RateLimits, now: datetime) -> RateUsage:
    """Return what still counts at ``now``."""
    at = _milliseconds(now)
    sliding = {
        length: _still_counted(usage.sliding.get(length, {}), length, at)
        for length in (_length_of(limit) for limit in limits.sliding)
    }
    return replace(usage, sliding=sliding)


def _still_counted(slots: Slots, length: int, now: int) -> Slots:
    kept: dict[int, int] = {}
    for start, count in sorted(slots.items()):
        if _ends_counting(start, length) > now:
            slot = min(start, _slot(now, length))
            kept[slot] = kept.get(slot, 0) + count
    return kept


def _free(usage: RateUsage, limits: RateLimits, now: datetime, count: int) -> Iterable[int]:
    yield count
    for limit in limits.sliding:
        yield limit.maximum - sum(usage.sliding[_length_of(limit)].values())
    day = _local_day(limits, now)
    maximum = limits.maximum_on(day, usage.first_day)
    if maximum is not None:
        yield maximum - usage.days.get(day, 0)


def _with(usage: RateUsage, limits: RateLimits, count: int, now: datetime) -> RateUsage:
    at, day = _milliseconds(now), _local_day(limits, now)
    sliding = {}
    for length, slots in usage.sliding.items():
        slot = _slot(at, length)
        sliding[length] = {**slots, slot: slots.get(slot, 0) + count}
    if limits.maximum_on(day, usage.first_day) is None:
        return replace(usage, sliding=sliding)
    days = {**usage.days, day: usage.days.get(day, 0) + count}
    near = {one: n for one, n in days.items() if abs(one - day) <= _DAYS_KEPT}
    first_day = min(usage.first_day or day, day) if limits.warm_up else None
    return RateUsage(sliding, near, first_day)


def _without(slots: Slots, count: int, at: int) -> Slots:
    """Take permits off the newest slots that are not younger than ``at``."""
    kept = dict(slots)
    for start in sorted(slots, reverse=True):
        if start <= at:
            taken = min(count, kept[start])
            kept[start] -= taken
            count -= taken
    return {start: n for start, n in kept.items() if n > 0}


def _slides_at(limit: SlidingLimit, usage: RateUsage, now: datetime) -> datetime:
    """Return when less than the maximum still counts."""
    length = _length_of(limit)
    slots = usage.sliding[length]
    left = sum(slots.values())
    at = now
    for start, count in slots.items():
        if left < limit.maximum:
            break
        left -= count
        at = _EPOCH + _ends_counting(start, length) * _MILLISECOND
    return at


def _next_midnight(limits: RateLimits, now: datetime) -> datetime:
    tomorrow = _local_day(limits, now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=limits.zone).astimezone(UTC)


def _local_day(limits: RateLimits, at: datetime) -> date:
    return at.astimezone(limits.zone).date()


def _slot(at: int, length: int) -> int:
    return at - at % _width(length)


def _ends_counting(start: int, length: int) -> int:
    return start + _width(length) + length


def _width(length: int) -> int:
    return max(1, length // _SLOTS)


def _length_of(limit: SlidingLimit) -> int:
    return limit.length // _MILLISECOND


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
