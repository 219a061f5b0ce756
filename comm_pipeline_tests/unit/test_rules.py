"""The analyser by rules as a whole: what it stores, and values of every type."""

from datetime import UTC, date, datetime
from typing import Any

import bson
import pytest
from pydantic import ValidationError

from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.extraction import Answer, find_values
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import Analysis, Intent, Objection, ReplyKind, Sentiment
from comm_pipeline.domain.templates import Extraction
from comm_pipeline_tests.builders import a_template

RECEIVED_AT = datetime(2026, 3, 4, 10, tzinfo=UTC)


def understood(text: str, **further: Any) -> Analysis:
    template = a_template()
    return analyse(text, template, template.stages[0], RECEIVED_AT, **further)


def test_an_analysis_can_be_stored_and_read_back() -> None:
    text = "I'm away until the 12th. Can we talk on Friday at 3pm? It is too expensive."
    analysis = understood(text)
    stored = bson.decode(bson.encode(analysis.model_dump()), bson.CodecOptions(tz_aware=True))
    assert Analysis.model_validate(stored) == analysis
    assert Analysis.model_validate_json(analysis.model_dump_json()) == analysis


def test_an_analysis_does_not_change() -> None:
    with pytest.raises(ValidationError):
        understood("Yes").kind = ReplyKind.OPT_OUT  # type: ignore[misc]


def test_everything_that_a_reply_says_is_told_with_its_words() -> None:
    found = understood("Hi Ann,\nit looks great but is too expensive.\nIs there a discount?\n\nBob")
    assert found.intents == (Intent.INTEREST, Intent.QUESTION)
    assert found.objections == (Objection.PRICE,)
    assert found.questions == ("Is there a discount?",)
    assert found.language == "en"
    assert 0.5 < found.confidence < 1
    assert found.evidence["intent:interest"] == "it looks great"
    assert found.evidence["objection:price"] == "too expensive"


def test_times_to_talk_are_worked_out() -> None:
    times = understood(
        "Can we talk on Friday at 3pm, or Monday morning? I am free at 10:30."
    ).meeting_times
    assert [(one.day, one.time, one.part_of_day) for one in times] == [
        ("2026-03-06", "15:00", None),
        ("2026-03-09", None, "morning"),
        (None, "10:30", None),
    ]


@pytest.mark.parametrize("text", ["I'd give it a 7 out of 10", "We are at 9 people", "It was a 3"])
def test_a_figure_is_no_time_to_talk(text: str) -> None:
    assert understood(text).meeting_times == ()


@pytest.mark.parametrize("text", ["Mehr bitte.", "Meer.", "M\u00e1s", "More please", "Yes, more"])
def test_who_wants_more_wants_no_end(text: str) -> None:
    found = understood(text)
    assert Intent.REQUEST_INFO in found.intents
    assert not found.may_be_opt_out


def test_who_wants_no_call_wants_no_meeting() -> None:
    found = understood("Don't call me, e-mail is fine.")
    assert not {Intent.MEETING, Intent.CONFIRMATION} & set(found.intents)
    assert not found.is_opt_out


def test_who_has_no_time_is_not_the_wrong_person_for_it() -> None:
    assert Intent.WRONG_PERSON not in understood("I don't have time for a demo.").intents


def test_an_opt_out_after_a_but_is_one_whatever_stands_before_it() -> None:
    text = "I'd be happy to talk about budget (we have around 5000) but honestly just take my name"
    assert understood(f"{text} off, my boss already said no.").is_opt_out


def test_a_day_that_may_be_one_of_two_is_told_in_its_words_only() -> None:
    (unknown,) = understood("Can we talk on 03/04 at 2pm?").meeting_times
    assert (unknown.words, unknown.day, unknown.time) == ("03/04 at 2pm", None, "14:00")
    (american,) = understood("Can we talk on 03/04 at 2pm?", country="US").meeting_times
    assert american.day == "2026-03-04"


def test_an_absence_in_an_answer_is_an_answer_with_a_date() -> None:
    found = understood("I'm on vacation until the 12th, but this looks great. Can we talk then?")
    assert found.kind is ReplyKind.GENUINE
    assert found.out_of_office_until == datetime(2026, 3, 12, tzinfo=UTC)


def test_nothing_is_dated_if_it_is_not_known_when_it_came() -> None:
    template = a_template()
    found = analyse("I am out of office until 12 March", template, template.stages[0])
    assert found.kind is ReplyKind.OUT_OF_OFFICE
    assert found.out_of_office_until is None


@pytest.mark.parametrize("text", ["", "\n\n", "> only quoted"])
def test_a_reply_without_words_is_unclear(text: str) -> None:
    found = understood(text)
    assert (found.kind, found.intents, found.confidence) == (
        ReplyKind.GENUINE,
        (Intent.UNCLEAR,),
        0.0,
    )


