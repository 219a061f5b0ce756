"""Single moments, with the arithmetic; ``property/test_contact_calendar_properties.py`` has all."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.time_windows import parse_window


class EveryDay:
    def __contains__(self, day: object) -> bool:
        return True


def calendar(
    zone: str = "Europe/Berlin",
    holidays: Container[date] = frozenset(),
    preferred: tuple[str, ...] = (),
    max_wait_hours: float = 24,
    **hours: Any,
) -> ContactCalendar:
    return ContactCalendar(
        zone=ZoneInfo(zone),
        hours=BusinessHours.model_validate(hours) if hours else None,
        holidays=holidays,
        preferred=tuple(map(parse_window, preferred)),
        max_wait=timedelta(hours=max_wait_hours),
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = {"start": "09:00", "end": "17:00"}


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-01-05T07:59:59.999999", "2026-01-05T08:00"),  # Monday 9:00 in Berlin is 8:00 UTC
        ("2026-01-05T08:00", "2026-01-05T08:00"),
        ("2026-01-05T15:59:59.999999", "2026-01-05T15:59:59.999999"),
        ("2026-01-05T16:00", "2026-01-06T08:00"),  # 17:00 is closed
        ("2026-01-09T16:00:00.5", "2026-01-12T08:00"),  # over the weekend
        ("2026-07-06T00:00", "2026-07-06T07:00"),  # in summer 9:00 is 7:00 UTC
        ("2026-03-27T17:00", "2026-03-30T07:00"),  # the weekend on which summer time begins
        ("2026-10-23T17:00", "2026-10-26T08:00"),  # and ends
    ],
)
def test_the_next_open_instant_in_business_hours(now: str, opens: str) -> None:
    assert calendar(**OFFICE).next_open(at(now)) == at(opens)


def test_the_weekday_is_the_local_one() -> None:
    # Sunday 20:00 UTC is Monday 9:00 in Auckland (UTC+13 in January).
    opened = calendar("Pacific/Auckland", **OFFICE)
    assert opened.is_open(at("2026-01-04T20:00"))
    assert not opened.is_open(at("2026-01-09T20:00"))


def test_an_overnight_window_belongs_to_the_weekday_it_starts_on() -> None:
    night = calendar("UTC", friday="22:00-02:00")
    assert night.next_open(at("2026-01-05T00:00")) == at("2026-01-09T22:00")
    assert night.is_open(at("2026-01-10T01:59"))
    assert not night.is_open(at("2026-01-10T02:00"))
    assert not night.is_open(at("2026-01-09T01:00"))


def test_a_holiday_closes_the_tail_of_the_night_before() -> None:
    night = calendar("UTC", {date(2026, 1, 10)}, friday="22:00-02:00")
    assert night.is_open(at("2026-01-09T23:59"))
    assert not night.is_open(at("2026-01-10T00:00"))


def test_a_night_that_began_on_a_holiday_is_open_after_it() -> None:
    night = calendar("UTC", {date(2026, 1, 9)}, friday="22:00-02:00")
    assert night.next_open(at("2026-01-09T22:00")) == at("2026-01-10T00:00")


def test_holidays_alone_leave_other_days_open_all_day() -> None:
    closed = calendar(holidays={date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)})
    assert closed.next_open(at("2025-12-30T23:30")) == at("2026-01-02T23:00")
    assert closed.is_open(at("2025-12-30T22:59"))


def test_minutes_that_a_gap_leaves_out_are_not_open() -> None:
    # On 2026-03-29 Berlin goes from 2:00 to 3:00 at 1:00 UTC.
    gap = calendar(sunday="02:00-03:00")
    assert gap.next_open(at("2026-03-29T00:00")) == at("2026-04-05T00:00")


def test_a_window_that_begins_in_a_gap_opens_behind_it() -> None:
    gap = calendar(sunday="02:30-04:00")
    assert gap.next_open(at("2026-03-29T00:00")) == at("2026-03-29T01:00")


def test_minutes_that_a_fold_repeats_are_open_twice() -> None:
    # On 2026-10-25 Berlin goes from 3:00 to 2:00 at 1:00 UTC.
    fold = calendar(sunday="02:00-02:30")
    assert fold.next_open(at("2026-10-25T00:00")) == at("2026-10-25T00:00")
    assert fold.next_open(at("2026-10-25T00:30")) == at("2026-10-25T01:00")
    assert not fold.is_open(at("2026-10-25T01:30"))


def test_a_day_that_a_zone_skipped_has_no_hours() -> None:
    # Samoa went from Thursday 2011-12-29 24:00 (10:00 UTC on the 30th) to Saturday.
    friday = calendar("Pacific/Apia", friday="00:00-24:00")
    assert friday.next_open(at("2011-12-29T12:00")) == at("2012-01-05T10:00")


@pytest.mark.parametrize(
    ("now", "best"),
    [
        ("2026-01-05T08:30", "2026-01-05T09:00"),  # open, but 10:00 in Berlin is better
        ("2026-01-05T10:00", "2026-01-05T10:00"),  # 11:00 in Berlin is preferred
        ("2026-01-05T11:00", "2026-01-06T09:00"),  # the preferred hours are over: tomorrow
        ("2026-01-09T11:00", "2026-01-09T11:00"),  # Friday: Monday is too far away
    ],
)
def test_a_preferred_moment_is_waited_for_up_to_a_limit(now: str, best: str) -> None:
    assert calendar(preferred=("10:00-12:00",), **OFFICE).best_moment(at(now)) == at(best)


def test_the_limit_of_waiting_is_part_of_it() -> None:
    waiting = calendar("UTC", preferred=("10:00-12:00",), max_wait_hours=1)
    assert waiting.best_moment(at("2026-01-05T09:00")) == at("2026-01-05T10:00")
    assert waiting.best_moment(at("2026-01-05T08:59:59")) == at("2026-01-05T08:59:59")


def test_a_calendar_that_is_told_no_limit_waits_for_a_day() -> None:
    # Monday is closed, and Tuesday 10:00 is 24.5 hours away.
    closed = frozenset({date(2026, 1, 5)})
    waiting = ContactCalendar(ZoneInfo("UTC"), None, closed, (parse_window("10:00-11:00"),))
    assert waiting.best_moment(at("2026-01-05T09:30")) == at("2026-01-06T00:00")
    assert waiting.best_moment(at("2026-01-05T10:00")) == at("2026-01-06T10:00")


def test_what_is_preferred_outside_open_hours_never_counts() -> None:
    night = calendar("UTC", preferred=("20:00-08:00",), max_wait_hours=72, **OFFICE)
    assert night.best_moment(at("2026-01-05T06:00")) == at("2026-01-05T09:00")


def test_what_never_opens_is_told() -> None:
    closed = calendar(holidays=EveryDay(), preferred=("10:00-12:00",), **OFFICE)
    assert closed.next_open(at("2026-01-05T06:00")) is None
    assert closed.best_moment(at("2026-01-05T06:00")) is None


@pytest.mark.parametrize(("closed_days", "opens"), [(400, True), (401, False)])
def test_an_opening_is_looked_for_during_400_days(closed_days: int, opens: bool) -> None:
    first = date(2026, 1, 5)
    days = {first + timedelta(days=number) for number in range(closed_days)}
    found = calendar("UTC", days).next_open(at("2026-01-05T00:00"))
    assert found == (at("2026-01-05T00:00") + timedelta(days=400) if opens else None)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59:59.999999"])
def test_the_ends_of_time_are_closed_unless_all_is_open(text: str) -> None:
    end = at(text)
    for zone in ("Asia/Tokyo", "America/New_York"):
        assert calendar(zone, **OFFICE).best_moment(end) is None
        assert not calendar(zone, **OFFICE).is_open(end)
    assert ALWAYS_OPEN.is_open(end)
    assert ALWAYS_OPEN.best_moment(end) == end
