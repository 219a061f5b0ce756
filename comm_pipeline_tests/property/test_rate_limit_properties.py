"""Whatever is asked for and whenever: never more than the maximum in any window."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.rate_limits import RateLimits, SlidingLimit
from comm_pipeline.domain.rate_usage import RateUsage, give_back, next_at, schedule, take

BEGIN = datetime(2026, 3, 28, 22, tzinfo=UTC)  # a few hours before clocks in Berlin change
#: A permit counts for at most a sixtieth of the length, and the rest of a millisecond, too long.
SLACK = 61 / 60

lengths = st.sampled_from([1, 7, 60, 3600, 86400]).map(lambda seconds: timedelta(seconds=seconds))
sliding = st.lists(
    st.builds(SlidingLimit, st.integers(1, 20), lengths),
    min_size=1,
    max_size=3,
    unique_by=lambda limit: limit.length,
).map(tuple)
#: Steps of all sizes, so that some fall on the edges of windows and slots.
steps = st.one_of(
    st.integers(0, 2000),
    st.integers(0, 90_000_000),
    st.sampled_from([16, 17, 984, 1000, 1016, 60_000, 61_000, 3_600_000, 3_660_000, 86_400_000]),
).map(lambda milliseconds: timedelta(milliseconds=milliseconds))
demands = st.lists(st.tuples(steps, st.integers(1, 30)), min_size=1, max_size=40)

Taken = list[tuple[datetime, int]]


def _most_in_any_window(taken: Taken, length: timedelta) -> int:
    """Return the most permits in a window with both ends; one that is fullest ends at a permit."""
    return max(sum(count for at, count in taken if end - length <= at <= end) for end, _ in taken)


def _take_all(limits: RateLimits, asked: Sequence[tuple[timedelta, int]]) -> Taken:
    usage, now, taken = RateUsage(), BEGIN, []
    for step, count in asked:
        now += step
        usage, granted = take(usage, limits, count, now)
        taken.append((now, granted))
    return taken


@given(sliding, demands)
def test_never_more_than_the_maximum_in_any_window(
    limits: tuple[SlidingLimit, ...], asked: list[tuple[timedelta, int]]
) -> None:
    taken = _take_all(RateLimits(limits), asked)
    for limit in limits:
        assert _most_in_any_window(taken, limit.length) <= limit.maximum


@given(sliding, demands)
def test_no_permit_is_kept_back_for_longer_than_said(
    limits: tuple[SlidingLimit, ...], asked: list[tuple[timedelta, int]]
) -> None:
    """Who gets less than was asked for meets a window, a sixtieth longer, that is full."""
    taken = _take_all(RateLimits(limits), asked)
    for number, (at, granted) in enumerate(taken):
        if granted < asked[number][1]:
            so_far = taken[: number + 1]
            assert any(
                sum(n for when, n in so_far if when >= at - limit.length * SLACK) >= limit.maximum
                for limit in limits
            )


@given(sliding, demands, st.data())
def test_permits_given_back_never_make_room_for_too_many(
    limits: tuple[SlidingLimit, ...], asked: list[tuple[timedelta, int]], data: st.DataObject
) -> None:
    rules, usage, now = RateLimits(limits), RateUsage(), BEGIN
    taken: Taken = []
    for step, count in asked:
        now += step
        is_unused = data.draw(st.booleans())
        if taken and is_unused:
            which = data.draw(st.integers(0, len(taken) - 1))
            at, used = taken[which]
            unused = data.draw(st.integers(0, used))
            usage = give_back(usage, rules, unused, at)
            taken[which] = (at, used - unused)
        usage, granted = take(usage, rules, count, now)
        taken.append((now, granted))
    for limit in limits:
        assert _most_in_any_window(taken, limit.length) <= limit.maximum


@given(
    st.builds(SlidingLimit, st.integers(1, 20), st.just(timedelta(minutes=1))),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 9), st.integers(1, 30)), max_size=40),
    st.lists(st.integers(0, 30_000), min_size=10, max_size=10),
)
def test_clocks_that_differ_shorten_the_window_by_as_much(
    limit: SlidingLimit, asked: list[tuple[int, int, int]], offsets: list[int]
) -> None:
    """Ten machines, up to half the length apart; windows are counted in true time."""
    rules, usage, now = RateLimits((limit,)), RateUsage(), BEGIN
    taken: Taken = [(now, 0)]
    for step, machine, count in asked:
        now += timedelta(milliseconds=step)
        clock = now + timedelta(milliseconds=offsets[machine])
        usage, granted = take(usage, rules, count, clock)
        taken.append((now, granted))
    skew = timedelta(milliseconds=max(offsets) - min(offsets))
    assert _most_in_any_window(taken, limit.length - skew) <= limit.maximum


@given(
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"]).map(ZoneInfo),
    st.integers(1, 20),
    st.lists(st.integers(1, 20), max_size=4).map(tuple),
    demands,
)
def test_no_local_day_has_more_than_its_maximum(
    zone: ZoneInfo, most: int, warm_up: tuple[int, ...], asked: list[tuple[timedelta, int]]
) -> None:
    limits = RateLimits(business_day=most, warm_up=warm_up, zone=zone)
    taken = _take_all(limits, asked)
    first = taken[0][0].astimezone(zone).date()
    for day in {at.astimezone(zone).date() for at, _ in taken}:
        count = sum(n for at, n in taken if at.astimezone(zone).date() == day)
        assert count <= min((most, *warm_up[(day - first).days :][:1]))


@given(sliding, st.integers(1, 30), demands)
def test_the_time_that_is_named_is_the_first_at_which_there_is_a_permit(
    limits: tuple[SlidingLimit, ...], most: int, asked: list[tuple[timedelta, int]]
) -> None:
    rules, usage, now = RateLimits(limits, business_day=most), RateUsage(), BEGIN
    for step, count in asked:
        now += step
        usage, _ = take(usage, rules, count, now)
    until = next_at(usage, rules, now)
    assert take(usage, rules, 1, until)[1] == 1
    if until > now:
        assert take(usage, rules, 1, until - timedelta(milliseconds=1))[1] == 0


@given(sliding, st.integers(1, 100), demands)
def test_a_schedule_keeps_the_limits(
    limits: tuple[SlidingLimit, ...], count: int, asked: list[tuple[timedelta, int]]
) -> None:
    rules, usage, now = RateLimits(limits), RateUsage(), BEGIN
    for step, wanted in asked:
        now += step
        usage, _ = take(usage, rules, wanted, now)
    _, times = schedule(usage, rules, count, now)
    assert len(times) == count
    assert times == sorted(times)
    for limit in limits:
        assert _most_in_any_window([(at, 1) for at in times], limit.length) <= limit.maximum