def test_a_notice_of_absence_answers_nothing() -> None:
    found = understood("I am out of office until Friday. Sounds good? Yes please. Urgent: 5 5 5")
    assert found.kind is ReplyKind.OUT_OF_OFFICE
    assert (found.intents, found.named_responses, found.values) == ((), (), {})


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("I love it!", Sentiment.POSITIVE),
        ("THIS IS THE WORST SERVICE EVER!!", Sentiment.NEGATIVE),
        ("We are 12 people.", Sentiment.NEUTRAL),
        ("Not bad at all, quite good", Sentiment.POSITIVE),
        ("\U0001f60d", Sentiment.POSITIVE),
    ],
)
def test_how_it_sounds(text: str, sentiment: Sentiment) -> None:
    assert understood(text).sentiment is sentiment


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I am not interested", Intent.REFUSAL),
        ("not only interested but thrilled", Intent.INTEREST),
        ("I'm intrested", Intent.INTEREST),
        ("no doubt it looks good", Intent.INTEREST),
    ],
)
def test_negations_and_slips_are_understood(text: str, intent: Intent) -> None:
    assert understood(text).intents == (intent,)


def value_of(text: str, **extraction: Any) -> Any:
    template = a_template(extract={"x": Extraction.model_construct(**extraction)})
    found = find_values(Answer(text, RECEIVED_AT.date()), template, template.stages[0])
    return next((value for _, value, _ in found), None)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("Our budget is around $12,500.", 12500, "USD"),
        ("1.500,50 EUR", 1500.5, "EUR"),
        ("about 5k euros", 5000, "EUR"),
        ("\u00a32.5m", 2_500_000, "GBP"),
        ("CHF 1'200", 1200, "CHF"),
        ("900\u20ac", 900, "EUR"),
    ],
)
def test_money_is_found(text: str, amount: float, currency: str) -> None:
    assert value_of(text, type="money") == {"amount": amount, "currency": currency}


def test_money_out_of_bounds_is_passed_over() -> None:
    assert value_of("$5 or $500", type="money", minimum=100) == {"amount": 500, "currency": "USD"}
    assert value_of("12 people", type="money") is None


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4/5", 4),
        ("four out of five", 4),
        ("5 stars", 5),
        ("\u2b50\u2b50\u2b50", 3),
        ("I give it a 2", 2),
        ("8/10", None),
        ("3,5 von 5", 3.5),
        ("7", None),
    ],
)
def test_ratings_are_found(text: str, rating: float | None) -> None:
    assert value_of(text, type="rating") == rating


def test_ratings_on_another_scale() -> None:
    assert value_of("8/10", type="rating", minimum=0, maximum=10) == 8


@pytest.mark.parametrize(
    ("text", "pattern", "number"),
    [
        ("1,200 people", "(\\d+) people", 1200),
        ("1\u202f200 people", "(\\d+) people", 1200),
        ("from 2.5k to 3k", "from (\\d+)", 2500),
        ("-12,5 degrees", "(-?\\d+)", -12.5),
        ("code 0042", "code (\\d+)", 42),
        ("on 12.03.2026", "on (\\d+)", 12),
    ],
)
def test_a_pattern_finds_the_place_of_a_number_and_never_cuts_it(
    text: str, pattern: str, number: float
) -> None:
    assert value_of(text, type="number", pattern=pattern) == number


def test_a_number_that_a_pattern_would_cut_keeps_to_its_bounds() -> None:
    assert value_of("1,200 people", type="number", pattern="(\\d+) people", maximum=999) is None


def test_whose_crowns_they_are_is_told_by_the_country() -> None:
    template = a_template(extract={"x": {"type": "money"}})
    for country, currency in {"SE": "SEK", "NO": "NOK", "DK": "DKK"}.items():
        (found,) = find_values(Answer("500 kr", country=country), template, template.stages[0])
        assert found[1] == {"amount": 500, "currency": currency}


def test_dates_are_found() -> None:
    assert value_of("Let us start on April 1st", type="date") == "2026-04-01"
    assert value_of("start: tomorrow", type="date", pattern="start: (.*)") == "2026-03-05"


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("until March 16", "en", date(2026, 3, 16)),
        ("the 2nd of January", "en", date(2027, 1, 2)),
        ("2026-12-24", None, date(2026, 12, 24)),
        ("bis 16.03.", "de", date(2026, 3, 16)),
        ("ab dem 23. M\u00e4rz", "de", date(2026, 3, 23)),
        ("jusqu'au 1er avril", "fr", date(2026, 4, 1)),
        ("hasta el 20 de marzo", "es", date(2026, 3, 20)),
        ("fino al 24/03/2026", "it", date(2026, 3, 24)),
        ("12/03", "fr", date(2026, 3, 12)),
        ("3/10", "en", date(2026, 3, 10)),
        ("next week", "en", date(2026, 3, 9)),
        ("in two weeks", "en", date(2026, 3, 18)),
        ("tot maandag", "nl", date(2026, 3, 9)),
        ("end of March", "en", date(2026, 3, 31)),
        ("31 February", "en", None),
        ("at 9.30", "en", None),
        ("10-12 people", "en", None),
    ],
)
def test_days_are_worked_out(text: str, language: str | None, day: date | None) -> None:
    found = find_days(fold(text), RECEIVED_AT.date(), language)
    assert [one.day for one in found] == ([] if day is None else [day])
