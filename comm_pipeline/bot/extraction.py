"""Values that a template asks for, taken from an answer.

A number stays a number and a choice is as the template writes it; a date is ISO 8601 text and money
a mapping of amount and currency, so that all of them can be stored and written into messages.

What an answer denies is no value ("not Basic, Pro"). Of numbers and days the first counts; where
different choices, ratings or amounts of money stand side by side, none does: nobody knows which one
is meant.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

from comm_pipeline.bot.affirming import affirmed
from comm_pipeline.bot.choices import find_choices
from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.figures import find_figures
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.money import find_money
from comm_pipeline.bot.numbers import LARGEST, find_numbers, plain_number, whole_number
from comm_pipeline.bot.patterns import value_pattern
from comm_pipeline.bot.ratings import find_ratings
from comm_pipeline.domain.named_responses import RATING_MAXIMUM, RATING_MINIMUM
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage
from comm_pipeline.domain.wanted_information import wanted_information

#: Values of one sort that are looked at in one answer; a letter has a handful.
_MOST: Final = 100
#: Characters of a text value.
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, when it came, and what is known of its writer: language and country (ISO codes)."""

    text: str
    received: date | None = None
    language: str | None = None
    country: str | None = None


class Found(NamedTuple):
    """A value and where it stands."""

    start: int
    end: int
    value: Any


def find_values(
    answer: Answer, template: CampaignTemplate, stage: Stage
) -> Iterator[tuple[str, Any, str]]:
    """Yield the name of each value that was found, the value, and the words that it stands in."""
    for name, wanted in wanted_information(template, stage).items():
        if wanted.extraction is None:  # in free words, which patterns do not find
            continue
        if found := _find(answer, wanted.extraction):
            yield name, found.value, answer.text[found.start : found.end].strip()


def _find(answer: Answer, extraction: Extraction) -> Found | None:
    if extraction.pattern is not None:
        return next(_by_pattern(answer, extraction), None)
    found = _FINDERS.get(extraction.type, _numbers)(answer, extraction)
    meant = affirmed(fold(answer.text), found[:_MOST])
    if extraction.type in _ONE_ONLY and any(one.value != meant[0].value for one in meant):
        return None
    return meant[0] if meant else None


def _by_pattern(answer: Answer, extraction: Extraction) -> Iterator[Found]:
    is_number = extraction.type in {"number", "rating"}
    figures = find_figures(answer.text, answer.language) if is_number else []
    for match in value_pattern(extraction.pattern or "").finditer(answer.text):
        if match.group(1) is None:
            continue
        number = whole_number(match.group(1), match.start(1), figures) if is_number else None
        if number is None:
            value = _typed(match.group(1), answer, extraction)
        else:
            value = _within(number, extraction)
        if value is not None:
            yield Found(match.start(), match.end(), value)


def _typed(said: str, answer: Answer, extraction: Extraction) -> Any:
    """Return what a template's own pattern found in its type, or None if it is not one."""
    if extraction.type == "text":
        return said.strip()[:_LONGEST]
    part = Answer(said, answer.received, answer.language, answer.country)
    found = _FINDERS.get(extraction.type, _numbers)(part, extraction)
    return found[0].value if found else None


def _choices(answer: Answer, extraction: Extraction) -> list[Found]:
    return [Found(*one) for one in find_choices(answer.text, extraction.choices)]


def _numbers(answer: Answer, extraction: Extraction) -> list[Found]:
    return [
        Found(*one)
        for one in find_numbers(answer.text, answer.language)
        if _within(one.value, extraction) is not None
    ]


def _within(number: float | None, extraction: Extraction) -> int | float | None:
    lowest, highest = _bounds(extraction)
    if number is None or not lowest <= number <= highest or abs(number) > LARGEST:
        return None
    return plain_number(number)


def _bounds(extraction: Extraction) -> tuple[float, float]:
    is_rating = extraction.type == "rating"
    lowest, highest = (RATING_MINIMUM, RATING_MAXIMUM) if is_rating else (-math.inf, math.inf)
    return (
        lowest if extraction.minimum is None else extraction.minimum,
        highest if extraction.maximum is None else extraction.maximum,
    )


def _ratings(answer: Answer, extraction: Extraction) -> list[Found]:
    ratings = find_ratings(answer.text, *_bounds(extraction))
    return [Found(*one) for one in islice(ratings, _MOST)]


def _dates(answer: Answer, _: Extraction) -> list[Found]:
    if answer.received is None:
        return []
    days = find_days(fold(answer.text), answer.received, answer.language, answer.country)
    # Of 3/4 that may be in March or in April, nobody knows which is meant.
    return [Found(one.start, one.end, one.day.isoformat()) for one in days if one.other is None]


def _amounts(answer: Answer, extraction: Extraction) -> list[Found]:
    return [
        Found(one.start, one.end, {"amount": one.amount, "currency": one.currency})
        for one in find_money(answer.text, answer.language, answer.country)
        if _within(one.amount, extraction) is not None
    ]


_Finder = Callable[[Answer, Extraction], Sequence[Found]]
_FINDERS: Final[Mapping[str, _Finder]] = {
    "number": _numbers,
    "choice": _choices,
    "rating": _ratings,
    "date": _dates,
    "money": _amounts,
}
#: Types of which an answer has one value or none.
_ONE_ONLY: Final = frozenset({"choice", "rating", "money"})
