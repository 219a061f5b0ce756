"""A linear classifier of replies: a second opinion beside the rules, learnt from labelled replies.

The weights are a text file that ``make train`` writes: a line for each feature, with the number
of replies that it was in and a weight for each label. A score is the sum of the weights of a
reply's features, each by how rare it is, over the length of the whole; about 1 is certain, -1
certainly not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from comm_pipeline.bot.classifier_features import Feature

WEIGHTS: Final = Path(__file__).parent / "classifier_weights.txt"
#: Weights are whole numbers of this part of 1.
SCALE: Final = 100
#: Places that are quoted for a finding.
_MOST_QUOTED: Final = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The scores above which a label is given.

    ``keep`` if the rules found it too, ``add`` if they did not, ``doubt`` if it has to be asked.
    """

    keep: float
    add: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt: for each feature its rarity and its weights, in the order of the labels."""

    digest: str
    labels: tuple[str, ...]
    bias: tuple[int, ...]
    thresholds: Mapping[str, Thresholds]
    weights: Mapping[str, tuple[float, tuple[int, ...]]]


@cache
def the_model() -> Model:
    """Return the model of this version, read once."""
    return read_model(WEIGHTS.read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """Return the model of a file that ``write_model`` of the training wrote."""
    head, _, body = text.partition("\n\n")
    lines = dict(line.split("\t", 1) for line in head.splitlines())
    labels = tuple(lines["labels"].split("\t"))
    replies = int(lines["replies"])
    limits = (tuple(map(float, one.split())) for one in lines["thresholds"].split("\t"))
    return Model(
        digest=lines["digest"],
        labels=labels,
        bias=_numbers(lines["bias"]),
        thresholds={label: Thresholds(*three) for label, three in zip(labels, limits, strict=True)},
        weights=dict(_line(line, replies) for line in body.splitlines()),
    )


def _line(line: str, replies: int) -> tuple[str, tuple[float, tuple[int, ...]]]:
    name, seen, numbers = line.split("\t")
    return name, (rarity(int(seen), replies), _numbers(numbers))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one or 0) for one in text.split(","))


def rarity(seen: int, replies: int) -> float:
    """Return how much a feature counts that was in ``seen`` of the replies (smoothed idf)."""
    return math.log((1 + replies) / (1 + seen)) + 1


def scores_of(features: Sequence[Feature], model: Model) -> dict[str, float]:
    """Return the score of each label."""
    names = dict.fromkeys(one.name for one in features)
    known = [model.weights[name] for name in names if name in model.weights]
    bias = [one / SCALE for one in model.bias]
    if not known:
        return dict(zip(model.labels, bias, strict=True))
    length = math.sqrt(sum(rare * rare for rare, _ in known)) * SCALE
    columns = zip(*(weights for _, weights in known), strict=True)
    rare = [one for one, _ in known]
    sums = (sum(map(float.__mul__, rare, map(float, column))) for column in columns)
    return {
        label: offset + one / length
        for label, offset, one in zip(model.labels, bias, sums, strict=True)
    }


def places_for(label: str, features: Sequence[Feature], model: Model) -> list[tuple[int, int]]:
    """Return the places whose words speak most for a label, in the order of the text."""
    column = model.labels.index(label)
    worth: dict[tuple[int, int], float] = {}
    for one in features:
        if one.end and one.name in model.weights:
            rare, weights = model.weights[one.name]
            place = (one.start, one.end)
            worth[place] = worth.get(place, 0.0) + rare * weights[column]
    chosen: list[tuple[int, int]] = []
    for place in sorted(worth, key=lambda one: (-worth[one], one)):
        if worth[place] <= 0 or len(chosen) == _MOST_QUOTED:
            break
        if all(place[1] <= start or end <= place[0] for start, end in chosen):
            chosen.append(place)
    return sorted(chosen)
