"""The calendar against a search minute by minute that reads the rules' text by itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.time_windows import parse_window
from comm_pipeline.domain.time_zones import offsets_between
from comm_pipeline.domain.weekdays import WEEKDAYS

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)

#: Moments around which wall time is strange: gaps, folds, skipped days, changes for good.
STRANGE: Final = (
    ("Europe/Berlin", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("America/St_Johns", "2010-11-07T02:31"),  # back from 0:01 to 23:01 of the day before
    ("America/St_Johns", "2011-03-13T03:31"),
    ("America/Sao_Paulo", "2018-02-18T02:00"),  # back from 24:00 to 23:00
    ("America/Sao_Paulo", "2018-11-04T03:00"),  # a day without its first hour
    ("Africa/Cairo", "2026-04-23T22:00"),
    ("Africa/Casablanca", "2026-02-15T02:00"),  # Ramadan
    ("Africa/Casablanca", "2026-03-22T02:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ("Pacific/Apia", "2011-12-30T10:00"),  # Friday the 30th did not exist
    ("Pacific/Kwajalein", "1993-08-21T12:00"),
    ("Asia/Kathmandu", "2026-06-01T00:00"),
    ("Asia/Kolkata", "2026-12-31T18:30"),
    ("Pacific/Chatham", "2026-04-04T14:00"),
    ("Asia/Pyongyang", "2018-05-04T15:00"),
    ("America/Caracas", "2016-05-01T07:00"),
    ("Pacific/Kiritimati", "1994-12-31T10:00"),
    ("UTC", "2027-01-01T00:00"),
)


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """Rules as text, and an instant."""

    zone: str
    week: dict[str, list[str]] | None
    holidays: frozenset[date]
    preferred: tuple[str, ...]
    max_wait: timedelta
    instant: datetime

    def calendar(self) -> ContactCalendar:
        return ContactCalendar(
            zone=ZoneInfo(self.zone),
            hours=None if self.week is None else BusinessHours.model_validate(self.week),
            holidays=self.holidays,
            preferred=tuple(map(parse_window, self.preferred)),
            max_wait=self.max_wait,
        )

    def is_open(self, instant: datetime) -> bool:
        wall = instant.astimezone(ZoneInfo(self.zone))
        if wall.date() in self.holidays:
            return False
        if self.week is None:
            return True
        today, before = WEEKDAYS[wall.weekday()], WEEKDAYS[(wall.weekday() + 6) % 7]
        clock = wall.hour * 60 + wall.minute
        return any(begins(window, clock) for window in self.week.get(today, [])) or any(
            is_tail(window, clock) for window in self.week.get(before, [])
        )

    def is_preferred(self, instant: datetime) -> bool:
        wall = instant.astimezone(ZoneInfo(self.zone))
        clock = wall.hour * 60 + wall.minute
        return self.is_open(instant) and any(
            begins(window, clock) or is_tail(window, clock) for window in self.preferred
        )

    def next_open(self) -> datetime:
        """Look at the instant, then at every full minute after it."""
        instant = self.instant
        while not self.is_open(instant):
            instant = instant.replace(second=0, microsecond=0) + MINUTE
            assert instant < self.instant + 400 * DAY
        return instant

    def best_moment(self) -> datetime:
        instant = self.instant
        while self.preferred and instant <= self.instant + self.max_wait:
            if self.is_preferred(instant):
                return instant
            instant = instant.replace(second=0, microsecond=0) + MINUTE
        return self.next_open()


@cache
def bounds(window: str) -> tuple[int, int]:
    (hour, minute), (end_hour, end_minute) = (
        map(int, clock.split(":")) for clock in window.split("-")
    )
    return hour * 60 + minute, end_hour * 60 + end_minute


def begins(window: str, clock: int) -> bool:
    """Return whether a window that starts today is open at a minute of today."""
    start, end = bounds(window)
    return start <= clock and (clock < end or end <= start)


def is_tail(window: str, clock: int) -> bool:
    """Return whether a window that started yesterday is open at a minute of today."""
    start, end = bounds(window)
    return end <= start and clock < end


clocks = st.builds(
    "{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 1, 15, 30, 45, 59))
)
windows = st.builds("{}-{}".format, clocks, clocks | st.just("24:00"))
days = st.lists(windows | st.just("00:00-24:00"), max_size=3)
weeks = st.dictionaries(st.sampled_from(WEEKDAYS), days, min_size=1).filter(
    lambda week: any(week.values())
)


@st.composite
def instants(draw: st.DrawFn) -> tuple[str, datetime]:
    zone, text = draw(st.sampled_from(STRANGE))
    at = instant_of(draw(st.sampled_from((text, "2026-12-31T23:00", "2028-02-29T00:00"))))
    near = draw(st.integers(-3 * 24 * 4, 3 * 24 * 4)) * timedelta(minutes=15)
    return zone, at + near + draw(st.sampled_from((0, 1, 30_000_000, 59_999_999))) * at.resolution


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, instant = draw(instants())
    # A chain that ends before 400 days are over, so that every case opens at last.
    begin = instant.date() + draw(st.integers(-2, 6)) * DAY
    chain = {begin + number * DAY for number in range(draw(st.integers(0, 9)))}
    return Case(
        zone=zone,
        week=draw(st.none() | weeks),
        holidays=frozenset(chain),
        preferred=tuple(draw(st.lists(windows, max_size=2))),
        max_wait=timedelta(minutes=draw(st.sampled_from((0, 1, 59, 24 * 60, 100 * 60)))),
        instant=instant,
    )


@settings(max_examples=200, deadline=None)
@given(cases())
@example(
    Case(
        zone="Pacific/Apia",
        week={"friday": ["22:00-10:00"]},
        holidays=frozenset(),
        preferred=("03:00-04:00",),
        max_wait=timedelta(hours=48),
        instant=instant_of("2011-12-29T09:59:30"),
    )
)
def test_next_open_and_best_moment_are_those_of_a_search_by_minutes(case: Case) -> None:
    calendar = case.calendar()
    assert calendar.is_open(case.instant) == case.is_open(case.instant)
    assert calendar.next_open(case.instant) == case.next_open()
    assert calendar.best_moment(case.instant) == case.best_moment()


@settings(max_examples=200, deadline=None)
@given(cases())
def test_found_moments_are_open_and_stay_where_they_are(case: Case) -> None:
    calendar = case.calendar()
    opened, best = calendar.next_open(case.instant), calendar.best_moment(case.instant)
    assert opened is not None
    assert best is not None
    assert case.instant <= opened <= best
    assert calendar.is_open(opened)
    assert calendar.is_open(best)
    assert calendar.next_open(opened) == opened
    assert best == opened or best - case.instant <= case.max_wait
    assert opened == case.instant or not calendar.is_open(opened - opened.resolution)


@pytest.mark.parametrize("moment", STRANGE, ids="-".join)
@pytest.mark.parametrize("window", ["00:00-24:00", "23:30-00:30", "02:15-02:45", "09:00-17:00"])
def test_every_quarter_hour_around_strange_moments(moment: tuple[str, str], window: str) -> None:
    zone, text = moment
    week = {day: [window] for day in WEEKDAYS[::2]}
    calendar = Case(zone, week, frozenset(), (), DAY, instant_of(text)).calendar()
    for quarter in range(-4 * 30, 4 * 30):
        instant = instant_of(text) + quarter * timedelta(minutes=15) - timedelta(microseconds=1)
        case = Case(zone, week, frozenset(), (), DAY, instant)
        assert calendar.is_open(instant) == case.is_open(instant)
    for hour in (-30, -2, -1, 0, 1):
        case = Case(zone, week, frozenset(), (), DAY, instant_of(text) + timedelta(hours=hour))
        assert calendar.next_open(case.instant) == case.next_open()


@pytest.mark.parametrize("zone", sorted({zone for zone, _ in STRANGE}))
def test_offsets_are_those_of_a_search(zone: str) -> None:
    begin, end = instant_of("1990-01-01T00:00"), instant_of("2031-01-01T00:00")
    offsets = offsets_between(ZoneInfo(zone), begin, end)
    searched = [begin.astimezone(ZoneInfo(zone)).utcoffset()]
    instant = begin
    while instant < end:
        offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
        if offset != searched[-1]:
            searched.append(offset)
        instant += timedelta(hours=6)
    assert [offset for _, offset in offsets] == searched
    for change, offset in offsets[1:]:
        before = (change - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset()
        assert change.astimezone(ZoneInfo(zone)).utcoffset() == offset != before
