"""The part of a sentence on either side of some words; for folded text."""

from typing import Final

import re2

_SENTENCE_END: Final = re2.compile(r"[.!?;]\s|\n\s*\n")


def clause_before(before: str) -> str:
    """Return the part of the sentence that stands before."""
    ends = list(_SENTENCE_END.finditer(before))
    return before[ends[-1].end() :] if ends else before


def rest_of_sentence(after: str) -> str:
    """Return the part of the sentence that stands after."""
    end = _SENTENCE_END.search(after)
    return after[: end.start() + 1] if end else after
