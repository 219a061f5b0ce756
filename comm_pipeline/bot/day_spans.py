"""Weeks, months and years that a text names, as days: when they begin and end. For folded text."""

import calendar
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from comm_pipeline.bot.words.dates import MONTHS, WEEKDAYS
from comm_pipeline.bot.words.days import MIDDLE, MONTH_LETTERS, WEEK_LETTERS

#: Weeks that a numbered one may lie back before it means next year's.
_LATELY: Final = 4
#: Years ahead that are read as such.
_YEARS: Final = 5
#: Days ahead that are counted at most.
_FARTHEST: Final = 1_000
#: What the middle and the end of a month are.
_MIDDLE: Final = 15


class DaySpan(NamedTuple):
    """The day that stands for a time, and its last one.

    ``closes`` if nothing else can be meant by "until" it than its last day: "until the end of the
    week", but not "until next week".
    """

    day: date
    last: date
    closes: bool = False


class EitherDay(NamedTuple):
    """Two days of which one is meant: 03/04 where nothing tells which comes first."""

    near: date
    far: date


def numbered_week(match: Any, received: date) -> DaySpan | None:
    """Read a week by its number (ISO 8601)."""
    first, last = int(match.group(1)), int(match.group(2) or match.group(1))
    year, current, _ = received.isocalendar()
    if last < current - _LATELY:
        year += 1
    try:
        return DaySpan(
            date.fromisocalendar(year, first, 1), date.fromisocalendar(year, last, 7), closes=True
        )
    except ValueError:
        return None  # week 54


def next_unit(match: Any, received: date) -> DaySpan:
    """Read the next week, month or year."""
    before, after = match.groups()
    unit = before or after
    first = first_day(unit, received, 1)
    is_middle = MIDDLE.search(match.string[max(0, match.start() - 12) : match.start()])
    if is_middle and unit.startswith(WEEK_LETTERS):
        return DaySpan(first + timedelta(days=2), first + timedelta(days=2))
    return DaySpan(first, _last_day(unit, first))


def this_and_next(match: Any, received: date) -> DaySpan:
    """Read "this week and next"."""
    return DaySpan(
        received, _last_day(match.group(1), first_day(match.group(1), received, 1)), closes=True
    )


def week_after_next(_: Any, received: date) -> DaySpan:
    """Read the week after the next."""
    first = first_day("week", received, 2)
    return DaySpan(first, _last_day("week", first))


def rest_of_unit(match: Any, received: date) -> DaySpan:
    """Read "this week" as what is left of it."""
    unit = match.group(1)
    return DaySpan(received, _last_day(unit, first_day(unit, received, 0)), closes=True)


def end_of_unit(match: Any, received: date) -> DaySpan:
    """Read the end of this or the next week, month or year; a week ends on Friday and Sunday."""
    before, unit, after = match.groups()
    return _end(unit, first_day(unit, received, 1 if before or after else 0))


def named_end(match: Any, received: date) -> DaySpan:
    """Read "Jahresende" and "until the weekend"."""
    month, year = match.groups()
    unit = "month" if month else "year" if year else "week"
    return _end(unit, first_day(unit, received, 0))


def only_year(match: Any, received: date) -> DaySpan | None:
    """Read a year to come."""
    year = int(match.group(1))
    if not received.year < year <= received.year + _YEARS:
        return None
    if match.string[match.end() : match.end() + 2].strip()[:1] in {"-", "/"}:
        return None
    return DaySpan(date(year, 1, 1), date(year, 12, 31))


def weekday_after(match: Any, received: date) -> date:
    """Read "a week from Monday"."""
    ahead = (WEEKDAYS[match.group(1) or match.group(2)] - received.weekday()) % 7
    return received + timedelta(days=(ahead or 7) + 7)


def part_of_month(match: Any, found: date) -> DaySpan:
    """Read the end, the middle or the whole of a month, of which ``found`` is the first day."""
    last = found.replace(day=calendar.monthrange(found.year, found.month)[1])
    if match.group(1):
        return DaySpan(last, last, closes=True)
    return DaySpan(found.replace(day=_MIDDLE) if match.group(2) else found, last)


def month_of(match: Any) -> tuple[int, str | None]:
    """Return the month that is named, and its year."""
    return MONTHS[match.group(3)], match.group(4)


def after_units(received: date, count: int, unit: str) -> date:
    """Return the day so many days, weeks or months after another, at most 1,000 days."""
    if not unit.startswith(MONTH_LETTERS):
        days = count * (7 if unit.startswith(WEEK_LETTERS) else 1)
        return received + timedelta(days=min(days, _FARTHEST))
    year, month = divmod(received.month - 1 + min(count, _FARTHEST // 31), 12)
    year, month = received.year + year, month + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def first_day(unit: str, received: date, ahead: int) -> date:
    """Return the first day of this week, month or year, or of one that is so many ahead."""
    if unit.startswith(WEEK_LETTERS):
        return received + timedelta(days=7 * ahead - received.weekday())
    if unit.startswith(MONTH_LETTERS):
        year, month = divmod(received.month - 1 + ahead, 12)
        return date(received.year + year, month + 1, 1)
    return date(received.year + ahead, 1, 1)


def _last_day(unit: str, first: date) -> date:
    return first_day(unit, first, 1) - timedelta(days=1)


def _end(unit: str, first: date) -> DaySpan:
    last = _last_day(unit, first)
    friday = last - timedelta(days=2)
    return DaySpan(friday if unit.startswith(WEEK_LETTERS) else last, last, closes=True)
