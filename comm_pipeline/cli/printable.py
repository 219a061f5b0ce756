"""Texts of others, made safe for a terminal.

What recipients write may hold characters that a terminal obeys: sequences that change colours or
the window's title, and signs that turn the direction of the line.
"""

import unicodedata
from typing import Final

#: Ends of lines and tabs, and what joins letters and emoji, or keeps them apart.
_KEPT: Final = frozenset("\n\t\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_OBEYED: Final = frozenset({"Cc", "Cf"})
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """Return a text with each character that a terminal may obey replaced by U+FFFD.

    Ends of lines, tabs and what joins letters stay.
    """
    return "".join(
        _REPLACEMENT if unicodedata.category(one) in _OBEYED and one not in _KEPT else one
        for one in text.replace("\r\n", "\n")
    )


def counted(count: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun, in the singular for 1; without ``several`` an s is added."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
