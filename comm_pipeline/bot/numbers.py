"""Quantities in a text: "1 200 people", "2,5k users", "between 40 and 60 seats".

Of a range it is the lower end, of which the writer is sure.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from comm_pipeline.bot.figures import Figure, find_figures, read_figure, with_signs
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.other_figures import find_other_figures
from comm_pipeline.bot.words.sizes import DOUBTFUL

#: The largest number that is taken from an answer; beyond it a float is not exact.
LARGEST: Final = 2**53

#: What makes a figure a part of something else: "v2", "F-16", "#4", "24/7", "3pm".
_PART_BEFORE: Final = re.compile(r"(?:\w|[#/:@.,]|[a-z]-)$")
_PART_AFTER: Final = re.compile(r"^(?:\w|[:/]\d)")
_SIGN: Final = re.compile(r"(?:^|[\s(=:])-$")


class Number(NamedTuple):
    """A quantity and where it stands."""

    start: int
    end: int
    value: int | float


def find_numbers(text: str, language: str | None = None) -> Iterator[Number]:
    """Yield the quantities of a text; days, times, telephone numbers and the like are none."""
    folded, taken = with_signs(text), find_other_figures(fold(text))
    for figure in find_figures(text, language):
        if figure.size in DOUBTFUL or any(a <= figure.start < b for a, b in taken):
            continue
        sign = -1 if _SIGN.search(folded[max(0, figure.start - 2) : figure.start]) else 1
        value = sign * figure.value
        if _stands_alone(figure, folded, sign) and abs(value) <= LARGEST:
            start = figure.start - (sign < 0)
            yield Number(start, figure.end, plain_number(value))


def whole_number(said: str, start: int, figures: Iterable[Figure]) -> float | None:
    """Return the number that some words at a place of a text are, or are the end of.

    A pattern may find a part of a number: of "1,200 people" those that want digits find 200. Words
    that are no number are None.
    """
    number = read_figure(said.strip())
    if number is None:
        return None
    sign = -1 if said.strip().startswith("-") else 1
    end = start + len(said)
    whole = (one.value for one in figures if one.start < end and start < one.end)
    return next((sign * value for value in whole), number)


def plain_number(value: float) -> int | float:
    """Return a number without the decimals that it does not have."""
    return int(value) if float(value).is_integer() else value


def _stands_alone(figure: Figure, folded: str, sign: int) -> bool:
    before = folded[max(0, figure.start - 2) : figure.start]
    is_part = sign > 0 and _PART_BEFORE.search(before)
    return not is_part and not _PART_AFTER.search(folded[figure.end : figure.end + 2])
