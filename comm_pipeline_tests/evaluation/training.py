"""``python -m comm_pipeline_tests.evaluation.training``: learn the classifier's weights anew.

Logistic regression for each label, over how rare a reply's features are. Scores from which a label
counts are chosen on UNSEEN files, each scored by what was learnt from all others. The same replies
lead to the same weights.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from comm_pipeline.bot.classifier import FARTHEST, MIDDLE, RARE, WEIGHTS, WIDTH
from comm_pipeline.bot.classifier_features import BUCKETS, buckets_of
from comm_pipeline.bot.letters import read_letter
from comm_pipeline.bot.rules import read_by_rules
from comm_pipeline.bot.second_opinion import ALARMING
from comm_pipeline.domain.analysis import BY_HAND, Intent, ReplyKind
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.labelled import (
    LEARNT,
    WRITTEN,
    Reply,
    digest_of_the_learnt,
    read_replies,
)

KINDS: Final = (ReplyKind.OPT_OUT, ReplyKind.OUT_OF_OFFICE, ReplyKind.AUTO_REPLY)
INTENTS: Final = tuple(one for one in Intent if one not in {Intent.OPT_OUT, Intent.UNCLEAR})
#: Fewer buckets for intents, of which there are many and which decide less.
_FEWER: Final = BUCKETS // 4
#: The inverse of the strength of regularisation.
_FREEDOM: Final = 10.0
#: Files of which each is scored by what was learnt from all others: those that are as mail comes,
#: which the sixth, of opt-outs and of what is like them, is not.
_SCORED: Final = ("unseen_1", "unseen_2", "unseen_3", *sorted({*WRITTEN} - {"written_6"}))
#: The precision from which a kind is decided, and the share of opt-outs that raise doubt at least.
_PRECISION: Final[Mapping[str, float]] = {
    ReplyKind.OPT_OUT: 0.95,
    ReplyKind.OUT_OF_OFFICE: 0.97,
    ReplyKind.AUTO_REPLY: 0.95,
}
#: The lowest score from which an intent counts, whatever is best: plain answers are no threats.
_LEAST: Final = -1.0
#: The same for intents that may call a person.
_LEAST_ALARMING: Final = -0.3
_DOUBTED: Final = 0.93


def text_of(reply: Reply) -> str:
    """Return a reply's text as the classifier is given it."""
    return read_letter(reply["text"], None, None).folded


def _intents_by_rules(reply: Reply) -> Sequence[Intent]:
    text, template = reply["text"], a_template()
    letter = read_letter(text, None, None)
    return read_by_rules(text, letter, template, template.stages[0]).intents


def _counted(texts: Sequence[str], size: int) -> csr_matrix:
    rows = [sorted({bucket % size for bucket in buckets_of(text)}) for text in texts]
    places = np.concatenate([np.full(len(row), number) for number, row in enumerate(rows)])
    return csr_matrix(
        (np.ones(len(places)), (places, np.concatenate(rows))), shape=(len(rows), size)
    )


def _rarity(counts: csr_matrix) -> np.ndarray:
    replies, seen = counts.shape[0], np.asarray(counts.sum(axis=0)).ravel()
    return np.log((1 + replies) / (1 + seen)) + 1


def _weighted(counts: csr_matrix, rare: np.ndarray) -> csr_matrix:
    weighted = counts.multiply(rare).tocsr()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return weighted.multiply(1 / lengths[:, None]).tocsr()


def _learn(features: csr_matrix, wanted: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=_FREEDOM, max_iter=3000, class_weight="balanced")
    return model.fit(features, wanted)


