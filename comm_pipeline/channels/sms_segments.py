"""Into how many text messages a text is cut, which is what it costs. Pure.

GSM 03.38: a text of its alphabet has 160 characters in one segment, or 153 in each of several;
characters of its extension table count twice. Any other character makes the whole text UCS-2, of 70
or 67 UTF-16 code units. A character is never cut in two.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

_GSM_7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_EXTENSION: Final = frozenset("\f^{}\\[~]|€")


class Segments(NamedTuple):
    """How a text travels."""

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int


def segments_of(text: str) -> Segments:
    """Count the segments; an empty text has none."""
    if _GSM_7.issuperset(set(text) - _GSM_7_EXTENSION):
        widths = [2 if character in _GSM_7_EXTENSION else 1 for character in text]
        return Segments("GSM-7", _count(widths, alone=160, of_several=153))
    widths = [2 if character > "\uffff" else 1 for character in text]
    return Segments("UCS-2", _count(widths, alone=70, of_several=67))


def _count(widths: Iterable[int], *, alone: int, of_several: int) -> int:
    total, segments, room = 0, 0, 0
    for width in widths:
        total += width
        if width > room:
            segments, room = segments + 1, of_several
        room -= width
    return segments if total > alone else min(segments, 1)
