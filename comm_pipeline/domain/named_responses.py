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
        "happy to proceed",
        "let's proceed",
        "let's go ahead",
        "sign me up",
        "sign us up",
        "where do i sign",
        "you have a deal",
        "i approve",
        "we approve",
    ),
    "appointment_accepted": (
        *_ACCEPTANCES,
        "works for me",
        "works for us",
        "suits me",
        "suits us",
        "fits me",
        "fine with me",
        "fine with us",
        "fine by me",
        "that time works",
        "see you then",
        "see you there",
        "book the demo",
        "book a demo",
        "happy to meet",
        "send the invite",
        "send the invitation",
        "send me an invite",
        "send me an invitation",
        "looking forward to meeting",
        "looking forward to our call",
    ),
}

#: Rating on the scale that the documents' support template asks for, e.g. "4", "4/5", "a 5".
RATING: Final = "rating"
RATING_MINIMUM: Final = 1
RATING_MAXIMUM: Final = 5
