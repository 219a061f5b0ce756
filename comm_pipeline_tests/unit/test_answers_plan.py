"""The rules of ``domain.answers_plan``: what becomes of a reply, and the reasons that are told."""

from datetime import datetime
from typing import Any

import pytest

from comm_pipeline.domain.analysis import Intent
from comm_pipeline.domain.answers_plan import AnswerGuide, Kind, Plan, plan_answer, remembered
from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.answers_texts import Answers
from comm_pipeline_tests.builders import at

TEXTS: dict[str, Any] = {
    "greeting": "Hi,",
    "intents": {"thanks": "You are welcome."},
    "questions": [
        {"phrases": ["gdpr", "where is  our data"], "template": "In the EU."},
        {"phrases": ["c++"], "template": "Yes."},
    ],
    "objections": {"price": "Compare it."},
    "closing": "Nora",
}
NOTHING_SAID = Plan(Kind.SILENCE, "nothing_to_say", "the template has no text for this reply")


def a_guide(rules: dict[str, Any] | None = None, **texts: Any) -> AnswerGuide:
    return AnswerGuide(Answers.model_validate(TEXTS | texts), AnswerRules(**(rules or {})))


def a_pending(*intents: str, **said: Any) -> PendingAnswer:
    fields = {"reply_id": "reply_1", "stage": "awareness", "at": at(0), "confidence": 0.9}
    return PendingAnswer.model_validate(fields | {"intents": intents} | said)


def planned(pending: PendingAnswer, guide: AnswerGuide, *answered_at: datetime) -> Plan:
    return plan_answer(Answering(answered_at=answered_at), pending, guide, {}, at(24))


def parts_of(pending: PendingAnswer, said: tuple[str, ...] = (), **texts: Any) -> tuple[str, ...]:
    return plan_answer(Answering(said=said), pending, a_guide(**texts), {}, at(24)).parts


@pytest.mark.parametrize(
    ("pending", "plan"),
    [
        (
            a_pending("thanks", objections=("price",)),
            Plan(
                Kind.ANSWER,
                "answer",
                "answers with greeting, intents.thanks, objections.price, closing",
                ("greeting", "intents.thanks", "objections.price", "closing"),
            ),
        ),
        (
            a_pending("anger", evidence={"anger": "you fools"}),
            Plan(Kind.ESCALATE, "escalate_on", 'anger: is hostile: insults, outrage ("you fools")'),
        ),
        (
            a_pending("thanks", "anger"),
            Plan(Kind.ESCALATE, "escalate_on", "anger: is hostile: insults, outrage"),
        ),
        (
            a_pending("thanks", confidence=0.25),
            Plan(
                Kind.ESCALATE,
                "low_confidence",
                "the analyser is 25% sure of the reply; 50% are wanted",
            ),
        ),
        (
            a_pending("request_info"),
            Plan(Kind.ESCALATE, "unanswered_question", "no text answers: material"),
        ),
        (
            a_pending(questions=("Is it blue?", "Is it red?")),
            Plan(Kind.ESCALATE, "unanswered_question", "no text answers: Is it blue?"),
        ),
        (
            a_pending(questions=("x" * 201,)),
            Plan(Kind.ESCALATE, "unanswered_question", "no text answers: " + "x" * 200),
        ),
        (a_pending("refusal"), NOTHING_SAID),
    ],
)
def test_what_becomes_of_a_reply_and_why(pending: PendingAnswer, plan: Plan) -> None:
    assert planned(pending, a_guide()) == plan


@pytest.mark.parametrize(
    ("intents", "reason"),
    [
        (("not_now",), "not_now: wants to come back to it later, or has to ask somebody first"),
        (("thanks", "refusal", "not_now"), "refusal: does not want what is offered"),
    ],
)
def test_who_says_what_ends_it_and_gets_no_text_ends_it_without_one(
    intents: tuple[str, ...], reason: str
) -> None:
    guide = a_guide({"end_on": ["refusal", "not_now"]}, intents={})
    assert planned(a_pending(*intents), guide) == Plan(Kind.END, "end_on", reason)


