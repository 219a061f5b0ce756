"""A linear classifier of replies, learnt from the labelled ones; scoring needs no library.

The weights are a text file that ``make train`` writes. A score is the sum of the weights of a
reply's features, each by how rare it is, over the length of the whole, and a constant: above 0 a
label is more likely than not. The file begins with the digest of the replies that it was learnt
from and a line for each label (name, buckets, constant, scale, scores from which it counts), how
rare buckets are among them; below stand their rows, one character a bucket: its code less that of
MIDDLE is the signed root of the weight, in units of the scale.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from comm_pipeline.bot.classifier_features import buckets_of

WEIGHTS: Final = Path(__file__).parent / "classifier_weights.txt"
#: The code of a weight of 0, and how far the others are away from it at most.
MIDDLE: Final = 79
FARTHEST: Final = 46
#: The name of the rows that say how rare buckets are, before their number.
RARE: Final = "rare"
#: Characters of a line of the file.
WIDTH: Final = 128
_SQUARES: Final = [(code - MIDDLE) * abs(code - MIDDLE) for code in range(128)]


@dataclass(frozen=True, slots=True)
class Label:
    """What was learnt of a label; ``sure`` and ``doubt`` are the scores from which it counts."""

    constant: float
    scale: float
    sure: float
    doubt: float
    #: A whole number for each bucket, so that sums do not depend on their order.
    row: Sequence[int]


@dataclass(frozen=True, slots=True)
class Classifier:
    """All labels, and the digest of the replies that they were learnt from."""

    digest: str
    labels: Mapping[str, Label]

    def read(self, folded: str) -> "Reading":
        """Return what the classifier sees in a folded text."""
        return Reading(self, buckets_of(folded))


@dataclass(slots=True)
class Reading:
    """The features of a text, and the scores that they give."""

    classifier: Classifier
    buckets: frozenset[int]
    _sizes: dict[int, tuple[frozenset[int], float]] = field(default_factory=dict)

    def score(self, name: str) -> float:
        """Return the score of a label."""
        label = self.classifier.labels[name]
        buckets, length = self._cut_to(len(label.row))
        return label.constant + label.scale * sum(map(label.row.__getitem__, buckets)) / length

    def is_sure(self, name: str, more: float = 0.0) -> bool:
        """Return whether a label is certain enough to be decided, or so much ``more`` than that."""
        return self.score(name) >= self.classifier.labels[name].sure + more

    def _cut_to(self, size: int) -> tuple[frozenset[int], float]:
        """Return the buckets of a row of some size, and the length of the whole."""
        if size not in self._sizes:
            rare = self.classifier.labels[f"{RARE} {size}"]
            buckets = frozenset(bucket % size for bucket in self.buckets)
            squares = sum(rare.row[bucket] ** 2 for bucket in buckets)
            self._sizes[size] = buckets, rare.scale * math.sqrt(squares) or 1.0
        return self._sizes[size]


@cache
def the_classifier() -> Classifier:
    """Return the classifier of this version, read once."""
    return read_classifier(WEIGHTS.read_text(encoding="ascii"))


def read_classifier(text: str) -> Classifier:
    """Return the classifier of a file's text."""
    lines = iter(text.splitlines())
    digest = next(lines)
    heads = [line.split("\t") for line in iter(lambda: next(lines), "")]
    labels = {}
    for name, size, *numbers in heads:
        row = "".join(islice(lines, math.ceil(int(size) / WIDTH)))
        squares = list(map(_SQUARES.__getitem__, row.encode("ascii")))
        constant, scale, sure, doubt = map(float, numbers)
        labels[name] = Label(constant, scale, sure, doubt, squares)
    return Classifier(digest, labels)
