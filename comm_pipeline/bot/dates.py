"""Days that a text names, in seven languages: "March 16", "16.03.", "until Monday", "in two weeks".

For folded text. Days without a year are the next ones after the text was received. Of 03/04 the
reading is taken that text, language and country suggest; where none does, both are told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from comm_pipeline.bot.date_order import day_comes_first
from comm_pipeline.bot.day_spans import (
    DaySpan,
    EitherDay,
    after_units,
    end_of_unit,
    month_of,
    named_end,
    next_unit,
    numbered_week,
    only_year,
    part_of_month,
    this_and_next,
    week_after_next,
    weekday_after,
)
from comm_pipeline.bot.festivals import FESTIVALS
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words import days
from comm_pipeline.bot.words.dates import MONTHS, NUMBERS, WEEKDAYS

#: Days that a date without a year may lie back before it means the next year.
_LATELY: Final = 60
#: From here on there is not enough calendar left to count on.
_LAST: Final = date(9990, 1, 1)
#: Dates that are looked at in one text; a letter has a handful.
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day and where it stands; ``is_exact`` unless it is only a weekday, a week or a month.

    ``other`` is the day that it may be just as well: of 03/04, if nothing tells which comes first.
    ``last`` is the last day of a week, month or year, and ``closes`` what DaySpan says.
    """

    start: int
    end: int
    day: date
    is_exact: bool = True
    other: date | None = None
    last: date | None = None
    closes: bool = False


@dataclass(frozen=True, slots=True)
class _Writer:
    """What days are read by: when a text came, and how its writer writes."""

    received: date
    language: str | None
    is_day_first: bool | None


def find_days(
    folded: str, received: date, language: str | None = None, country: str | None = None
) -> list[FoundDay]:
    """Return the days that a text names, in the order of their places.

    ``country`` (ISO 3166) is where the writer is; both codes may be unknown.
    """
    received = min(received, _LAST)
    writer = _Writer(received, language, day_comes_first(folded, language, country))
    found: list[FoundDay] = []
    for readings, is_exact in ((_EXACT, True), (_ROUGH, False)):
        for pattern, reading in readings:
            for match, _ in zip(pattern.finditer(folded), range(_MOST), strict=False):
                read = reading(match, writer)
                if read and not _is_inside(match, found):
                    found.append(_found(match, read, is_exact=is_exact))
    return sorted(found, key=lambda one: one.start)


def _found(match: Any, read: date | DaySpan | EitherDay, *, is_exact: bool) -> FoundDay:
    start, end = match.span()
    if isinstance(read, DaySpan):
        return FoundDay(start, end, read.day, is_exact, last=read.last, closes=read.closes)
    if isinstance(read, EitherDay):
        return FoundDay(start, end, read.near, is_exact, other=read.far)
    return FoundDay(start, end, read, is_exact)


