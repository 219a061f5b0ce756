"""Whether 03/04 is a day in April or in March, as far as somebody's text and country tell."""

from typing import Final

from comm_pipeline.bot.words.days import NUMERIC

#: Countries that write the month before the day (ISO 3166).
_MONTH_FIRST: Final = frozenset(
    {"US", "PR", "GU", "VI", "AS", "MP", "UM", "PH", "FM", "MH", "PW", "JP", "CN", "KR", "TW", "HU"}
)
#: Countries that write both.
_EITHER: Final = frozenset({"CA"})
#: Dates of one text that are looked at.
_MOST: Final = 50


def day_comes_first(folded: str, language: str | None, country: str | None) -> bool | None:
    """Return the order in which the writer of a text writes days and months, or None.

    A date that can only be read in one way tells it, then the language, except English, which is
    written in both; then the country.
    """
    told = {
        int(match.group(1)) > 12
        for match, _ in zip(NUMERIC.finditer(folded), range(_MOST), strict=False)
        if match.group(2) in "/-" and _is_told(int(match.group(1)), int(match.group(3)))
    }
    if len(told) == 1:
        return told.pop()
    if language not in {"en", None}:
        return True
    if country is None or country in _EITHER:
        return None
    return country not in _MONTH_FIRST


def _is_told(one: int, other: int) -> bool:
    return (12 < one <= 31 and 1 <= other <= 12) or (12 < other <= 31 and 1 <= one <= 12)
