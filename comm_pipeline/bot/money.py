"""Amounts of money in a text: "$4,000", "1 500 €", "CA$2.5k", "between 500 and 700 euros".

Of a range it is the lower end, of which the writer is sure. A dollar, franc or crown that may be of
several countries is that of the letters or the word beside it; $ alone is US dollars.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from comm_pipeline.bot.figures import NEAR, Figure, are_range, find_figures, with_signs
from comm_pipeline.bot.words.currencies import (
    CAPITALS,
    CROWNS,
    CROWNS_OF,
    DOLLARS,
    DOTTED,
    NAMES,
    NATIONS,
    SIGNS,
)
from comm_pipeline.bot.words.sizes import DOUBTFUL, SIZES

#: Characters on either side in which a currency is looked for.
_NEAR: Final = 28


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGN: Final = f"[{re.escape(''.join(SIGNS))}]"
_NAME: Final = rf"(?:(?P<nation>{_any(NATIONS)})[ -])?(?P<name>{_any((*NAMES, *CROWNS))})"
_LEFT: Final = re.compile(
    rf"(?:(?<![a-z])(?P<letters>{_any(DOLLARS)})?(?P<dollar>\$)|(?P<sign>{_SIGN})|"
    rf"(?<![a-z0-9])(?P<dotted>{_any(DOTTED)})|(?<![a-z0-9]){_NAME}\.?) ?-?$"
)
_RIGHT: Final = re.compile(
    rf" ?(?:d'|de |of |di )?(?:(?P<letters>{_any(DOLLARS)})?(?P<dollar>\$)|(?P<sign>{_SIGN})|"
    rf"(?P<dotted>{_any(DOTTED)})|{_NAME}(?![a-z0-9]))"
)
#: "$500 CAD", "500 $ US"; two letters count as capitals only: "$500 us".
_WHOSE: Final = re.compile(
    rf"\s?(?P<letters>{_any(word.upper() for word in DOLLARS if len(word) > 1)}|"
    rf"(?i:{_any((*(word for word in DOLLARS if word in NAMES), *NATIONS))}))(?![A-Za-z0-9])"
)
_CODE_LEFT: Final = re.compile(rf"(?<![A-Za-z0-9])({_any(CAPITALS)})\s?$")
_CODE_RIGHT: Final = re.compile(rf"\s?({_any(CAPITALS)})(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its currency (ISO 4217), and where both stand."""

    start: int
    end: int
    amount: int | float
    currency: str


def find_money(text: str, language: str | None = None, country: str | None = None) -> list[Money]:
    """Return the amounts of money in a text; ``country`` (ISO 3166) is where the writer is."""
    folded = with_signs(text)
    figures = find_figures(text, language)
    found: list[Money | None] = []
    taken = 0  # of "500 EUR 2 times a year" the currency is that of 500 alone
    for figure in figures:
        place = _currency_beside(figure, folded, text, country)
        is_free = place is not None and place[0] >= taken
        found.append(Money(*place[:2], _amount(figure), place[2]) if place and is_free else None)
        taken = place[1] if place and is_free else taken
    for number, (one, other) in enumerate(pairwise(figures)):
        _make_lower_end(found, number, one, other, folded)
    return [money for money in found if money]


def _make_lower_end(
    found: list[Money | None], number: int, one: Figure, other: Figure, folded: str
) -> None:
    """Leave the lower end of a range, in the currency of either end, and not the upper one."""
    lower, upper = found[number], found[number + 1]
    if lower is None and upper is None:
        return
    begin = lower.end if lower else one.end
    end = upper.start if upper else other.start
    start = lower.start if lower else one.start
    if are_range(one, other, folded[max(0, start - NEAR) : start], folded[begin:end]):
        currency = lower.currency if lower else upper.currency if upper else ""
        found[number] = Money(start, upper.end if upper else other.end, _amount(one), currency)
        found[number + 1] = None


def _currency_beside(
    figure: Figure, folded: str, original: str, country: str | None
) -> tuple[int, int, str] | None:
    """Return where a figure begins and ends with its currency, and which that is."""
    before = folded[max(0, figure.start - _NEAR) : figure.start]
    after = folded[figure.end : figure.end + _NEAR]
    written = original[figure.end : figure.end + 2 * _NEAR]
    if (left := _LEFT.search(before)) and (currency := _currency(left, written, country)):
        return figure.start - len(before) + left.start(), figure.end, currency
    if before[-1:].isalnum():
        return None
    if (right := _RIGHT.match(after)) and (
        currency := _currency(right, written[right.end() :], country)
    ):
        return figure.start, figure.end + right.end(), currency
    return _code_beside(figure, original)


def _code_beside(figure: Figure, original: str) -> tuple[int, int, str] | None:
    before = original[max(0, figure.start - _NEAR) : figure.start]
    if left := _CODE_LEFT.search(before):
        return figure.start - len(before) + left.start(), figure.end, left.group(1)
    if right := _CODE_RIGHT.match(original[figure.end : figure.end + _NEAR]):
        return figure.start, figure.end + right.end(), right.group(1)
    return None


def _currency(match: re.Match[str], after: str, country: str | None) -> str | None:
    if match["dollar"]:
        return _dollar(match["letters"], after)
    if match["sign"]:
        sign = SIGNS[match["sign"]]
        return "CNY" if sign == "JPY" and country == "CN" else sign
    if match["dotted"]:
        return DOTTED[match["dotted"]]
    if match["nation"]:
        return NATIONS[match["nation"]]
    return CROWNS_OF.get(country or "") if match["name"] in CROWNS else NAMES[match["name"]]


def _dollar(letters: str | None, after: str) -> str:
    if letters is None and (whose := _WHOSE.match(after)):
        letters = whose["letters"].lower()
    return (DOLLARS.get(letters) or NATIONS[letters]) if letters else SIGNS["$"]


def _amount(figure: Figure) -> int | float:
    # Beside a currency "2m" is two million.
    value = figure.value * (SIZES[figure.size] if figure.size in DOUBTFUL else 1)
    return int(value) if value.is_integer() else round(value, 2)
