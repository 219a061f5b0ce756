"""When a recipient may be written to: rules of local wall time on the timeline of UTC.

An instant is open if its local date is no holiday and its local wall time lies in a window: one of
its weekday, or the tail of one that began on the weekday before and runs past midnight. So minutes
that a daylight-saving gap leaves out are never open, and those that a fold repeats are open twice.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.time_windows import MINUTES_A_DAY, TimeWindow
from comm_pipeline.domain.time_zones import offset_from

#: How far ahead an opening is looked for.
LONGEST_CLOSURE: Final = timedelta(days=400)

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = timedelta(0)
#: Years whose local dates can all be computed; nothing is open in others.
_YEARS: Final = range(2, 9990)
#: Days kept of a calendar: of many who share it, all ask for today and the same few days to come.
_DAYS_KEPT: Final = 16

#: Spans of a day's wall time ``[start, end)``, from its midnight, in order.
_Spans = tuple[tuple[timedelta, timedelta], ...]
#: The spans of each weekday, Monday first.
_Week = tuple[_Spans, ...]
#: Spans ``[start, end)`` of UTC, in order of their starts.
_UtcSpans = tuple[tuple[datetime, datetime], ...]
#: Gives the spans that lie in a day of UTC.
_SpansOf = Callable[[date], _UtcSpans]

_ALL_DAY: Final[_Spans] = ((_MIDNIGHT, _DAY),)


@dataclass(frozen=True, slots=True)
class ContactCalendar:
    """The open times of a recipient, and those among them that they prefer.

    ``hours`` None: all day. ``holidays`` are local dates, always the same ones. ``preferred``
    windows (none: no preference) hold on every day, and are waited for up to ``max_wait``.
    """

    zone: ZoneInfo
    hours: BusinessHours | None
    holidays: Container[date]
    preferred: tuple[TimeWindow, ...] = ()
    max_wait: timedelta = timedelta(hours=24)
    _open: _SpansOf = field(init=False, repr=False, compare=False)
    _liked: _SpansOf = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        opened, liked = _open_week(self.hours), _week([self.preferred] * 7)
        object.__setattr__(self, "_open", self._kept(opened))
        object.__setattr__(self, "_liked", self._kept(tuple(map(_common, opened, liked))))

    def _kept(self, week: _Week) -> _SpansOf:
        return lru_cache(maxsize=_DAYS_KEPT)(partial(_utc_spans, week, self.zone, self.holidays))

    def is_open(self, instant: datetime) -> bool:
        """Return whether the recipient may be written to at an instant."""
        if self._is_always_open:
            return True
        return self._first(self._open, instant, _MIDNIGHT) is not None

    def next_open(self, instant: datetime) -> datetime | None:
        """Return the first open instant from this one on: itself, if it is open.

        None if there is none within 400 days.
        """
        if self._is_always_open:
            return instant
        return self._first(self._open, instant, LONGEST_CLOSURE)

    def best_moment(self, instant: datetime) -> datetime | None:
        """Return the first open instant that is preferred too, if it comes within ``max_wait``.

        Else the first open instant; None if there is none within 400 days. The wait counts from the
        instant that is passed: ask with the time that was planned, not again with the answer.
        """
        liked = self._first(self._liked, instant, self.max_wait) if self.preferred else None
        return liked or self.next_open(instant)

    @property
    def _is_always_open(self) -> bool:
        return self.hours is None and not self.holidays

    def _first(self, spans_of: _SpansOf, instant: datetime, reach: timedelta) -> datetime | None:
        """Return the first instant in the spans, at most ``reach`` after this one."""
        if instant.year not in _YEARS:
            return None
        at = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
        last = at + reach
        day, last_day = at.date(), last.date()
        while day <= last_day:
            for start, end in spans_of(day):
                if at < end:
                    found = max(start, at)
                    return found if found <= last else None
            day += _DAY
        return None


def _utc_spans(week: _Week, zone: ZoneInfo, holidays: Container[date], day: date) -> _UtcSpans:
    """Return the parts of a UTC day that lie in the week's spans, but for holidays."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end, found = at + _DAY, []
    while at < end:
        offset, changes_at = offset_from(zone, at)
        until = min(end, changes_at)
        # Until the offset changes, wall time runs as UTC does.
        wall = (at + offset).replace(tzinfo=None)
        for start, stop in _wall_spans(week, holidays, wall, wall + (until - at)):
            found.append((start.replace(tzinfo=UTC) - offset, stop.replace(tzinfo=UTC) - offset))
        at = until
    return tuple(found)


def _wall_spans(
    week: _Week, holidays: Container[date], wall: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of the wall times ``[wall, until)`` that lie in the week's spans."""
    midnight = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - a wall time
    while midnight < until:
        spans = week[midnight.weekday()]
        for start, end in () if spans and midnight.date() in holidays else spans:
            begin, stop = max(midnight + start, wall), min(midnight + end, until)
            if begin < stop:
                yield begin, stop
        midnight += _DAY


def _open_week(hours: BusinessHours | None) -> _Week:
    if hours is None:
        return (_ALL_DAY,) * 7
    return _week([hours.windows[number] for number in range(7)])


def _week(windows: Sequence[tuple[TimeWindow, ...]]) -> _Week:
    """Return the spans of each weekday, with the tails of the weekday before."""
    return tuple(_spans(windows[number], windows[number - 1]) for number in range(7))


def _spans(windows: Sequence[TimeWindow], yesterday: Sequence[TimeWindow]) -> _Spans:
    own = [(window.start, min(window.end, MINUTES_A_DAY)) for window in windows]
    tails = [(0, window.end - MINUTES_A_DAY) for window in yesterday if window.end > MINUTES_A_DAY]
    minutes = sorted({*own, *tails})
    return tuple((timedelta(minutes=start), timedelta(minutes=end)) for start, end in minutes)


def _common(first: _Spans, second: _Spans) -> _Spans:
    """Return the spans that lie in both."""
    overlaps = (
        (max(start, other_start), min(end, other_end))
        for start, end in first
        for other_start, other_end in second
    )
    return tuple(sorted((start, end) for start, end in overlaps if start < end))


#: For templates without rules about hours.
ALWAYS_OPEN: Final = ContactCalendar(zone=ZoneInfo("UTC"), hours=None, holidays=frozenset())
