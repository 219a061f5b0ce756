"""The rules reach their targets on the labelled replies, and the labels are what they should be.

The third that was held out and the fresh replies are scored by themselves: a rule that only fits
what it was written for would show there.
"""

import asyncio

import pytest

from comm_pipeline.bot.analyser import RulesAnalyser
from comm_pipeline.domain.analysis import Intent, Objection, ReplyKind, Sentiment
from comm_pipeline_tests.evaluation import scores
from comm_pipeline_tests.evaluation.labelled import FRESH, Reply, held_out, read_replies

REPLIES = read_replies()
EVERY = [*REPLIES, *(reply for name in FRESH for reply in read_replies(name))]
SETS = {
    "all": REPLIES,
    "held out": held_out(REPLIES),
    "with fresh ones": EVERY,
    **{name: read_replies(name) for name in ("fresh_5", "fresh_6")},
}

every_set = pytest.mark.parametrize("replies", SETS.values(), ids=SETS)


@every_set
def test_opt_outs_and_absences_are_found(replies: list[Reply]) -> None:
    kinds = {score.name: score for score in scores.kind_scores(scores.understand(replies))}
    assert kinds[ReplyKind.OPT_OUT].recall >= 0.99
    assert kinds[ReplyKind.OPT_OUT].precision >= 0.98
    assert kinds[ReplyKind.OUT_OF_OFFICE].recall >= 0.95
    assert kinds[ReplyKind.OUT_OF_OFFICE].precision >= 0.95


@every_set
def test_intents_are_found(replies: list[Reply]) -> None:
    assert scores.macro_f1(scores.intent_scores(scores.understand(replies))) >= 0.85


def test_languages_and_days_of_return_are_found() -> None:
    understood = scores.understand(EVERY)
    assert scores.macro_f1(scores.language_scores(understood)) >= 0.95
    assert scores.return_day_score(understood).f1 >= 0.95


def test_the_set_is_as_large_and_as_hard_as_it_has_to_be() -> None:
    kinds = [reply["kind"] for reply in REPLIES]
    hard = [reply.get("hard_negative_of") for reply in REPLIES]
    assert len(REPLIES) >= 400
    assert kinds.count("opt_out") >= 60
    assert kinds.count("out_of_office") >= 50
    assert hard.count("opt_out") >= 40
    assert hard.count("out_of_office") >= 40


def test_labels_are_known_and_ids_stand_once() -> None:
    assert len({reply["id"] for reply in EVERY}) == len(EVERY)
    for reply in EVERY:
        assert reply["kind"] in set(ReplyKind)
        assert set(reply["intents"]) <= set(Intent)
        assert set(reply.get("objections", ())) <= set(Objection)
        assert reply.get("sentiment", "neutral") in set(Sentiment)
        assert (reply["kind"] == "opt_out") == ("opt_out" in reply["intents"])


def test_the_contract_understands_as_the_rules_do() -> None:
    understood = asyncio.run(scores.understand_by(RulesAnalyser(), REPLIES[:50]))
    assert understood == scores.understand(REPLIES[:50])
