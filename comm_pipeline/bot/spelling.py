"""Misspelt key words put right, so that "intrested" is understood; never used for opt-outs.

One letter missing, doubled, wrong or swapped, in a long word: anything less certain is left alone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

#: Shorter words have too many neighbours.
_SHORTEST: Final = 6
_WORD: Final = re.compile(r"[a-z]{6,20}")


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS: Final = _set_of(
    """
    interested interesting interest pricing expensive schedule meeting calendar tomorrow
    appointment available proposal contract brochure information details question colleague
    decision department responsible budget quarter disappointed solved resolved working problem
    support terrible unacceptable ridiculous lawyer attorney complaint confirmed accept agreed
    perfect definitely absolutely appreciate thanks thursday wednesday tuesday monday friday
    afternoon morning presentation documentation recording forwarded competitor supplier
    provider currently already product company please priority afford curious attached receive
    service human person machine manager
    """
)
#: Right words that are one letter away from a key word.
_RIGHT: Final = _set_of(
    """
    interests persons details detail accepts excepts except questions products companies
    services managers humans providers suppliers contracts contacts contact contrast proposals
    problems supports decisions solve resolve resolves afforded received receives working worked
    quarters budgets pleased pleases morning mornings machines priorities intersect prefect
    servile lawyers scheduled schedules schedule meetings meeting greeting heating beating
    seating melting competitors presentations recordings complaints colleagues calendars
    available appointments brochures informations mourning thanked thanksgiving wording walking
    talking warning warding human humane provided provides personal
    """
)


def corrected(folded: str) -> str:
    """Return folded text with its misspelt key words put right."""
    return _WORD.sub(lambda match: _right_word(match.group()), folded)


@lru_cache(maxsize=4096)
def _right_word(word: str) -> str:
    if word in _WORDS or word in _RIGHT:
        return word
    candidates = {
        found for part in (word, *_shortened(word)) for found in _NEIGHBOURS.get(part, ())
    }
    near = {found for found in candidates if _is_one_slip(word, found)}
    return near.pop() if len(near) == 1 else word


def _shortened(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _is_one_slip(one: str, other: str) -> bool:
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    if len(one) != len(other):
        longer, shorter = sorted((one, other), key=len, reverse=True)
        return shorter in _shortened(longer) and not longer.startswith(shorter)
    wrong = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(wrong) == 1:
        # The last letter makes another form of a word, not a slip.
        return len(one) > 7 and wrong[0] != len(one) - 1
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    return swapped and one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]


def _neighbours() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word in _WORDS:
        if len(word) >= _SHORTEST:
            for part in (word, *_shortened(word)):
                found.setdefault(part, set()).add(word)
    return found


_NEIGHBOURS: Final = _neighbours()
