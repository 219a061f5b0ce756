"""Whether the words of an opt-out are about something else: a place, a thing, an errand.

For folded text: ``clause`` and ``rest`` are what surrounds the words in their sentence.
"""

from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words.opt_outs_elsewhere import (
    CARRIER,
    DONE,
    INSTEAD,
    KEPT_ADDRESSES,
    OFF_A_PLACE,
    STOP_ASKING,
    TEASED,
    WANTED_BACK,
)

#: Places that are looked at; a letter has one or two.
_MOST: Final = 20
#: Characters behind the words in which it is said what to use instead.
_INSTEAD: Final = 100
_NOT: Final = spaced(r"\b(?:not|don'?t|never|no|stop)\b")
#: "Loschen Sie diese Nachricht nicht": the negation stands behind.
_NOT_BEHIND: Final = spaced(r"^(?: bitte| aub)? (?:nicht|niet)(?:[^\w ]|$| (?:[^m ]|mi))")
_NO_MORE: Final = spaced(r"^\W*(?:no|not) (?:more|further|any more)\b")
_PASSIVE: Final = spaced(
    r"^ (?:will|can|could|are|were|shall|was|is)(?: be)? (?:answered|read|checked)"
)
#: "Which website did you get my e-mail off?"
_WHERE_FROM: Final = spaced(
    r"\b(?:which|what|where|who|whose)\b[^.!?]*\b(?:did|do|have) (?:you|u|ya) $"
)
_GET: Final = spaced(r"^(?:get|got|take|pull)\b")
_PROTECTS: Final = spaced(r"\bprotect\w*(?: \w+)? $")


def is_elsewhere(clause: str, words: str, rest: str, after: str) -> bool:
    """Return whether words that sound like an opt-out say something else in their sentence."""
    if _NOT_BEHIND.search(rest) or (_NO_MORE.search(words) and _PASSIVE.search(rest)):
        return True
    if TEASED.search(words + rest[:20]) or _is_replaced(rest + after[len(rest) :]):
        return True
    if _WHERE_FROM.search(clause) and _GET.search(words):
        return True
    if CARRIER.search(clause) or _PROTECTS.search(clause):
        return True
    return bool(
        STOP_ASKING.search(words) and DONE.search(_from_comma(words) + rest + after[len(rest) :])
    )


def _is_replaced(after: str) -> bool:
    """Return whether it goes on with what to use instead."""
    match = INSTEAD.search(after[:_INSTEAD])
    return match is not None and not _NOT.search(after[: match.start()])


def _from_comma(words: str) -> str:
    """Return the sign that ends the words, with which a reason may begin."""
    return words[-1:] if words[-1:] in {",", "-", ".", ";"} else ""


def wants_back(folded: str) -> bool:
    """Return whether somebody asks to be written to again, or goes on."""
    return bool(WANTED_BACK.search(folded))


def is_off_a_place(folded: str) -> bool:
    """Return whether something is to be taken off a place where no addresses are kept."""
    for match, _ in zip(OFF_A_PLACE.finditer(folded), range(_MOST), strict=False):
        place = next((one for one in match.groups() if one), "")
        if place and not KEPT_ADDRESSES.search(place):
            return True
    return False
