"""Whether words stand in what a text asks, not in what it says; for folded text.

"Works for us, when do we start?" says one thing and asks another; "do we accept?" says nothing.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.sentences import Sentence

#: Characters of a sentence on either side of words that are looked at.
_AROUND: Final = 200

_PARTS: Final = spaced(
    r"[,;:]\s|\s-+\s|\s{2,}|\s(?:and|but|so|und|aber|et|mais|y|pero|e|ma|mas|en|maar)\s"
)
_ASKING: Final = (
    r"(?:who|what|when|where|which|why|how|whose|do|does|did|is|are|was|were|has|have|had|can|"
    r"could|should|shall|would|will|am|isn't|aren't|don't|doesn't|won't|can't|couldn't|wouldn't|"
    r"shouldn't|wer|was|wann|wo|warum|wie|welche\w*|qui|que|quoi|quand|ou|pourquoi|comment|est-ce|"
    r"quien|cuando|donde|cual|como|por que|chi|cosa|quando|dove|perche|quale|wie|wat|wanneer|waar|"
    r"waarom|hoe|welke)"
)
#: How a question begins, also one that nobody marked.
_BEGINS: Final = spaced(
    rf"^\W*(?:(?:and|but|so|also|hi|hello|ok|okay|well|then|hm+|btw)\b[ ,]*)*{_ASKING}\b"
)
#: A question that begins further on: "we accept when do we start?"
_LATER: Final = spaced(
    r"\b(?:who|what|when|where|which|how) (?:is|are|do|does|did|can|could|should|will|would|"
    r"happens)\b|\b(?:can|could|do|does|will|would|should|is|are) (?:you|we|i|it|that|this|there)\b"
)


def is_asked(sentences: Sequence[Sentence], start: int, end: int) -> bool:
    """Return whether the words at a place of a text are part of a question."""
    for sentence in sentences:
        if sentence.start <= start < sentence.start + len(sentence.text):
            return _is_asked(sentence, start - sentence.start, end - sentence.start)
    return False


def _is_asked(sentence: Sentence, start: int, end: int) -> bool:
    before = sentence.text[max(0, start - _AROUND) : start]
    after = sentence.text[end : end + _AROUND]
    borders = [0, *(match.end() for match in _PARTS.finditer(before)), len(before)]
    parts = [before[begin:finish] for begin, finish in pairwise(borders)]
    if not sentence.is_asked:
        return bool(_BEGINS.search(parts[-1]))
    if any(_BEGINS.search(part) for part in parts):
        return True
    is_last = not _PARTS.search(after)
    return is_last and not _LATER.search(after)
