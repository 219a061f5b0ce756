"""``python -m comm_pipeline_tests.evaluation.training``: learn the classifier's weights anew.

Cross-validation by file: a blind file is scored by a model that learnt from all other files, with
limits that were chosen on the other blind files. What is shipped has learnt from all of them.
"""

import hashlib
from collections.abc import Iterable, Mapping

import click
import numpy as np

from comm_pipeline.bot.classifier import WEIGHTS, Model, read_model, scores_of
from comm_pipeline.bot.classifier_features import Feature
from comm_pipeline_tests.evaluation.labelled import BLIND, FOLDER, LEARNT, Reply, read_replies
from comm_pipeline_tests.evaluation.learning import LABELS, Limits, labels_of, learn, names_of
from comm_pipeline_tests.evaluation.limits import Seen, choose_limits
from comm_pipeline_tests.evaluation.scores import understand_with

_NO_LIMITS: Limits = dict.fromkeys(LABELS, (0.0, 0.0, 0.0))
Named = list[tuple[Reply, list[str]]]


def digest_of_the_replies() -> str:
    """Return what tells whether the weights were learnt from the labelled replies of now."""
    files = [(FOLDER / f"{name}.jsonl").read_bytes() for name in LEARNT]
    return hashlib.sha256(b"\n".join(files)).hexdigest()


def cross_validated() -> tuple[dict[str, Model], Limits]:
    """Return a model for each blind file that has not seen it, and the limits from all of them."""
    named = {name: [(one, names_of(one)) for one in read_replies(name)] for name in LEARNT}
    texts = {name: _without(name, named) for name in BLIND}
    seen = {name: _seen(named[name], read_model(texts[name])) for name in BLIND}
    models = {}
    for name in BLIND:
        limits = choose_limits(Seen.together(one for other, one in seen.items() if other != name))
        models[name] = read_model(_learnt(_others(name, named), limits, ""))
    return models, choose_limits(Seen.together(seen.values()))


def _others(name: str, named: Mapping[str, Named]) -> Named:
    return [pair for other, pairs in named.items() if other != name for pair in pairs]


def _without(name: str, named: Mapping[str, Named]) -> str:
    return _learnt(_others(name, named), _NO_LIMITS, "")


def _learnt(pairs: Iterable[tuple[Reply, list[str]]], limits: Limits, digest: str) -> str:
    replies, names = zip(*pairs, strict=True)
    return learn(replies, names, limits, digest)


def _seen(pairs: Named, model: Model) -> Seen:
    replies = [reply for reply, _ in pairs]
    found = [
        labels_of({"kind": one.kind, "intents": one.intents})
        for _, one in understand_with(None, replies)
    ]
    scores = [
        list(scores_of([Feature(name, 0, 0) for name in names], model).values())
        for _, names in pairs
    ]
    return Seen(np.array([labels_of(one) for one in replies]), np.array(found), np.array(scores))


@click.command()
def main() -> None:
    """Write the weights that the labelled replies of now lead to."""
    _, limits = cross_validated()
    pairs = [(one, names_of(one)) for name in LEARNT for one in read_replies(name)]
    WEIGHTS.write_text(_learnt(pairs, limits, digest_of_the_replies()), encoding="utf-8")
    click.echo(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes, learnt from {len(pairs)} replies")


if __name__ == "__main__":
    main()
