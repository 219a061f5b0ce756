"""What the classifier sees of a reply: its words, rows of two and three, and parts of words.

Each is told by the bucket that its name falls into, so that weights are a row of fixed length.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

#: Buckets that names fall into; a power of two, so that fewer of them are these cut off.
BUCKETS: Final = 2**17
#: Characters and words that are looked at: what somebody wants stands at the beginning of a letter.
_MOST_CHARACTERS: Final = 4_000
_MOST_WORDS: Final = 300
_LONGEST_WORD: Final = 30
#: Letters of the parts of words.
_PART: Final = 4
#: Numbers by which the length of a reply is told, as a power of two.
_LONGEST: Final = 6

_ADDRESS: Final = re.compile(r"\S{0,64}@\S+|(?:https?://|www\.)\S+")
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[a-z0-9_]+(?:'[a-z0-9_]+)*|[?!]")


def buckets_of(folded: str) -> frozenset[int]:
    """Return the buckets (from 0 to BUCKETS - 1) that a folded text's features fall into."""
    return frozenset(zlib.crc32(name.encode()) % BUCKETS for name in _names(folded))


def _names(folded: str) -> Iterator[str]:
    words = _words(folded)
    row = ["^", *words, "$"]
    for word in words:
        yield f"w={word}"
        whole = f"<{word}>"
        for place in range(len(whole) - _PART + 1):
            yield f"c={whole[place : place + _PART]}"
    for one, other in pairwise(row):
        yield f"b={one} {other}"
    for one, other, third in zip(row, row[1:], row[2:], strict=False):
        yield f"s={one} {third}"
        yield f"t={one} {other} {third}"
    yield f"len={min(_LONGEST, (len(words) + 1).bit_length())}"


def _words(folded: str) -> list[str]:
    """Return the words and signs; addresses are one word, and so are all numbers."""
    text = _DIGITS.sub("0", _ADDRESS.sub(" _address_ ", folded[:_MOST_CHARACTERS]))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text)[:_MOST_WORDS]]
