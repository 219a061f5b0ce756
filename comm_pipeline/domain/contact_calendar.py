"""When a recipient may be written to: rules of local wall time on the timeline of UTC.

An instant is open if its local date is no holiday and its local wall time lies in a window: one of
its weekday, or the tail of one that began on the weekday before and runs past midnight. So minutes
that a daylight-saving gap leaves out are never open, and those that a fold repeats are open twice.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
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

#: Spans of a day's wall time ``[start, end)``, from its midnight, in order.
_Spans = tuple[tuple[timedelta, timedelta], ...]
#: The spans of each weekday, Monday first.
_Week = tuple[_Spans, ...]

_ALL_DAY: Final[_Spans] = ((_MIDNIGHT, _DAY),)


@dataclass(frozen=True, slots=True)
class ContactCalendar:
    """The open times of a recipient, and those among them that they prefer.

    ``hours`` None: all day. ``holidays`` are local dates. ``preferred`` windows (none: no
    preference) hold on every day, and are waited for up to ``max_wait``.
    """

    zone: ZoneInfo
    hours: BusinessHours | None
    holidays: Container[date]
    preferred: tuple[TimeWindow, ...] = ()
    max_wait: timedelta = timedelta(hours=24)
    _open: _Week = field(init=False, repr=False, compare=False)
    _liked: _Week = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        opened, liked = _open_week(self.hours), _week([self.preferred] * 7)
        object.__setattr__(self, "_open", opened)
        object.__setattr__(self, "_liked", tuple(map(_common, opened, liked)))

    def is_open(self, instant: datetime) -> bool:
        """Return whether the recipient may be written to at an instant."""
        if self._is_always_open:
            return True
        if instant.year not in _YEARS:
            return False
        wall = instant.astimezone(self.zone).replace(tzinfo=None)
        return self._first_on_walls(self._open, wall, wall + wall.resolution) is not None

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

    def _first(self, week: _Week, instant: datetime, reach: timedelta) -> datetime | None:
        """Return the first instant in the week's spans, at most ``reach`` after this one."""
        if instant.year not in _YEARS:
            return None
        at = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
        after = at + (reach + datetime.resolution)
        while at < after:
            offset, changes_at = offset_from(self.zone, at)
            until = min(after, changes_at)
            # Until the offset changes, wall time runs as UTC does.
            wall = (at + offset).replace(tzinfo=None)
            found = self._first_on_walls(week, wall, wall + (until - at))
            if found is not None:
                return found.replace(tzinfo=UTC) - offset
            at = until
        return None

    def _first_on_walls(self, week: _Week, wall: datetime, until: datetime) -> datetime | None:
        """Return the first wall time in ``[wall, until)`` that lies in the week's spans."""
        midnight = datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 - a wall time
        time = wall - midnight
        while midnight < until:
            spans = week[midnight.weekday()]
            for start, end in () if spans and midnight.date() in self.holidays else spans:
                if time < end:
                    found = midnight + max(start, time)
                    return found if found < until else None
            midnight, time = midnight + _DAY, _MIDNIGHT
        return None


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
