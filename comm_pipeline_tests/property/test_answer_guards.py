"""Guards of answers: what the template does not say cannot get through, whatever is around it."""

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.analysis import Intent, Objection, Sentiment
from comm_pipeline.domain.answers_guards import Allowed, Refusal, refusals
from comm_pipeline.domain.answers_plan import AnswerGuide, Kind, plan_answer, remembered
from comm_pipeline.domain.answers_rules import A_DAY, AnswerRules, answer_delay
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.answers_texts import Answers
from comm_pipeline.domain.ids import StageName
from comm_pipeline_tests.builders import START

#: The tests share their machine with others.
UNHURRIED = settings(deadline=None)
RULES = AnswerRules(max_characters=20_000, never_say=("cheapest", "number one"))
NOTHING = Allowed.in_texts(())
WORDS = st.lists(
    st.sampled_from(["we", "can", "talk", "on", "Thursday", "about", "reports", "12", "people"]),
    max_size=12,
).map(" ".join)
LINKS = st.sampled_from(
    [
        "https://evil.example/pay",
        "http://127.0.0.1/x",
        "www.evil.example",
        "evil.example/pay?me=1",
        "EVIL.EXAMPLE",
        "javascript:alert(1)",
        "mailto:me@evil.example",
        "me@evil.example",
        "ftp://evil.example",
        "evil.xn--p1ai/pay",
        "пример.рф",
        "example.भारत",
        "evil。com",
        "evil\uff0ecom",
        "1.2.3.4/pay",
        "1.2.3.4:8080",
        "_evil.com_",
        "evil.com-",
        "-evil.com",
        "acme.example:8080",
        "acme.example@evil.com",
        "x@@evil.com",
        "www.evil.js/x",
    ]
)
PRICES = st.sampled_from(
    [
        "$1",
        "49 EUR",
        "€ 1.200,50",
        "99 euros",
        "50%",
        "10 percent",
        "5k dollars",
        "£3",
        "20 Prozent",
        "900 kr",
        "kr. 900",
        "PLN 500",
        "500 zł",
        "500 SEK",
        "500 sek",
        "TRY 500",
        "1.5 million euros",
        "1.5 millions d'euros",
        "2 Millionen Euro",
        "five hundred dollars",
        "twenty-five euros",
        "fünfhundert Euro",
        "cinq cents euros",
        "ten percent",
        "20 per cent off",
        "20 pct",
        "99/month",
        "99 per user",
        "49 a month",
        "\uff15\uff10\uff05",
        "500元",
        "Rs. 500",
        "CHF 50.-",
    ]
)
PROMISES = st.sampled_from(
    [
        "guaranteed",
        "money-back",
        "refunds",
        "for free",
        "Rabatt",
        "kostenlos",
        "gratuitement",
        "descuento",
        "we promise",
        "garantie",
        "sconto",
        "korting",
        "half off",
        "half price",
        "free month",
        "free  of\ncharge",
        "no charge",
        "without extra cost",
        "ohne Kosten",
        "ohne weitere Kosten",
        "sans frais",
        "sin costo",
        "senza costi",
        "on the house",
        "\uff46\uff52\uff45\uff45 \uff4d\uff4f\uff4e\uff54\uff48",
    ]
)


def found(text: str, allowed: Allowed = NOTHING, rules: AnswerRules = RULES) -> list[Refusal]:
    return list(refusals(text, rules, allowed, language=None, written_in=None))


@UNHURRIED
@given(st.text(max_size=3_000))
def test_any_text_is_judged(text: str) -> None:
    assert all(refusal.reason for refusal in found(text))


@UNHURRIED
@given(st.text(max_size=2_000))
def test_what_the_template_itself_says_is_allowed(text: str) -> None:
    allowed = Allowed.in_texts([text])
    rules = {refusal.rule for refusal in found(text, allowed, AnswerRules(max_characters=2_000))}
    assert rules <= {"empty"}


@pytest.mark.parametrize(
    ("foreign", "rule"), [(LINKS, "link"), (PRICES, "price"), (PROMISES, "promise")]
)
@UNHURRIED
@given(data=st.data(), before=WORDS, after=WORDS)
def test_what_it_does_not_say_is_refused_wherever_it_stands(
    foreign: st.SearchStrategy[str], rule: str, data: Any, before: str, after: str
) -> None:
    text = f"{before} {data.draw(foreign)} {after}"
    allowed = Allowed.in_texts([before, after, "https://acme.example/", "51 EUR", "warranty"])
    assert rule in {refusal.rule for refusal in found(text, allowed)}


@pytest.mark.parametrize(
    "text",
    [
        "It runs on Node.js, e.g. for reports, i.e. for yours.",
        "It is v1.2.3, or 1.2.3.4 on the server.",
        "I attach report.pdf and data.csv.",
        "Let us talk at 9.30 and/or at 10, on 3/4 or in Q3/4.",
        "We are there 24/7, all 12 people, the TOP 10 of them, and ALL 20 others.",
        "I am free on Thursday for half an hour, or in two weeks.",
        "They write 5 reports per month for a hundred people and 100 million rows.",
        "We try 3 things; 1.5 hours are enough for one of them.",
        "Am 3. April um 9 Uhr, z.B. mit zwanzig Kunden, d.h. allen.",
        "dix mille lignes, deux personnes, et vingt minutes.",
        "Fr. 12.3. um 9",
        "好的。没问题。",
        "the half of it, the charge sheet, a promise of spring",
    ],
)
def test_ordinary_sentences_pass(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1.5 million euros", "EUR 1,500,000"),
        ("1 500 000 kr", "1.5 mio kr"),
        ("20 %", "20 per cent"),
        ("five hundred dollars", "Five  hundred dollars"),
        ("49 EUR", "49/month"),
        ("https://acme.example/docs", "www.ACME.example/docs"),
        ("пример.рф", "ПРИМЕР.РФ"),
        ("free month", "Free month"),
    ],
)
def test_what_the_template_says_may_be_said_in_another_way(written: str, said: str) -> None:
    assert found(said, Allowed.in_texts([written])) == []


