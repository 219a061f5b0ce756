"""What is used of limits, and when there is more."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.rate_limits import RateLimits, parse_rate_limits
from comm_pipeline.domain.rate_usage import RateUsage, give_back, next_at, schedule, take

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = RateUsage()
#: A slot of an hour is a minute, so a permit counts until a minute after its hour at the most.
SLOT = timedelta(minutes=1)


def after(**time: float) -> datetime:
    return NOON + timedelta(**time)


def test_permits_are_granted_up_to_the_maximum() -> None:
    limits = parse_rate_limits("100/hour")
    usage, first = take(NEW, limits, 60, NOON)
    usage, second = take(usage, limits, 60, after(minutes=10))
    _, third = take(usage, limits, 60, after(minutes=20))
    assert (first, second, third) == (60, 40, 0)


def test_they_come_back_an_hour_later() -> None:
    limits = parse_rate_limits("100/hour")
    usage, _ = take(NEW, limits, 60, NOON)
    usage, _ = take(usage, limits, 40, after(minutes=30))
    assert next_at(usage, limits, after(minutes=40)) == NOON + timedelta(hours=1) + SLOT
    assert take(usage, limits, 100, after(minutes=60))[1] == 0
    assert take(usage, limits, 100, after(minutes=61))[1] == 60
    assert take(usage, limits, 100, after(minutes=91))[1] == 100


def test_all_limits_hold_together() -> None:
    limits = parse_rate_limits("10/second,25/minute")
    usage = NEW
    granted = []
    for second in range(0, 10, 2):
        usage, count = take(usage, limits, 100, after(seconds=second))
        granted.append(count)
    assert granted == [10, 10, 5, 0, 0]
    assert next_at(usage, limits, after(seconds=9)) == after(seconds=61)


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("UTC", datetime(2026, 3, 3, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 2, 23, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 3, 5, tzinfo=UTC)),
    ],
)
def test_a_business_day_is_that_of_the_zone(zone: str, midnight: datetime) -> None:
    limits = parse_rate_limits("3/business-day", zone=ZoneInfo(zone))
    usage, granted = take(NEW, limits, 5, NOON)
    assert granted == 3
    assert next_at(usage, limits, NOON) == midnight
    assert take(usage, limits, 5, midnight - timedelta(milliseconds=1))[1] == 0
    assert take(usage, limits, 5, midnight)[1] == 3


def test_a_day_without_midnight_begins_after_it() -> None:
    """In Cairo the 24th of April 2026 begins at 01:00, an hour later than it would."""
    limits = parse_rate_limits("3/business-day", zone=ZoneInfo("Africa/Cairo"))
    usage, _ = take(NEW, limits, 3, datetime(2026, 4, 23, 12, tzinfo=UTC))
    until = next_at(usage, limits, datetime(2026, 4, 23, 12, tzinfo=UTC))
    assert until == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert take(usage, limits, 3, until)[1] == 3


def test_a_warm_up_counts_days_from_the_first_message() -> None:
    limits = RateLimits(warm_up=(50, 100, 200))
    usage, granted = NEW, []
    for day in (0, 1, 2, 3):
        usage, count = take(usage, limits, 1000, after(days=day))
        granted.append(count)
    assert granted == [50, 100, 200, 1000]


def test_a_day_without_messages_is_a_day_of_the_warm_up() -> None:
    limits = RateLimits(warm_up=(50, 100, 200))
    usage, _ = take(NEW, limits, 1, NOON)
    assert take(usage, limits, 1000, after(days=2))[1] == 200


def test_unused_permits_come_back() -> None:
    limits = parse_rate_limits("100/hour,120/business-day")
    usage, _ = take(NEW, limits, 100, NOON)
    usage = give_back(usage, limits, 30, NOON)
    usage, granted = take(usage, limits, 100, after(minutes=5))
    assert granted == 30
    assert take(usage, limits, 100, after(minutes=70))[1] == 20


def test_permits_given_back_late_free_nothing_that_was_taken_since() -> None:
    limits = parse_rate_limits("100/hour")
    usage, _ = take(NEW, limits, 100, NOON)
    usage, _ = take(usage, limits, 100, after(minutes=61))
    usage = give_back(usage, limits, 100, NOON)
    assert take(usage, limits, 1, after(minutes=62))[1] == 0


def test_a_clock_that_was_years_ahead_keeps_nothing_waiting_for_long() -> None:
    limits = parse_rate_limits("100/hour")
    usage, _ = take(NEW, limits, 100, after(days=3650))
    assert take(usage, limits, 1, NOON)[1] == 0
    assert next_at(usage, limits, NOON) == NOON + timedelta(hours=1) + SLOT


def test_a_lower_limit_holds_at_once() -> None:
    usage, _ = take(NEW, parse_rate_limits("100/hour"), 100, NOON)
    lower = parse_rate_limits("10/hour")
    assert take(usage, lower, 1, after(minutes=1))[1] == 0
    assert next_at(usage, lower, after(minutes=1)) == NOON + timedelta(hours=1) + SLOT


def test_those_who_wait_are_spread() -> None:
    limits = parse_rate_limits("10/minute")
    usage, _ = take(NEW, limits, 10, NOON)
    usage, times = schedule(usage, limits, 25, NOON)
    assert [(time - NOON).total_seconds() for time in times] == [61] * 10 + [122] * 10 + [183] * 5
    _, later = schedule(usage, limits, 6, times[-1])
    assert [(time - NOON).total_seconds() for time in later] == [183] * 5 + [244]


def test_a_queue_without_end_is_scheduled_as_far_as_is_worth_it() -> None:
    _, times = schedule(NEW, parse_rate_limits("1/second"), 1000, NOON)
    assert len(times) == 1000
    assert times == sorted(times)
    assert times[-1] < after(minutes=5)
