"""Answers and values that every template may ask for without describing them itself.

They are the ones that the documents' own templates name. A template's own description of the same
name replaces the one here.
"""

from collections.abc import Mapping
from typing import Final

ACCEPTANCES: Final = ("i accept", "we accept", "sounds good", "let's do it", "count us in", "deal")

BUILT_IN_RESPONSES: Final[Mapping[str, tuple[str, ...]]] = {
    "accept_proposal": (
        *ACCEPTANCES,
        "accept the proposal",
        "accept your proposal",
        "go ahead",
        "send the contract",
        "ready to sign",
    ),
    "appointment_accepted": (
        *ACCEPTANCES,
        "works for me",
        "that time works",
        "see you then",
        "book the demo",
        "book a demo",
        "happy to meet",
    ),
}

#: Rating on the scale that the documents' support template asks for, e.g. "4", "4/5", "a 5".
RATING: Final = "rating"
RATING_MINIMUM: Final = 1
RATING_MAXIMUM: Final = 5
