"""Replies are understood as well as they have to be, and the labels are what they should be.

The third that was held out and the fresh replies are scored by themselves: a rule that only fits
what it was written for would show there.
"""

import asyncio
from functools import cache
from typing import NamedTuple

import pytest

from comm_pipeline.bot.analyser import RulesAnalyser
from comm_pipeline.domain.analysis import Intent, Objection, ReplyKind, Sentiment
from comm_pipeline_tests.evaluation import scores
from comm_pipeline_tests.evaluation.labelled import (
    EXAMPLES,
    FRESH,
    HELD_OUT,
    UNSEEN,
    WRITTEN,
    held_out,
    read_replies,
)
from comm_pipeline_tests.evaluation.scores import Understood

REPLIES = read_replies()
EVERY = [*REPLIES, *(reply for name in FRESH for reply in read_replies(name))]


class Floors(NamedTuple):
    """What understanding must not fall below, a little under what was reached."""

    opt_outs_found: float
    opt_outs_right: float
    absences_found: float
    absences_right: float
    intents: float
    missed_altogether: float
    held_in_vain: float


#: Neither rules nor weights were made with these in view. Raise the floors; lower one only for what
#: counts for more, as replies held in vain for opt-outs that were missed.
FLOORS = {
    "unseen_4": Floors(0.82, 0.96, 0.94, 0.88, 0.69, 0.03, 0.09),
    "unseen_5": Floors(0.95, 0.99, 0.99, 0.95, 0.82, 0.04, 0.05),
    "unseen_6": Floors(0.94, 0.98, 0.99, 0.95, 0.81, 0.02, 0.06),
    "unseen_7": Floors(0.92, 0.97, 0.88, 0.96, 0.82, 0.05, 0.05),
    "unseen_8": Floors(0.79, 0.86, 0.85, 0.93, 0.68, 0.06, 0.08),
    "unseen_9": Floors(0.94, 0.96, 0.97, 0.96, 0.76, 0.03, 0.05),
    "unseen_10": Floors(0.99, 0.96, 0.99, 0.99, 0.72, 0.01, 0.04),
}
SETS = {
    "all": REPLIES,
    "held out": held_out(REPLIES),
    "with fresh ones": EVERY,
    **{name: read_replies(name) for name in ("fresh_5", "fresh_6")},
}

#: All that carries labels, for what holds of labels themselves.
LABELLED = [
    *EVERY,
    *(reply for name in (*UNSEEN, *EXAMPLES, *WRITTEN) for reply in read_replies(name)),
]

every_set = pytest.mark.parametrize("name", SETS)


@cache
def understood(name: str) -> Understood:
    return scores.understand(SETS[name] if name in SETS else read_replies(name))


@every_set
def test_opt_outs_and_absences_are_found(name: str) -> None:
    kinds = {score.name: score for score in scores.kind_scores(understood(name))}
    assert kinds[ReplyKind.OPT_OUT].recall >= 0.99
    assert kinds[ReplyKind.OPT_OUT].precision >= 0.98
    assert kinds[ReplyKind.OUT_OF_OFFICE].recall >= 0.95
    assert kinds[ReplyKind.OUT_OF_OFFICE].precision >= 0.95


@pytest.mark.parametrize("name", HELD_OUT)
def test_replies_that_taught_nothing_are_understood_no_worse_than_before(name: str) -> None:
    floors = FLOORS[name]
    kinds = {score.name: score for score in scores.kind_scores(understood(name))}
    assert kinds[ReplyKind.OPT_OUT].recall >= floors.opt_outs_found
    assert kinds[ReplyKind.OPT_OUT].precision >= floors.opt_outs_right
    assert kinds[ReplyKind.OUT_OF_OFFICE].recall >= floors.absences_found
    assert kinds[ReplyKind.OUT_OF_OFFICE].precision >= floors.absences_right
    assert scores.macro_f1(scores.intent_scores(understood(name))) >= floors.intents


@pytest.mark.parametrize("name", HELD_OUT)
def test_few_opt_outs_are_missed_altogether_and_few_others_are_held(name: str) -> None:
    missed, held = missed_and_held(understood(name))
    assert missed <= FLOORS[name].missed_altogether
    assert held <= FLOORS[name].held_in_vain


@pytest.mark.parametrize("name", HELD_OUT)
def test_hardly_more_are_missed_where_a_template_asks_for_values(name: str) -> None:
    asked = scores.understand(read_replies(name), extract=scores.VALUES)
    missed, held = missed_and_held(asked)
    assert missed <= FLOORS[name].missed_altogether + 0.02
    assert held <= FLOORS[name].held_in_vain


def missed_and_held(some: Understood) -> tuple[float, float]:
    """Return the share of opt-outs that nobody hears of, and of others that a person reads."""
    opt_outs = [found for reply, found in some if reply["kind"] == "opt_out"]
    others = [found for reply, found in some if reply["kind"] != "opt_out"]
    missed = sum(not one.is_opt_out and not one.may_be_opt_out for one in opt_outs)
    held = sum(one.may_be_opt_out for one in others)
    return missed / len(opt_outs), held / len(others)


@every_set
def test_intents_are_found(name: str) -> None:
    assert scores.macro_f1(scores.intent_scores(understood(name))) >= 0.85


def test_languages_and_days_of_return_are_found() -> None:
    every = understood("with fresh ones")
    assert scores.macro_f1(scores.language_scores(every)) >= 0.95
    assert scores.return_day_score(every).f1 >= 0.95


def test_the_set_is_as_large_and_as_hard_as_it_has_to_be() -> None:
    kinds = [reply["kind"] for reply in REPLIES]
    hard = [reply.get("hard_negative_of") for reply in REPLIES]
    assert len(REPLIES) >= 400
    assert kinds.count("opt_out") >= 60
    assert kinds.count("out_of_office") >= 50
    assert hard.count("opt_out") >= 40
    assert hard.count("out_of_office") >= 40


def test_labels_are_known_and_ids_stand_once() -> None:
    assert len({reply["id"] for reply in LABELLED}) == len(LABELLED)
    for reply in LABELLED:
        assert reply["kind"] in set(ReplyKind)
        assert set(reply["intents"]) <= set(Intent)
        assert set(reply.get("objections", ())) <= set(Objection)
        assert reply.get("sentiment", "neutral") in set(Sentiment)
        assert (reply["kind"] == "opt_out") == ("opt_out" in reply["intents"])


def test_the_contract_understands_as_the_rules_do() -> None:
    by_contract = asyncio.run(scores.understand_by(RulesAnalyser(), REPLIES[:50]))
    assert by_contract == understood("all")[:50]
