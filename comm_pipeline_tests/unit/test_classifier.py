"""The classifier: what it is made from, what it weighs, and how rules and it agree."""

import pytest

from comm_pipeline.bot.classifier import WEIGHTS, Model, read_model, scores_of, the_model
from comm_pipeline.bot.classifier_features import features_of
from comm_pipeline.bot.rules import analyse, understand
from comm_pipeline.bot.second_opinion import added, is_doubtful, kind_of, opinion_of, refused
from comm_pipeline.domain.analysis import Analysis, Intent, ReplyKind
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.learning import LABELS, Limits, learn, names_of
from comm_pipeline_tests.evaluation.training import digest_of_the_replies

TEMPLATE = a_template()
#: keep, add and doubt of every label.
LIMITS: Limits = dict.fromkeys(LABELS, (-0.5, 0.0, -0.8))
OPT_OUT, INTEREST, REFUSAL = LABELS.index("opt_out"), "intent:interest", "intent:refusal"


def a_model(**scores: float) -> Model:
    """Return a model that gives every reply these scores, and -1 for all others."""
    named = {name.replace("intent_", "intent:"): score for name, score in scores.items()}
    bias = ",".join(str(round(named.get(label, -1.0) * 100)) for label in LABELS)
    limits = "\t".join("-0.5 0.0 -0.8" for _ in LABELS)
    head = f"digest\tx\nreplies\t1\nlabels\t{chr(9).join(LABELS)}\nbias\t{bias}\n"
    return read_model(f"{head}thresholds\t{limits}\n\n")


def understood(text: str, model: Model | None = None) -> Analysis:
    return understand(text, TEMPLATE, TEMPLATE.stages[0], None, None, model or the_model())


def test_the_weights_were_learnt_from_the_labelled_replies_of_now() -> None:
    assert the_model().digest == digest_of_the_replies(), "run make train"
    assert the_model().labels == LABELS
    assert WEIGHTS.stat().st_size < 1_500_000


def test_the_same_replies_lead_to_the_same_weights_which_tell_them_apart() -> None:
    texts = {"stop writing to me": "opt_out", "tell me more": "genuine", "I am away": "genuine"}
    replies = [{"text": text, "kind": kind, "intents": []} for text, kind in texts.items()]
    names = [names_of(one) for one in replies]
    learnt = learn(replies, names, LIMITS, "")
    assert learnt == learn(replies, names, LIMITS, "")
    model = read_model(learnt)
    found = [scores_of(features_of(text, "", "en"), model)["opt_out"] for text in texts]
    assert found[0] > 0 > max(found[1:])


@pytest.mark.parametrize(
    ("score", "by_rules", "kind"),
    [
        (0.1, ReplyKind.GENUINE, ReplyKind.OPT_OUT),
        (-0.1, ReplyKind.GENUINE, ReplyKind.GENUINE),
        (-0.4, ReplyKind.OPT_OUT, ReplyKind.OPT_OUT),
        (-0.6, ReplyKind.OPT_OUT, ReplyKind.GENUINE),
    ],
)
def test_a_kind_is_given_from_its_limits_on(
    score: float, by_rules: ReplyKind, kind: ReplyKind
) -> None:
    assert kind_of(by_rules, opinion_of("a", "", "en", a_model(opt_out=score))) is kind


def test_of_two_kinds_the_likelier_one() -> None:
    opinion = opinion_of("a", "", "en", a_model(opt_out=0.1, out_of_office=0.5))
    assert kind_of(ReplyKind.GENUINE, opinion) is ReplyKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    ("score", "by_rules", "doubtful"),
    [
        (-0.9, ReplyKind.GENUINE, False),
        (-0.7, ReplyKind.GENUINE, True),
        (-0.9, ReplyKind.OPT_OUT, True),
    ],
)
def test_an_opt_out_is_possible_in_the_band_and_if_only_the_rules_say_so(
    score: float, by_rules: ReplyKind, doubtful: bool
) -> None:
    opinion = opinion_of("a", "", "en", a_model(opt_out=score))
    assert is_doubtful(by_rules, ReplyKind.GENUINE, opinion) is doubtful
    assert is_doubtful(by_rules, ReplyKind.OPT_OUT, opinion) is False


def test_a_possible_opt_out_is_no_sure_finding() -> None:
    found = understood("Yes, that sounds great, tell me more", a_model(opt_out=-0.2))
    assert found.may_be_opt_out
    assert not found.is_opt_out
    assert found.confidence <= 0.3


@pytest.mark.parametrize("text", ["STOP", "unsubscribe", "Hello,\nstop\n"])
def test_a_line_that_only_says_stop_stays_an_opt_out(text: str) -> None:
    assert understood(text, a_model(opt_out=-2.0)).is_opt_out


def test_intents_are_added_and_taken_away_but_no_opposites() -> None:
    opinion = opinion_of("a", "", "en", a_model(intent_interest=0.2, intent_refusal=0.5))
    assert added([], opinion) == [Intent.REFUSAL, Intent.INTEREST]
    assert added([Intent.INTEREST], opinion) == []
    assert refused([Intent.INTEREST, Intent.MEETING], opinion) == {Intent.MEETING}


def test_evidence_is_made_of_the_words_of_the_reply() -> None:
    text = "Honestly, I'd be grateful if my inbox could be spared all further notes of yours."
    opinion = opinion_of(text.lower(), "", "en", the_model())
    words = opinion.words_for("opt_out", text)
    assert words
    assert all(part in text for part in words.split(" .. "))


def test_it_reads_no_more_than_the_beginning() -> None:
    most = len(features_of("stop it, " * 1_000, "x " * 1_000, "en"))
    assert len(features_of("stop it, " * 100_000, "x " * 100_000, "en")) == most
    found = analyse("a@ " * 330_000, TEMPLATE, TEMPLATE.stages[0], None, "b@" * 100_000)
    assert found.kind is ReplyKind.GENUINE