def test_the_analyser_is_sure_enough_at_the_limit() -> None:
    assert planned(a_pending("thanks", confidence=0.5), a_guide()).kind is Kind.ANSWER


def test_a_reply_that_held_what_was_looked_for_needs_no_certainty() -> None:
    pending = a_pending("thanks", confidence=0.1, is_understood=True)
    assert planned(pending, a_guide()).kind is Kind.ANSWER


def test_an_answer_counts_for_a_day_and_no_longer() -> None:
    guide = a_guide({"max_per_day": 2})
    assert planned(a_pending("thanks"), guide, at(0), at(1)).kind is Kind.ANSWER
    assert planned(a_pending("thanks"), guide, at(0.01), at(1)) == Plan(
        Kind.ESCALATE, "max_answers_per_day", "2 answers within 24 hours; up to 2 may be"
    )


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What about GDPR?", "questions.0"),
        ("Where  is our\ndata?", "questions.0"),
        ("Does it do C++?", "questions.1"),
        ("Are you gdprish?", None),
    ],
)
def test_a_question_is_known_by_whole_words_in_any_case(question: str, part: str | None) -> None:
    answered = ("greeting", part, "closing") if part else ()
    assert planned(a_pending(questions=(question,)), a_guide()).parts == answered


def test_a_courtesy_answers_no_question() -> None:
    found = planned(a_pending("thanks", questions=("Is it blue?",)), a_guide())
    assert (found.kind, found.rule) == (Kind.ESCALATE, "unanswered_question")


def test_what_no_text_answers_is_answered_otherwise() -> None:
    parts = parts_of(a_pending(questions=("Is it blue?",)), otherwise="I see.")
    assert parts == ("greeting", "otherwise", "closing")


def test_a_feeling_is_answered_first_and_also_alone() -> None:
    sentiments = {"negative": "I am sorry."}
    alone = parts_of(a_pending(sentiment="negative"), sentiments=sentiments)
    assert alone == ("greeting", "sentiments.negative", "closing")
    both = parts_of(a_pending("thanks", sentiment="negative"), sentiments=sentiments)
    assert both == ("greeting", "sentiments.negative", "intents.thanks", "closing")


def test_one_emphasis_an_answer_and_each_once_a_stage() -> None:
    emphasis, pending = ("It is quick.", "It is small."), a_pending("thanks")
    first, second = "awareness:emphasis.0", "awareness:emphasis.1"
    assert (remembered("emphasis.0", pending), remembered("ask_for.x", pending)) == (
        first,
        "ask_for.x",
    )
    said = [parts_of(pending, one, emphasis=emphasis) for one in ((), (first,), (first, second))]
    assert [[part for part in parts if part.startswith("emphasis")] for parts in said] == [
        ["emphasis.0"],
        ["emphasis.1"],
        [],
    ]


@pytest.mark.parametrize(
    ("intents", "asked"), [(("thanks",), True), (("thanks", "not_now"), False)]
)
def test_nothing_is_asked_or_proposed_to_who_declines(intents: Any, asked: bool) -> None:
    questions = {"ask_for": {"team_size": "How many?"}, "next_step": "Shall we talk?"}
    first = parts_of(a_pending(*intents), **questions)
    second = parts_of(a_pending(*intents), ("ask_for.team_size",), **questions)
    assert ("ask_for.team_size" in first, "next_step" in first) == (asked, False)
    assert ("ask_for.team_size" in second, "next_step" in second) == (False, asked)


@pytest.mark.parametrize(("written", "answered"), [("de", "de"), ("fr", "en"), (None, "en")])
def test_an_answer_is_in_the_language_of_the_reply_if_there_are_texts(
    written: str | None, answered: str
) -> None:
    german = Answers.model_validate({"intents": {"thanks": "Gern."}})
    guide = a_guide(languages={"de": german})
    assert guide.language_of(written) == answered
    assert guide.texts_in(written).intents[Intent.THANKS] == (
        "Gern." if answered == "de" else "You are welcome."
    )