def _held_out_scores(
    features: csr_matrix, wanted: np.ndarray, files: np.ndarray, taught: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the labels and scores of _SCORED, each file scored by what the others taught."""
    found, labels = [], []
    for name in _SCORED:
        scored = (files == name) & taught
        model = _learn(features[(files != name) & taught], wanted[(files != name) & taught])
        found.append(model.decision_function(features[scored]))
        labels.append(wanted[scored])
    return np.concatenate(labels), np.concatenate(found)


def _from_precision(labels: np.ndarray, scores: np.ndarray, precision: float) -> float:
    """Return the lowest score from which that share of labels is right."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return float(scores[order][good[-1]]) if len(good) else math.inf


def _from_recall(labels: np.ndarray, scores: np.ndarray, recall: float) -> float:
    """Return the score that this share of the labelled reach."""
    reached = np.sort(scores[labels])[::-1]
    return float(reached[min(len(reached) - 1, math.ceil(recall * len(reached)) - 1)])


def _best(labels: np.ndarray, scores: np.ndarray, known: np.ndarray) -> float:
    """Return the score at which F1 is best, if what is ``known`` counts whatever its score."""

    def f1(limit: float) -> float:
        found = known | (scores >= limit)
        return 2 * float((found & labels).sum()) / float(found.sum() + labels.sum())

    return max(map(float, np.unique(scores)), key=f1)


def _row(values: np.ndarray) -> tuple[float, str]:
    """Return scale and characters of some weights."""
    scale = float(np.abs(values).max()) / FARTHEST**2
    roots = np.rint(np.sign(values) * np.sqrt(np.abs(values) / scale)).astype(int)
    return scale, "".join(chr(MIDDLE + root) for root in roots)


def _file(digest: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    lines = [row[begin : begin + WIDTH] for row in rows for begin in range(0, len(row), WIDTH)]
    return "\n".join((digest, *heads, "", *lines)) + "\n"


class _Learning:
    """The replies to learn from, as features of two sizes."""

    def __init__(self) -> None:
        pairs = [(name, reply) for name in LEARNT for reply in read_replies(name)]
        self.files = np.array([name for name, _ in pairs])
        self.replies = [reply for _, reply in pairs]
        texts = [text_of(reply) for reply in self.replies]
        self.rare, self.features = {}, {}
        for size in (BUCKETS, _FEWER):
            counts = _counted(texts, size)
            self.rare[size] = _rarity(counts)
            self.features[size] = _weighted(counts, self.rare[size])
        self.read_by_rules = [_intents_by_rules(reply) for reply in self.replies]
        self.heads: list[str] = []
        self.rows: list[str] = []

    def kind(self, kind: ReplyKind) -> None:
        """Learn a kind of message, from all replies."""
        wanted = np.array([reply["kind"] == kind for reply in self.replies])
        everything = np.full(len(wanted), fill_value=True)
        labels, scores = _held_out_scores(self.features[BUCKETS], wanted, self.files, everything)
        sure = _from_precision(labels, scores, _PRECISION[kind])
        doubt = min(sure, _from_recall(labels, scores, _DOUBTED))
        self._add(kind, BUCKETS, _learn(self.features[BUCKETS], wanted), (sure, doubt))
        found, doubted = scores >= sure, scores >= doubt
        click.echo(
            f"{kind:<14} sure {sure:6.2f} (recall {labels[found].sum() / labels.sum():.3f}, "
            f"precision {labels[found].mean():.3f}), doubt {doubt:6.2f} "
            f"(recall {labels[doubted].sum() / labels.sum():.3f}, of the others "
            f"{doubted[~labels].mean():.3f})"
        )

    def intent(self, intent: Intent) -> None:
        """Learn an intent, from replies that people wrote, to be added to what rules read."""
        wanted = np.array([intent in reply["intents"] for reply in self.replies])
        by_hand = np.array([reply["kind"] in BY_HAND for reply in self.replies])
        features = self.features[_FEWER]
        known = np.array([intent in found for found in self.read_by_rules])
        labels, scores = _held_out_scores(features, wanted, self.files, by_hand)
        known = np.concatenate([known[(self.files == name) & by_hand] for name in _SCORED])
        sure = max(_best(labels, scores, known), _LEAST_ALARMING if intent in ALARMING else _LEAST)
        self._add(intent, _FEWER, _learn(features[by_hand], wanted[by_hand]), (sure, sure))
        found = known | (scores >= sure)
        click.echo(
            f"{intent:<14} sure {sure:6.2f} (recall {found[labels].mean():.3f}, "
            f"precision {labels[found].mean():.3f})"
        )

    def _add(self, name: str, size: int, model: Any, limits: tuple[float, float]) -> None:
        self._put(name, model.coef_[0] * self.rare[size], float(model.intercept_[0]), limits)

    def _put(
        self, name: str, values: np.ndarray, constant: float, limits: tuple[float, float]
    ) -> None:
        scale, row = _row(values)
        numbers = "\t".join(f"{one:.6g}" for one in (constant, scale, *limits))
        self.heads.append(f"{name}\t{len(row)}\t{numbers}")
        self.rows.append(row)

    def learn(self) -> str:
        """Return the text of the file of weights."""
        for size, rare in self.rare.items():
            self._put(f"{RARE} {size}", rare, 0.0, (0.0, 0.0))
        for kind in KINDS:
            self.kind(kind)
        for intent in INTENTS:
            self.intent(intent)
        return _file(digest_of_the_learnt(), self.heads, self.rows)


@click.command()
def main() -> None:
    """Learn the classifier anew, and write its weights."""
    WEIGHTS.write_text(_Learning().learn(), encoding="ascii")


if __name__ == "__main__":
    main()
