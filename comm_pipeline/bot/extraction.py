"""Values that a template asks for, taken from an answer.

A number stays a number and a choice is as the template writes it; a date is ISO 8601 text and money
a mapping of amount and currency, so that all of them can be stored and written into messages.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.money import find_money
from comm_pipeline.bot.patterns import choice_pattern, value_pattern
from comm_pipeline.bot.ratings import find_ratings
from comm_pipeline.domain.named_responses import RATING_MAXIMUM, RATING_MINIMUM
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage
from comm_pipeline.domain.wanted_information import wanted_information

#: The largest number that is taken from an answer; beyond it a float is not exact.
_LARGEST: Final = 2**53
#: Characters of a text value.
_LONGEST: Final = 500
#: 1,200 and 1.200 and 1'200 are thousands; 3,5 is what 3.5 is.
_PARTED: Final = r"[1-9]\d{0,2}(?:,\d{3}|'\d{3}|\.\d{3})+"
_NUMBER: Final = (
    rf"(?:^|[^\w.,])(-?(?:{_PARTED}(?:[.,]\d{{1,2}})?|\d{{1,12}}(?:\.\d{{1,6}}|,\d{{1,2}})?))"
    r"(?:\b|$)"
)
_THOUSANDS: Final = re.compile(rf"-?{_PARTED}(?!\d)")


def find_values(
    text: str, template: CampaignTemplate, stage: Stage, received: date | None
) -> Iterator[tuple[str, Any, str]]:
    """Yield the name of each value that was found, the value, and the words that it stands in."""
    for name, wanted in wanted_information(template, stage).items():
        if wanted.extraction is None:  # in free words, which patterns do not find
            continue
        for words, value in _candidates(text, wanted.extraction, received):
            if value is not None:
                yield name, value, words
                break


def _candidates(
    text: str, extraction: Extraction, received: date | None
) -> Iterator[tuple[str, Any]]:
    if extraction.pattern is not None:
        for match in value_pattern(extraction.pattern).finditer(text):
            if match.group(1) is not None:
                yield match.group(0), _typed(match.group(1), extraction, received)
        return
    find = _FINDERS.get(extraction.type, _numbers)
    yield from find(text, extraction, received)


def _typed(found: str, extraction: Extraction, received: date | None) -> Any:
    """Return what a template's own pattern found in its type, or None if it is not one."""
    if extraction.type == "text":
        return found.strip()[:_LONGEST]
    if extraction.type == "number":
        return _number(found, extraction)
    find = _FINDERS[extraction.type]
    return next(
        (value for _, value in find(found, extraction, received) if value is not None), None
    )


def _choices(text: str, extraction: Extraction, _: date | None) -> Iterator[tuple[str, Any]]:
    for match in choice_pattern(extraction.choices).finditer(text):
        said = match.group(1).casefold()
        chosen = (choice for choice in extraction.choices if choice.casefold() == said)
        yield match.group(0), next(chosen, None)


def _numbers(text: str, extraction: Extraction, _: date | None) -> Iterator[tuple[str, Any]]:
    for match in value_pattern(_NUMBER).finditer(text):
        yield match.group(0), _number(match.group(1), extraction)


def _number(found: str, extraction: Extraction) -> int | float | None:
    try:
        number = float(_plain(found.strip()))
    except ValueError:
        return None
    if not _is_within(number, extraction) or abs(number) > _LARGEST:
        return None
    return int(number) if number.is_integer() else number


def _plain(figure: str) -> str:
    parted = _THOUSANDS.match(figure)
    if parted is None:
        return figure.replace(",", ".")
    return re.sub("[,'.]", "", parted.group()) + figure[parted.end() :].replace(",", ".")


def _is_within(number: float, extraction: Extraction) -> bool:
    lowest = -math.inf if extraction.minimum is None else extraction.minimum
    highest = math.inf if extraction.maximum is None else extraction.maximum
    return lowest <= number <= highest


def _ratings(text: str, extraction: Extraction, _: date | None) -> Iterator[tuple[str, Any]]:
    lowest = RATING_MINIMUM if extraction.minimum is None else extraction.minimum
    highest = RATING_MAXIMUM if extraction.maximum is None else extraction.maximum
    yield from find_ratings(text, lowest, highest)


def _dates(text: str, _: Extraction, received: date | None) -> Iterator[tuple[str, Any]]:
    if received is None:
        return
    for found in find_days(fold(text), received):
        yield text[found.start : found.end], found.day.isoformat()


def _amounts(text: str, extraction: Extraction, _: date | None) -> Iterator[tuple[str, Any]]:
    for words, money in find_money(text):
        yield words, money if _is_within(money["amount"], extraction) else None


_Finder = Callable[[str, Extraction, date | None], Iterator[tuple[str, Any]]]
_FINDERS: Final[Mapping[str, _Finder]] = {
    "number": _numbers,
    "choice": _choices,
    "rating": _ratings,
    "date": _dates,
    "money": _amounts,
}
