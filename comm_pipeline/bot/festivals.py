"""Days that are called by a name: Christmas, the New Year, Easter. For folded text.

A festival is the next one of its name that is not over. What it stands for is its first day; who
is back after it is back when its last day is over.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from dateutil.easter import easter

from comm_pipeline.bot.day_spans import DaySpan
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words import festivals as words

_NOVEMBER: Final = 11
_THURSDAY: Final = 3


_OfYear = Callable[[int], tuple[date, date]]


def _fixed(month: int, day: int, days: int = 1) -> _OfYear:
    return lambda year: (
        date(year, month, day),
        date(year, month, day) + timedelta(days=days - 1),
    )


def _of_easter(after: int, days: int = 1) -> _OfYear:
    """Return the days that begin so many after Easter Sunday."""
    return lambda year: (
        easter(year) + timedelta(days=after),
        easter(year) + timedelta(days=after + days - 1),
    )


def _thanksgiving(year: int) -> tuple[date, date]:
    """Return the fourth Thursday of November and the day after it, as in the United States."""
    first = date(year, _NOVEMBER, 1)
    day = first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 21)
    return day, day + timedelta(days=1)


def _turn_of_the_year(year: int) -> tuple[date, date]:
    return date(year, 12, 24), date(year + 1, 1, 1)


def _next(of_year: _OfYear) -> Callable[[Any, date], DaySpan]:
    def read(_: Any, received: date) -> DaySpan:
        years = range(max(received.year - 1, 1), received.year + 2)
        first, last = next(days for days in map(of_year, years) if days[1] >= received)
        return DaySpan(first, last)

    return read


def _soon(of_year: _OfYear, ahead: timedelta) -> Callable[[Any, date], DaySpan | None]:
    """Read what only one name of many is, where it is near."""

    def read(match: Any, received: date) -> DaySpan | None:
        span = _next(of_year)(match, received)
        return span if span.day - received <= ahead else None

    return read


#: Of two names at one place the first is read: Easter Monday before Easter.
FESTIVALS: Final[tuple[tuple[Any, Callable[[Any, date], DaySpan | None]], ...]] = tuple(
    (spaced(rf"\b(?:{names})\b"), reading)
    for names, reading in (
        (words.CHRISTMAS_EVE, _next(_fixed(12, 24))),
        (words.CHRISTMAS, _next(_fixed(12, 25, days=2))),
        (words.NEW_YEARS_EVE, _next(_fixed(12, 31))),
        (words.NEW_YEAR, _next(_fixed(1, 1))),
        (words.EPIPHANY, _next(_fixed(1, 6))),
        (words.GOOD_FRIDAY, _next(_of_easter(-2))),
        (words.EASTER_MONDAY, _next(_of_easter(1))),
        (words.EASTER, _next(_of_easter(0, days=2))),
        (words.ASCENSION, _next(_of_easter(39))),
        (words.PENTECOST, _next(_of_easter(49, days=2))),
        (words.THANKSGIVING, _next(_thanksgiving)),
        (words.THE_HOLIDAYS, _soon(_turn_of_the_year, timedelta(days=45))),
    )
)