def _is_inside(match: Any, found: list[FoundDay]) -> bool:
    return any(one.start < match.end() and match.start() < one.end for one in found)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(received: date, month: int, day: int, year: str | None = None) -> date | None:
    """Return the day of that year, or of the next year in which it has not long been over."""
    if year:
        return _safe(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _safe(received.year, month, day)
    if found and (received - found).days > _LATELY:
        return _safe(received.year + 1, month, day)
    return found


def _iso(match: Any, _: _Writer) -> date | None:
    return _safe(*(int(part) for part in match.groups()))


def _numeric(match: Any, writer: _Writer) -> date | EitherDay | None:
    one, sign, other, year, dot = match.groups()
    is_dated = year or sign == "/" or (sign == "." and dot)
    if not is_dated and not _follows_a_preposition(match):
        return None  # 9.30 is a time, 10-12 a range, 4.5 a number
    day_first = _dated(writer.received, int(other), int(one), year)
    month_first = _dated(writer.received, int(one), int(other), year)
    if sign == "." or writer.is_day_first:
        return day_first or (month_first if sign != "." else None)
    if writer.is_day_first is False or day_first is None:
        return month_first or day_first
    if month_first is None or month_first == day_first:
        return day_first
    return EitherDay(*sorted((day_first, month_first), key=lambda day: abs(day - writer.received)))


_PREPOSITION: Final = spaced(
    r"\b(?:until|till|bis|am|ab|vom|zum|dem|al|au|hasta|fino al|ate|tot|op|on) $"
)


def _follows_a_preposition(match: Any) -> bool:
    return bool(_PREPOSITION.search(match.string[max(0, match.start() - 12) : match.start()]))


def _day_month(match: Any, writer: _Writer) -> date | None:
    return _dated(writer.received, MONTHS[match.group(2)], int(match.group(1)), match.group(3))


def _month_day(match: Any, writer: _Writer) -> date | None:
    return _dated(writer.received, MONTHS[match.group(1)], int(match.group(2)), match.group(3))


_GOES_ON: Final = spaced(r"^ ?(?:\d|[:%/]|[hu]\b|uhr\b|[ap]\.?m\b)")


def _ordinal(match: Any, writer: _Writer) -> date | None:
    if _GOES_ON.search(match.string[match.end() : match.end() + 6]):
        return None  # a time, a share, a telephone number
    number = int(next(group for group in match.groups() if group))
    received = _last_named(match.string[max(0, match.start() - 80) : match.start()], writer)
    for months in range(2):
        year, month = divmod(received.month - 1 + months, 12)
        found = _safe(received.year + year, month + 1, number)
        if found and found >= received:
            return found
    return None


def _last_named(before: str, writer: _Writer) -> date:
    """Return the day that was named last: "until 12 June, back on the 15th" is in June."""
    last = writer.received
    for match in days.DAY_MONTH.finditer(before):
        last = _day_month(match, writer) or last
    for match in days.MONTH_DAY.finditer(before):
        last = _month_day(match, writer) or last
    return max(last, writer.received)


def _month_only(match: Any, writer: _Writer) -> DaySpan | None:
    (month, year), received = month_of(match), writer.received
    if days.OF_NEXT_YEAR.search(match.string[match.end() : match.end() + 30]):
        year = str(received.year + 1)
    found = _dated(received, month, 1, year)
    if found and not year and found < received.replace(day=1):
        found = _safe(found.year + 1, found.month, 1)
    return part_of_month(match, found) if found else None


def _weekday(match: Any, writer: _Writer) -> date | EitherDay | None:
    before, name, after = match.groups()
    if name in _ENGLISH_SHORT and writer.language not in {"en", None}:
        return None  # "mon" is French for "my"
    ahead = (WEEKDAYS[name] - writer.received.weekday()) % 7
    found = writer.received + timedelta(days=ahead or 7)
    if (before or after) and found.isocalendar()[:2] == writer.received.isocalendar()[:2]:
        return EitherDay(found, found + timedelta(days=7))  # on Wednesday, "next Friday" is either
    return found


_ENGLISH_SHORT: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


def _relative(match: Any, writer: _Writer) -> date:
    number, unit = match.groups()
    count = int(number) if number.isdigit() else NUMBERS[number]
    return after_units(writer.received, count, unit)


def _tomorrow(match: Any, writer: _Writer) -> date | None:
    before = match.string[max(0, match.start() - 10) : match.start()]
    return None if days.DAY_TIME.search(before) else writer.received + timedelta(days=1)


def _day_after_tomorrow(_: Any, writer: _Writer) -> date:
    return writer.received + timedelta(days=2)


def _festival(
    reading: Callable[[Any, date], DaySpan | None],
) -> Callable[[Any, _Writer], DaySpan | None]:
    """Read a festival where it is meant as a day, which "the Easter offer" is not."""

    def read(match: Any, writer: _Writer) -> DaySpan | None:
        before = match.string[max(0, match.start() - 30) : match.start()]
        after = match.string[match.end() : match.end() + 30]
        is_day = days.BEFORE_FESTIVAL.search(before) and not days.AFTER_FESTIVAL.search(after)
        return reading(match, writer.received) if is_day else None

    return read


def _from_received(
    reading: Callable[[Any, date], date | DaySpan | None],
) -> Callable[[Any, _Writer], date | DaySpan | None]:
    return lambda match, writer: reading(match, writer.received)


_Read = date | DaySpan | EitherDay | None
_Reading = Callable[[Any, _Writer], _Read]
#: What was read before is not read again by what stands below.
_EXACT: Final[tuple[tuple[Any, _Reading], ...]] = (
    (days.ISO, _iso),
    (days.DAY_MONTH, _day_month),
    (days.NUMERIC, _numeric),
    (days.MONTH_DAY, _month_day),
    (days.ORDINAL, _ordinal),
)
_ROUGH: Final[tuple[tuple[Any, _Reading], ...]] = (
    *((pattern, _festival(reading)) for pattern, reading in FESTIVALS),
    (days.NUMBERED_WEEK, _from_received(numbered_week)),
    (days.WEEKDAY_AFTER, _from_received(weekday_after)),
    (days.RELATIVE, _relative),
    (days.MONTH_ONLY, _month_only),
    (days.ENDS, _from_received(named_end)),
    (days.END_OF, _from_received(end_of_unit)),
    (days.THIS_AND_NEXT, _from_received(this_and_next)),
    (days.WEEK_AFTER_NEXT, _from_received(week_after_next)),
    (days.NEXT, _from_received(next_unit)),
    (days.YEAR_ONLY, _from_received(only_year)),
    (days.DAY_AFTER_TOMORROW, _day_after_tomorrow),
    (days.TOMORROW, _tomorrow),
    (days.NAMED_WEEKDAY, _weekday),
)