@pytest.mark.parametrize(
    "text",
    [
        "a." * 10_000,
        "hundert" * 2_800,
        "1" * 20_000,
        "five " * 4_000,
        "1.2.3.4" * 2_800,
        "@a." * 6_000,
    ],
)
def test_long_texts_are_judged_quickly(text: str) -> None:
    begun = time.process_time()
    found(text)
    assert time.process_time() - begun < 2


@UNHURRIED
@given(WORDS, st.sampled_from(["cheapest", "CHEAPEST", "number  one", "Number\none"]))
def test_what_must_not_be_said_is_refused_even_if_the_template_says_it(
    words: str, never: str
) -> None:
    text = f"{words} {never}."
    assert "never_say" in {refusal.rule for refusal in found(text, Allowed.in_texts([text]))}


@UNHURRIED
@given(st.integers(1, 200), st.integers(0, 200))
def test_length_is_limited(most: int, more: int) -> None:
    rules = AnswerRules(max_characters=most)
    assert ("length" in {one.rule for one in found("a" * (most + more), NOTHING, rules)}) == (
        more > 0
    )


def test_a_prefix_allows_what_continues_it_and_no_other_host() -> None:
    allowed = Allowed.in_texts(["See https://acme.example/{{ campaign.name }}"])
    assert found("https://acme.example/july", allowed) == []
    assert [one.rule for one in found("https://acme.example.evil.com/july", allowed)] == ["link"]


def test_an_amount_is_the_same_however_it_is_written() -> None:
    allowed = Allowed.in_texts(["It costs $1,200.50 a year"], [49.0])
    assert found("1.200,50 EUR, or 49 € a month", allowed) == []
    assert [one.rule for one in found("1,200 EUR", allowed)] == ["price"]


@pytest.mark.parametrize(("written_in", "refused"), [("en", ["language"]), ("de", []), (None, [])])
def test_the_language_is_that_of_the_recipient(written_in: str | None, refused: list[str]) -> None:
    said = refusals("Some words", RULES, NOTHING, language="de", written_in=written_in)
    assert [one.rule for one in said] == refused


@UNHURRIED
@given(
    st.text(max_size=40), st.floats(0, 500), st.floats(0, 500), st.sampled_from([0.001, 1.0, 2.0])
)
def test_the_delay_lies_between_its_limits_and_is_stable(
    key: str, one: float, other: float, factor: float
) -> None:
    least, most = sorted((one, other))
    rules = AnswerRules(min_delay_minutes=least, max_delay_minutes=most)
    delay = answer_delay(key, rules, factor)
    slack = timedelta(milliseconds=1)
    assert timedelta(minutes=least * factor) - slack <= delay
    assert delay <= timedelta(minutes=most * factor) + slack
    assert delay == answer_delay(key, rules, factor)


TEXTS = Answers(
    greeting="Hi,",
    intents={Intent.THANKS: "You are welcome.", Intent.REFUSAL: "I understand."},
    objections={Objection.PRICE: "Compare it."},
    emphasis=("It is quick.", "It is small."),
    ask_for={"team_size": "How many?", "tool": "With what?"},
    next_step="Shall we talk?",
    closing="Nora",
)
SAID = st.builds(
    PendingAnswer,
    reply_id=st.just("reply"),
    stage=st.just(StageName("hello")),
    at=st.just(START),
    intents=st.lists(st.sampled_from(Intent), max_size=3, unique=True).map(tuple),
    objections=st.lists(st.sampled_from(Objection), max_size=2, unique=True).map(tuple),
    questions=st.lists(st.just("Is it blue?"), max_size=1).map(tuple),
    sentiment=st.sampled_from(Sentiment),
    confidence=st.floats(0, 1),
    is_understood=st.booleans(),
)


@UNHURRIED
@given(st.lists(st.tuples(SAID, st.integers(0, 30)), max_size=12), st.integers(0, 4), st.data())
def test_a_conversation_is_never_answered_too_often_nor_asked_twice(
    replies: list[tuple[PendingAnswer, int]], most: int, data: Any
) -> None:
    guide = AnswerGuide(TEXTS, AnswerRules(max_per_day=most))
    answering, now, asked = Answering(), START, list[str]()
    for pending, hours in replies:
        now += timedelta(hours=hours)
        known = {name: 1 for name in TEXTS.ask_for if data.draw(st.booleans())}
        plan = plan_answer(answering, pending, guide, known, now)
        if plan.kind is not Kind.ANSWER:
            assert plan.parts == ()
            continue
        assert not set(pending.intents) & set(guide.rules.escalate_on)
        assert pending.confidence >= guide.rules.min_confidence or pending.is_understood
        questions = [part for part in plan.parts if part.startswith("ask_for.")]
        assert not {f"ask_for.{name}" for name in known} & set(questions)
        assert len(questions) <= 1
        asked += questions
        said = (*answering.said, *(remembered(part, pending) for part in plan.parts))
        answering = Answering(answered_at=(*answering.answered_at, now), said=said)
    assert len(asked) == len(set(asked))
    times = answering.answered_at
    assert all(sum(one - A_DAY < other <= one for other in times) <= most for one in times)
