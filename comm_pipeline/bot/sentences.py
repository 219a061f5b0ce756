"""The sentences of a text, with their places; lines torn by a mail program are put together."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import re2

#: Sentences that are looked at; a letter has a dozen.
_MOST: Final = 200
#: Length from which a line that a small letter follows was torn by a mail program.
_TORN: Final = 50

_END: Final = re2.compile(r"[.!?]+[\"')\]]*(?:\s+|$)|\n\s*")
_FEW: Final = re2.compile(
    r"(?i)(?:\b(?:mr|mrs|ms|dr|st|no|nr|e\.g|i\.e|z\.b|approx|ca|vs|inc|ltd|p\.s|frau|hr|sra?|"
    r"art)|\b\d{1,2})\.\s+$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the position at which it begins."""

    start: int
    text: str

    @property
    def is_asked(self) -> bool:
        """Whether it ends with a question mark."""
        return "?" in self.text[-4:]


def sentences_of(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text."""
    text, begin, count = _joined(text), 0, 0
    for match in _END.finditer(text):
        if _FEW.search(text[max(begin, match.end() - 8) : match.end()]) and match.end() < len(text):
            continue
        if text[begin : match.end()].strip():
            yield Sentence(begin, text[begin : match.end()].rstrip())
            count += 1
        begin = match.end()
        if count == _MOST:
            return
    if text[begin:].strip():
        yield Sentence(begin, text[begin:].rstrip())


def _joined(text: str) -> str:
    lines = text.split("\n")
    parts = [lines[0]]
    for above, line in pairwise(lines):
        parts.append(" " if len(above) >= _TORN and line[:1].islower() else "\n")
        parts.append(line)
    return "".join(parts)
