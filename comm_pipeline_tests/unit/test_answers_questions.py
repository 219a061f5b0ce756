"""Each question of a reply is answered by a text that is about it, or a person is called."""

from typing import Any

import pytest

from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.answers_plan import Plan, plan_answer
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline_tests.builders import START, a_conversation, a_reply, an_analysis

TEXTS: dict[str, Any] = {
    "questions": [{"phrases": ["gdpr"], "template": "Your data stays in the EU."}],
    "intents": {
        "thanks": "You are welcome.",
        "interest": "Good.",
        "refusal": "I understand.",
        "request_info": "The overview has two pages.",
        "meeting": "Thursday at 10.",
        "not_now": "Later, then.",
    },
    "objections": {"price": "Compare it.", "competitor": "It reads those files."},
}


def planned(text: str, analysis: Analysis | None = None, **texts: Any) -> Plan:
    """Return what becomes of a reply, as rules understand it unless an analysis is given."""
    template = parse_template(
        {
            "stages": {"awareness": {"messages": ["Shall we talk?"]}},
            "answers": TEXTS | texts,
            "global_settings": {"answer_rules": {"min_confidence": 0, "escalate_on": []}},
        }
    )
    found = analysis or analyse(text, template, template.stages[0], START)
    after, _ = expect_answer(a_conversation(), template, a_reply(text=text), found, START)
    guide = template.answer_guide(template.stages[0].name)
    assert guide is not None
    assert after.answering is not None
    assert after.answering.pending is not None
    return plan_answer(after.answering, after.answering.pending, guide, {}, START)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Thanks. Price is too high for us. Do you support SSO with Okta?",
            "Do you support SSO with Okta?",
        ),
        (
            "Is it GDPR safe? And do you offer a HIPAA agreement?",
            "And do you offer a HIPAA agreement?",
        ),
        (
            "Please send me more information. Does it run on a boat?",
            "Does it run on a boat?",
        ),
        ("Do you work with Excel? And what's the price?", "Do you work with Excel?"),
        ("Not interested. Why did you write to me?", "Why did you write to me?"),
        ("Sounds great. How much data can it take?", "How much data can it take?"),
        ("How are you? Does it run on a boat?", "Does it run on a boat?"),
    ],
)
def test_a_question_that_is_left_calls_a_person_whatever_else_is_said(text: str, left: str) -> None:
    plan = planned(text)
    assert (plan.rule, plan.reason) == ("unanswered_question", f"no text answers: {left}")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Is it GDPR safe?", "questions.0"),
        ("Isn't that too expensive?", "objections.price"),
        ("It is too expensive. What does it cost per year?", "objections.price"),
        ("Could you send me more information?", "intents.request_info"),
        ("Can you send pricing?", "intents.request_info"),
        ("Do you have a brochure?", "intents.request_info"),
        ("Could we meet on Thursday?", "intents.meeting"),
        ("Can we talk again next year?", "intents.not_now"),
        ("We already use Tableau, why should we switch?", "objections.competitor"),
        ("Können Sie mir mehr Informationen schicken?", "intents.request_info"),
        ("Hi Ann, how are you? Thanks for the mail.", "intents.thanks"),
        ("Can you tell me more?", "intents.interest"),
    ],
)
def test_a_text_that_is_about_the_question_answers_it(text: str, part: str) -> None:
    plan = planned(text)
    assert (plan.rule, part in plan.parts) == ("answer", True)


@pytest.mark.parametrize(
    "question",
    [
        "How are you?",
        "Hi Ann, how are you doing today?",
        "How's it going?",
        "Hope you're well?",
        "Right?",
        "Wie geht es Ihnen?",
        "Hallo, wie geht's?",
        "Ça va ?",
        "¿Qué tal?",
        "Come sta?",
        "Tudo bem?",
        "Hoe gaat het met u?",
    ],
)
def test_courtesy_wants_no_answer(question: str) -> None:
    said = an_analysis(intents=("question", "thanks"), questions=(question,))
    assert planned(question, said).parts == ("intents.thanks",)
    alone = an_analysis(intents=("question",), questions=(question,))
    assert planned(question, alone).rule == "nothing_to_say"


def test_a_model_that_cites_no_words_is_understood_by_those_of_the_question() -> None:
    asked = ("Can you tell me more?", "How much is it per user?")
    said = an_analysis(intents=("request_info", "question"), questions=asked)
    assert planned(" ".join(asked), said).parts == ("intents.request_info",)
    without = planned(" ".join(asked), said, intents={}, objections={})
    assert without.reason == "no text answers: Can you tell me more?"


def test_what_is_to_be_sent_is_asked_for_too() -> None:
    said = "Please send me your SOC 2 report. The price is too high."
    plan = planned(said, intents={})
    assert (plan.rule, plan.reason) == (
        "unanswered_question",
        "no text answers: send me your SOC 2 report",
    )
    known = [{"phrases": ["soc 2"], "template": "It comes with my next mail."}]
    assert planned(said, intents={}, questions=known).parts == ("questions.0", "objections.price")


def test_that_something_is_asked_may_be_all_that_is_known() -> None:
    said = an_analysis(intents=("request_info", "thanks"))
    assert planned("?", said).parts == ("intents.request_info", "intents.thanks")
    plan = planned("?", said, intents={"thanks": "You are welcome."})
    assert plan.reason == "no text answers: material"


def test_the_authors_answer_to_any_question_answers_any() -> None:
    plan = planned("Does it run on a boat?", intents={"question": "I ask, and write again."})
    assert plan.parts == ("intents.question",)


def test_otherwise_is_said_to_what_is_left() -> None:
    plan = planned("Thanks. Does it run on a boat?", otherwise="I ask, and write again.")
    assert plan.parts == ("intents.thanks", "otherwise")
    assert planned("Thanks.", otherwise="I ask.").parts == ("intents.thanks",)
