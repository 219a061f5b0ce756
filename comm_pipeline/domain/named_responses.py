"""Answers and values that every template may ask for without describing them itself.

They are the ones that the documents' own templates name. A template's own description of the same
name replaces the one here.
"""

from collections.abc import Mapping
from typing import Final

_ACCEPTANCES: Final = ("i accept", "we accept", "let's do it", "count me in", "count us in")

BUILT_IN_RESPONSES: Final[Mapping[str, tuple[str, ...]]] = {
    "accept_proposal": (
        *_ACCEPTANCES,
        "accept the proposal",
        "accept your proposal",
        "go ahead with the proposal",
        "send me the contract",
        "send us the contract",
        "send the contract",
        "ready to sign",
    ),
    "appointment_accepted": (
        *_ACCEPTANCES,
        "works for me",
        "works for us",
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
