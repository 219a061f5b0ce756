"""Figures as people write them: "1 500", "1.500,50", "1'500", "1,50,000", "2,5k", "three million".

Three digits behind a sign are thousands, whichever sign it is ("1.500" and "1,500" are the same
number in different countries, and nobody counts people or money in thousandths), unless a size
follows or a nought stands before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.words.dates import NUMBER, NUMBERS
from comm_pipeline.bot.words.sizes import DOUBTFUL, ENGLISH, SIZES

#: Characters before a figure that tell whether a range begins.
NEAR: Final = 30
#: Figures that are looked at in one text.
_MOST: Final = 200
#: Digits of a group; a run of more is a number of something, not a quantity.
_LONGEST: Final = 12

_CLUSTER: Final = re.compile(r"\d+(?:[.,' ]\d+)*")
_SPELT: Final = re.compile(rf"\b({NUMBER})(?= )")
#: "Thanks a million".
_THANKS: Final = re.compile(r"\b(?:thanks?|thx|cheers|ta) $")
_GROUPED: Final = re.compile(r"([1-9]\d{0,2})((?:([.,' ])\d{3})(?:\3\d{3})*)(?:([.,])(\d{1,2}))?")
_INDIAN: Final = re.compile(r"([1-9]\d?)((?:,\d{2})+,\d{3})(?:(\.)(\d{1,2}))?")
_PLAIN: Final = re.compile(rf"(\d{{1,{_LONGEST}}})(?:[.,](\d{{1,6}}))?")
_SIZE: Final = re.compile(
    rf" ?({'|'.join(sorted(SIZES, key=len, reverse=True))})\b(?:(?<=mio|mrd|tsd|mln)\.(?= ))?"
)
#: "1500,-" and "1'500.--" have no cents.
_NO_CENTS: Final = re.compile(r"[.,]-{1,2}")
_TO: Final = re.compile(r" ?(?:-|to|bis|a|al|tot|up to|ate) ?")
_AND: Final = re.compile(r" (?:and|und|et|y|e|en) ")
_BETWEEN: Final = re.compile(r"\b(?:between|zwischen|entre|tra|fra|tussen)(?: \w+)? ?$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and where it stands, its size and ``1500,-`` included; ``size`` as it is written."""

    start: int
    end: int
    value: float
    size: str = ""


def with_signs(text: str) -> str:
    """Return text folded, but with its signs: those of currencies, and what parts two figures."""
    if text.isascii():
        return fold(text)
    pairs = zip(text, fold(text), strict=True)
    return "".join(sign if plain == " " and not sign.isspace() else plain for sign, plain in pairs)


def find_figures(text: str, language: str | None = None) -> list[Figure]:
    """Return the figures of a text in the order of their places, the ends of ranges alike in size.

    What looks like no quantity is left out: "0170 1234567", "12.03.2026", "1.2.3". What stands
    around a figure is for the caller to judge; so is a lone "m", which may be metres.
    """
    folded = with_signs(text)
    found = [
        _sized(one, folded, text, language)
        for match, _ in zip(_CLUSTER.finditer(folded), range(_MOST), strict=False)
        for one in _read(match.group(), match.start())
    ]
    found += _spelt(folded, text, language)
    return _share_sizes(sorted(found, key=lambda one: one.start), folded)


def read_figure(text: str) -> float | None:
    """Return the number that a text is, and nothing else; a sign may stand before it."""
    unsigned = text.removeprefix("-")
    if unsigned.isascii() and unsigned.isdecimal() and len(unsigned) <= _LONGEST:
        return float(text)
    figures = find_figures(unsigned)
    if len(figures) != 1 or (figures[0].start, figures[0].end) != (0, len(unsigned)):
        return None
    return -figures[0].value if text.startswith("-") else figures[0].value


def are_range(one: Figure, other: Figure, before: str, between: str) -> bool:
    """Return whether two figures are the ends of one range: "5-10", "between 5 and 10".

    ``before`` and ``between`` are what stands before and between them, without currencies.
    """
    if one.value > other.value:
        return False
    if _TO.fullmatch(between):
        return True
    return bool(_AND.fullmatch(between) and _BETWEEN.search(before))


def _share_sizes(figures: list[Figure], folded: str) -> list[Figure]:
    """Return figures with the first of a range in the size of the second: of "5-10k", 5k."""
    shared = list(figures)
    for place, (one, other) in enumerate(pairwise(figures)):
        if one.size or not other.size:
            continue
        before, between = folded[: one.start], folded[one.end : other.start]
        if are_range(one, other, before[-NEAR:], between):
            factor = SIZES[other.size.lower()]
            if one.value < other.value / factor:
                shared[place] = replace(one, value=one.value * factor)
    return shared


def _spelt(folded: str, original: str, language: str | None) -> Iterator[Figure]:
    """Yield numbers in words that a size follows: "two hundred", "fünf Millionen"."""
    for match, _ in zip(_SPELT.finditer(folded), range(_MOST), strict=False):
        if _THANKS.search(folded[max(0, match.start() - 10) : match.start()]):
            continue
        bare = Figure(match.start(), match.end(), NUMBERS[match.group(1)])
        sized = _sized(bare, folded, original, language)
        if len(sized.size) > 2:
            yield sized


def _read(cluster: str, start: int) -> Iterator[Figure]:
    """Yield what a run of digits and signs between them says."""
    value = _value(cluster)
    if value is not None:
        yield Figure(start, start + len(cluster), value)
        return
    parts = cluster.split(" ")
    if len(parts) != 2 or any(len(part) > 6 or _value(part) is None for part in parts):
        return  # a telephone number, a date, a version
    for part in parts:
        value = _value(part)
        if value is not None:
            yield Figure(start, start + len(part), value)
        start += len(part) + 1


def _value(text: str) -> float | None:
    grouped = _GROUPED.fullmatch(text)
    if grouped and grouped.group(4) != grouped.group(3):
        first, rest, _, _, cents = grouped.groups()
        return float(first + re.sub(r"\D", "", rest) + f".{cents or 0}")
    indian = _INDIAN.fullmatch(text)
    if indian:
        first, rest, _, cents = indian.groups()
        return float(first + rest.replace(",", "") + f".{cents or 0}")
    plain = _PLAIN.fullmatch(text)
    if plain is None or (len(plain.group(1)) > 1 and text.startswith("0")):
        return None
    return float(f"{plain.group(1)}.{plain.group(2) or 0}")


def _sized(figure: Figure, folded: str, original: str, language: str | None) -> Figure:
    """Return a figure with what follows and belongs to it."""
    after = _NO_CENTS.match(folded, figure.end)
    if after:
        return replace(figure, end=after.end())
    size = _SIZE.match(folded, figure.end)
    if size is None or (size.group(1) in ENGLISH and language not in {"en", None}):
        return figure
    word = original[size.start(1) : size.end(1)]
    value = _before_size(folded[figure.start : figure.end], figure.value)
    factor = 1 if word in DOUBTFUL else SIZES[size.group(1)]
    return replace(figure, end=size.end(), value=value * factor, size=word)


def _before_size(text: str, value: float) -> float:
    """Read a lone sign before a size as that of decimals: "1.125 million", "2,375 Mio"."""
    parts = re.fullmatch(r"(\d{1,3})[.,](\d{3})", text)
    return float(f"{parts.group(1)}.{parts.group(2)}") if parts else value
