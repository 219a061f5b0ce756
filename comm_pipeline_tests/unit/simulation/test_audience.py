"""Who answers what, and that chance has a fixed place in it."""

from collections import Counter
from datetime import timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from comm_pipeline.bot.rules import analyse
from comm_pipeline.simulation.audience import HabitualAudience, Reaction, ReceivedMessage
from comm_pipeline_tests.builders import a_message, a_stage, a_template
from comm_pipeline_tests.simulation_builders import START, some_habits

TEMPLATE = a_template(
    a_stage("awareness"),
    a_stage(
        "decision",
        messages=(a_message("Rate us: {{ response.rating }}"),),
        specific_response_required="accept_proposal",
    ),
)
PEOPLE = [f"user_{number}" for number in range(1_000)]
BERLIN = ZoneInfo("Europe/Berlin")


def an_audience(seed: str = "1", **habits: Any) -> HabitualAudience:
    return HabitualAudience(TEMPLATE, some_habits(**habits), seed)


def a_received(person: str, stage: str = "awareness", follow_up: int = 0) -> ReceivedMessage:
    return ReceivedMessage(
        person, stage, 0, follow_up, f"<{person}@x.example>", f"{person}@example.com", "Hi", START
    )


def reactions(audience: HabitualAudience, **message: Any) -> dict[str, list[Reaction]]:
    return {one: list(audience.react(a_received(one, **message), BERLIN)) for one in PEOPLE}


def test_the_order_of_work_changes_nothing() -> None:
    forwards = {one: an_audience().react(a_received(one), BERLIN) for one in PEOPLE}
    audience = an_audience()
    backwards = {one: audience.react(a_received(one), BERLIN) for one in reversed(PEOPLE)}
    assert forwards == backwards
    assert forwards != {one: an_audience("2").react(a_received(one), BERLIN) for one in PEOPLE}


def test_rates_are_kept() -> None:
    said = reactions(an_audience(answer_rate=0.3, opt_out_rate=0.1, out_of_office_rate=0.2))
    every = [one for some in said.values() for one in some]
    counts = Counter((one.is_automatic, one.is_last) for one in every)
    assert 250 <= counts[False, False] <= 350
    assert 70 <= counts[False, True] <= 130
    assert 150 <= counts[True, False] <= 250
    away = [one for one in every if one.is_automatic]
    assert all(timedelta(0) < one.at - START <= timedelta(minutes=2, seconds=1) for one in away)


def test_another_rate_does_not_reshuffle_the_rest() -> None:
    few, many = (
        reactions(an_audience(answer_rate=rate, out_of_office_rate=0)) for rate in (0.1, 0.4)
    )
    answered = {one for one, some in few.items() if some}
    assert answered
    assert all(few[one] == many[one] for one in answered)
    assert sum(map(bool, many.values())) > 2 * len(answered)


def test_follow_ups_are_answered_less_often() -> None:
    habits = {"answer_rate": 0.4, "follow_up_factor": 0.5, "out_of_office_rate": 0}
    first, second = (
        sum(map(bool, reactions(an_audience(**habits), follow_up=number).values()))
        for number in (0, 2)
    )
    assert 80 <= second <= 130
    assert first >= 350


def test_half_of_the_delays_are_below_the_median() -> None:
    whole_day = {"start": "00:00", "end": "24:00"}
    delay = {"median": 5, "sigma": 1, "maximum": 100}
    said = reactions(
        an_audience(
            answer_rate=0.99, out_of_office_rate=0, delay_hours=delay, waking_hours=whole_day
        )
    )
    hours = [(one.at - START).total_seconds() / 3600 for some in said.values() for one in some]
    assert 4.5 < median(hours) < 5.5
    assert max(hours) <= 100


def test_nobody_writes_at_night() -> None:
    said = reactions(an_audience(answer_rate=0.9, out_of_office_rate=0))
    hours = {one.at.astimezone(BERLIN).hour for some in said.values() for one in some}
    assert hours == set(range(7, 22))


def test_the_real_analyser_understands_what_they_mean() -> None:
    stage = TEMPLATE.stage("decision")
    said = reactions(
        an_audience(
            answer_rate=0.5, opt_out_rate=0.2, wanted_share=1, unclear_share=0, values_share=1
        ),
        stage="decision",
    )
    for one in (one for some in said.values() for one in some if not one.is_automatic):
        found = analyse(one.text, TEMPLATE, stage)
        assert found.is_opt_out == one.is_last
        if not one.is_last:
            assert "accept_proposal" in found.named_responses
            assert 1 <= found.values["rating"] <= 5


def test_friendly_and_unclear_answers_say_nothing_in_particular() -> None:
    habits = some_habits()
    for text in (*habits.texts.friendly, *habits.texts.unclear, *habits.texts.out_of_office):
        found = analyse(text, TEMPLATE, TEMPLATE.stage("decision"))
        assert (found.named_responses, found.values, found.is_opt_out) == ((), {}, False)


def test_some_have_no_mailbox() -> None:
    audience = an_audience(bounce_rate=0.2)
    missing = sum(not audience.has_mailbox(one) for one in PEOPLE)
    assert 150 <= missing <= 250
    assert all(an_audience(bounce_rate=0).has_mailbox(one) for one in PEOPLE)
