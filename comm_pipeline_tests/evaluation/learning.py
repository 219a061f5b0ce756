"""How the classifier learns: regularised least squares over features of labelled replies.

One closed-form solution for all labels (a linear classifier that is fitted to +1 and -1), in
the space of the replies, of which there are fewer than features. Nothing in it is random.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from comm_pipeline.bot.classifier import SCALE, rarity
from comm_pipeline.bot.classifier_features import features_of
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.language import detect_language
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.bot.second_opinion import label_of
from comm_pipeline.bot.signatures import without_signature
from comm_pipeline.domain.analysis import Intent, ReplyKind
from comm_pipeline_tests.evaluation.labelled import Reply

KINDS = (ReplyKind.OPT_OUT, ReplyKind.OUT_OF_OFFICE, ReplyKind.AUTO_REPLY)
INTENTS = tuple(one for one in Intent if one not in {Intent.OPT_OUT, Intent.UNCLEAR})
LABELS = (*map(str, KINDS), *map(label_of, INTENTS))
#: Smaller weights (in parts of SCALE) are left out; without them the file is half as large.
_SMALL = 3
#: How strongly large weights are held back, and how much the bias may weigh.
_HELD_BACK = 0.3
_BIAS = 0.2

Names = Sequence[str]
#: keep, add and doubt of each label.
Limits = Mapping[str, tuple[float, float, float]]


def names_of(reply: Reply) -> list[str]:
    """Return the names of a reply's features, each once, as the analyser sees them."""
    folded = fold(without_signature(own_words(reply["text"], ANALYSED)))
    features = features_of(folded, fold(reply.get("subject") or ""), detect_language(folded))
    return list(dict.fromkeys(one.name for one in features))


def labels_of(reply: Reply) -> list[bool]:
    """Return which of LABELS a reply has."""
    kinds = [reply["kind"] == kind for kind in KINDS]
    return [*kinds, *(intent in reply["intents"] for intent in INTENTS)]


def learn(replies: Sequence[Reply], names: Sequence[Names], thresholds: Limits, digest: str) -> str:
    """Return the file of the model that replies with those names of features lead to."""
    seen = Counter(name for row in names for name in row)
    vocabulary = sorted(seen)
    matrix = _matrix(names, vocabulary, [rarity(seen[name], len(replies)) for name in vocabulary])
    targets = np.array([labels_of(reply) for reply in replies], dtype=np.float32) * 2 - 1
    similar = matrix @ matrix.T + np.float32(_BIAS)
    duals = np.linalg.solve(similar + np.float32(_HELD_BACK) * np.eye(len(replies)), targets)
    weights = _rounded(matrix.T @ duals, _SMALL)
    head = {
        "digest": digest,
        "replies": str(len(replies)),
        "labels": "\t".join(LABELS),
        "bias": _row(_rounded(duals.sum(axis=0) * _BIAS)),
        "thresholds": "\t".join("{:.3f} {:.3f} {:.3f}".format(*thresholds[one]) for one in LABELS),
    }
    lines = [f"{name}\t{value}" for name, value in head.items()]
    rows = zip(vocabulary, weights, strict=True)
    body = [f"{name}\t{seen[name]}\t{_row(row)}" for name, row in rows if row.any()]
    return "\n".join([*lines, "", *body, ""])


def _rounded(numbers: np.ndarray, small: int = 0) -> np.ndarray:
    rounded = np.rint(numbers * SCALE).astype(int)
    return np.where(np.abs(rounded) <= small, 0, rounded)


def _row(numbers: np.ndarray) -> str:
    return ",".join(str(one) if one else "" for one in numbers.tolist())


def _matrix(names: Sequence[Names], vocabulary: Names, rarities: Sequence[float]) -> np.ndarray:
    """Return a row of length 1 for each reply."""
    column = {name: number for number, name in enumerate(vocabulary)}
    matrix = np.zeros((len(names), len(vocabulary)), dtype=np.float32)
    for row, some in zip(matrix, names, strict=True):
        known = [column[name] for name in some if name in column]
        row[known] = [rarities[one] for one in known]
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
