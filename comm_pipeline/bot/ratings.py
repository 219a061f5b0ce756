"""Ratings on a scale: "4/5", "four out of five", "5 stars", and stars drawn as such."""

from collections.abc import Iterator
from typing import Any, Final

import re2

from comm_pipeline.bot.folding import fold, spaced
from comm_pipeline.bot.words.dates import MONTH, NUMBER, NUMBERS

_STARS: Final = re2.compile("(?:\u2b50\ufe0f?|\u2605|\U0001f31f){1,10}")
_STAR: Final = re2.compile("\u2b50|\u2605|\U0001f31f")
_RATING: Final = spaced(
    rf"(?:^|[^\w.,/$€£#-])(\d{{1,3}}(?:[.,]\d)?|{NUMBER})(?:(?: ?/ ?| out of | von | sur | de | su "
    r"| op | van (?:de )?)"
    rf"(\d{{1,3}}|{NUMBER})\b| ?-?(?:stars?|sterne?n?|etoiles?|estrell?as?|stelle|sterren)\b|"
    r"\b)"
)
#: What makes a figure a day, and what makes it a part of a larger one, a time or a share.
_MONTH_BEFORE: Final = re2.compile(rf"(?:{MONTH})\.?\W*$")
_GOES_ON: Final = re2.compile(r"^(?:[.,:/-]\d| ?%| ?(?:eur|usd|euros?|dollars?|[$€£]))")
#: Articles are numbers only before "out of" or "stars".
_ARTICLES: Final = frozenset(
    (
        "a",
        "an",
        "ein",
        "eine",
        "einem",
        "einer",
        "un",
        "une",
        "uno",
        "una",
        "um",
        "uma",
        "een",
        "couple",
    )
)


def find_ratings(text: str, lowest: float, highest: float) -> Iterator[tuple[str, Any]]:
    """Yield the words and the value of each rating within bounds; other scales are none."""
    for match in _STARS.finditer(text):
        yield match.group(0), _within(len(_STAR.findall(match.group(0))), lowest, highest)
    folded = fold(text)
    for match in _RATING.finditer(folded):
        figure, scale = match.groups()
        if figure in _ARTICLES or (scale and _value(scale) != highest):
            continue
        if not scale and _is_part_of_more(folded, match.start(1), match.end()):
            continue
        yield match.group(0).strip(), _within(_value(figure), lowest, highest)


def _is_part_of_more(text: str, start: int, end: int) -> bool:
    """Return whether a figure is a day, an amount or a part of another number."""
    before, after = text[max(0, start - 14) : start], text[end : end + 9]
    return bool(_MONTH_BEFORE.search(before) or _GOES_ON.search(after))


def _value(figure: str) -> float:
    return float(NUMBERS[figure]) if figure in NUMBERS else float(figure.replace(",", "."))


def _within(value: float, lowest: float, highest: float) -> int | float | None:
    if not lowest <= value <= highest:
        return None
    return int(value) if float(value).is_integer() else value
