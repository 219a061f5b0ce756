"""The scores from which on a label counts, chosen on replies that neither side had seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from comm_pipeline.domain.analysis import ReplyKind
from comm_pipeline_tests.evaluation.learning import LABELS, Limits

#: Scores that are tried.
_GRID = np.linspace(-1.2, 0.4, 33)
#: What is as good as the best; the middle of it holds better on new replies than its peak.
_AS_GOOD = 0.005
#: Share of the opt-outs that may be missed altogether.
_MISSED = 0.025


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so of replies, what the rules found, and how a model scored: a column a label."""

    so: np.ndarray
    found: np.ndarray
    scores: np.ndarray

    @staticmethod
    def together(some: Iterable["Seen"]) -> "Seen":
        """Return several as one."""
        every = list(some)
        return Seen(
            np.concatenate([one.so for one in every]),
            np.concatenate([one.found for one in every]),
            np.concatenate([one.scores for one in every]),
        )


def choose_limits(seen: Seen) -> Limits:
    """Return keep, add and doubt of each label; doubt only means something for opt-outs."""
    return {label: _limits(label, *columns) for label, columns in _columns(seen).items()}


def _columns(seen: Seen) -> Mapping[str, Sequence[np.ndarray]]:
    return {
        label: (seen.so[:, number], seen.found[:, number], seen.scores[:, number])
        for number, label in enumerate(LABELS)
    }


def _limits(
    label: str, so: np.ndarray, found: np.ndarray, scores: np.ndarray
) -> tuple[float, float, float]:
    tried = [
        (_f1(so, (found & (scores > keep)) | (scores > add)), keep, add)
        for keep, add in product(_GRID, _GRID)
        if keep <= add
    ]
    best = max(f1 for f1, _, _ in tried)
    good = np.array([(keep, add) for f1, keep, add in tried if f1 >= best - _AS_GOOD])
    keep, add = good.mean(axis=0).tolist()
    doubt = (
        min(add, _doubt(scores[so & ~found], int(so.sum()))) if label == ReplyKind.OPT_OUT else add
    )
    return keep, add, doubt


def _f1(so: np.ndarray, given: np.ndarray) -> float:
    return float(2 * (so & given).sum() / max(1, so.sum() + given.sum()))


def _doubt(missed: np.ndarray, every: int) -> float:
    """Return the score above which all but a few of the opt-outs are that the rules miss."""
    few = int(every * _MISSED)
    return float(np.sort(missed)[few]) - 0.01 if len(missed) > few else float(_GRID[0])
