"""Days that a text names, in seven languages: "March 16", "16.03.", "until Monday", "in two weeks".

For folded text. Days without a year are the next ones after the text was received; of 3/4 the
reading is taken that the language suggests.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

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
    """A day and where it stands; ``is_exact`` unless it is only a weekday, a week or a month."""

    start: int
    end: int
    day: date
    is_exact: bool = True


def find_days(folded: str, received: date, language: str | None = None) -> list[FoundDay]:
    """Return the days that a text names, in the order of their places."""
    received = min(received, _LAST)
    found: list[FoundDay] = []
    for pattern, reading in _READINGS:
        for number, match in enumerate(pattern.finditer(folded)):
            if number == _MOST:
                break
            day = reading(match, received, language)
            if day and not _is_inside(match, found):
                found.append(FoundDay(match.start(), match.end(), day, reading not in _VAGUE))
    return sorted(found, key=lambda one: one.start)


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


def _iso(match: Any, _: date, __: str | None) -> date | None:
    return _safe(*(int(part) for part in match.groups()))


def _numeric(match: Any, received: date, language: str | None) -> date | None:
    one, sign, other, year, dot = match.groups()
    if not year and not dot and sign != "/" and not _follows_a_preposition(match):
        return None  # 9.30 is a time, 10-12 a range, 4.5 a number
    readings = [
        day
        for month, number in ((int(other), int(one)), (int(one), int(other)))
        if (day := _dated(received, month, number, year))
    ]
    if sign == "." or not readings:
        return _dated(received, int(other), int(one), year)
    if language == "en" or language is None:
        readings.reverse()
        return min(readings, key=lambda day: abs((day - received).days))
    return readings[0]


_PREPOSITION: Final = spaced(
    r"\b(?:until|till|bis|am|ab|vom|zum|dem|al|au|hasta|fino al|ate|tot|op|on) $"
)


def _follows_a_preposition(match: Any) -> bool:
    return bool(_PREPOSITION.search(match.string[max(0, match.start() - 12) : match.start()]))


def _day_month(match: Any, received: date, _: str | None) -> date | None:
    return _dated(received, MONTHS[match.group(2)], int(match.group(1)), match.group(3))


def _month_day(match: Any, received: date, _: str | None) -> date | None:
    return _dated(received, MONTHS[match.group(1)], int(match.group(2)), match.group(3))


def _ordinal(match: Any, received: date, _: str | None) -> date | None:
    if match.string[match.end() : match.end() + 2].strip()[:1] in {
        ":",
        "h",
        "%",
        "/",
        "u",
        "a",
        "p",
    }:
        return None
    number = int(match.group(1) or match.group(2))
    received = _last_named(match.string[max(0, match.start() - 80) : match.start()], received)
    for months in range(2):
        year, month = divmod(received.month - 1 + months, 12)
        found = _safe(received.year + year, month + 1, number)
        if found and found >= received:
            return found
    return None


def _last_named(before: str, received: date) -> date:
    """Return the day that was named last: "until 12 June, back on the 15th" is in June."""
    last = received
    for match in days.DAY_MONTH.finditer(before):
        last = _day_month(match, received, None) or last
    for match in days.MONTH_DAY.finditer(before):
        last = _month_day(match, received, None) or last
    return max(last, received)


def _month_only(match: Any, received: date, _: str | None) -> date | None:
    found = _dated(received, MONTHS[match.group(2)], 1, match.group(3))
    if found and not match.group(3) and found < received.replace(day=1):
        found = _safe(found.year + 1, found.month, 1)
    if found and match.group(1):
        return found.replace(day=calendar.monthrange(found.year, found.month)[1])
    return found


def _weekday(match: Any, received: date, language: str | None) -> date | None:
    if match.group(1) in _ENGLISH_SHORT and language not in {"en", None}:
        return None  # "mon" is French for "my"
    ahead = (WEEKDAYS[match.group(1)] - received.weekday()) % 7
    return received + timedelta(days=ahead or 7)


_ENGLISH_SHORT: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


def _relative(match: Any, received: date, _: str | None) -> date:
    number, unit = match.groups()
    count = int(number) if number.isdigit() else NUMBERS[number]
    days = {"w": 7, "s": 7, "m": 30}.get(unit[0], 1)
    return received + timedelta(days=min(count * days, 1_000))


def _tomorrow(match: Any, received: date, _: str | None) -> date | None:
    before = match.string[max(0, match.start() - 10) : match.start()]
    return None if days.DAY_TIME.search(before) else received + timedelta(days=1)


def _next(match: Any, received: date, _: str | None) -> date | None:
    unit, new_year, end_of, week = match.groups()
    if new_year or unit == "year":
        return _safe(received.year + 1, 1, 1)
    if week or unit == "week":
        return received + timedelta(days=7 - received.weekday())
    last = calendar.monthrange(received.year, received.month)[1]
    if unit == "month":
        return received.replace(day=last) + timedelta(days=1)
    if end_of == "week":
        return received + timedelta(days=(4 - received.weekday()) % 7)
    return received.replace(day=last) if end_of == "month" else _safe(received.year, 12, 31)


_Reading = Callable[[Any, date, str | None], date | None]
_READINGS: Final[tuple[tuple[Any, _Reading], ...]] = (
    (days.ISO, _iso),
    (days.DAY_MONTH, _day_month),
    (days.NUMERIC, _numeric),
    (days.MONTH_DAY, _month_day),
    (days.ORDINAL, _ordinal),
    (days.RELATIVE, _relative),
    (days.MONTH_ONLY, _month_only),
    (days.NEXT, _next),
    (days.TOMORROW, _tomorrow),
    (days.NAMED_WEEKDAY, _weekday),
)
_VAGUE: Final = (_weekday, _next, _month_only, _relative, _tomorrow)
