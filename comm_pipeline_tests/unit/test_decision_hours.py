"""When messages leave in their recipient's contact hours, and by how readily they answer."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.conversations import StageVisit
from comm_pipeline.domain.decision import (
    CampaignFacts,
    Complete,
    Decision,
    Send,
    Wait,
    decide,
    leaving_time,
)
from comm_pipeline.domain.follow_up_strategies import FollowUpStrategies
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.time_windows import TimeWindow
from comm_pipeline_tests.builders import (
    FACTS,
    a_conversation,
    a_message,
    a_stage,
    a_template,
    a_visit,
    a_visit_after_message,
    at,
)

#: START is a Monday at 09:00 UTC, 10:00 in Berlin.
BERLIN = ZoneInfo("Europe/Berlin")


def a_calendar(
    holidays: frozenset[date] = frozenset(), preferred: tuple[TimeWindow, ...] = (), **hours: object
) -> ContactCalendar:
    written = {"timezone": "Europe/Berlin", "start": "09:00", "end": "17:00", **hours}
    return ContactCalendar(BERLIN, BusinessHours.model_validate(written), holidays, preferred)


OFFICE = a_calendar()


def decide_at(
    hours: float,
    template: CampaignTemplate,
    calendar: ContactCalendar = OFFICE,
    visit: StageVisit | None = None,
    facts: CampaignFacts = FACTS,
) -> Decision:
    return decide(a_conversation(visit), template, facts, at(hours), None, calendar)


def test_within_the_hours_a_message_leaves_when_it_is_due() -> None:
    assert isinstance(decide_at(0, a_template()), Send)


def test_a_message_that_falls_due_at_night_leaves_in_the_morning() -> None:
    template = a_template(a_stage(messages=(a_message(delay_hours=12),)))
    # Due at 21:00 UTC; Tuesday 09:00 in Berlin is 08:00 UTC, 23 hours after the start.
    assert decide_at(1, template) == Wait("message", "next: message 1 of 1", at(23))
    assert decide_at(13, template) == Wait("contact_hours", "next: message 1 of 1", at(23))
    assert isinstance(decide_at(23, template), Send)


def test_a_pass_that_comes_too_late_does_not_write_at_night() -> None:
    # Due at once, but the pass comes at 18:00 in Berlin.
    assert decide_at(8, a_template()) == Wait("contact_hours", "next: message 1 of 1", at(23))


def test_a_holiday_is_passed_over() -> None:
    calendar = a_calendar(holidays=frozenset({date(2026, 3, 3)}))
    assert decide_at(8, a_template(), calendar) == Wait(
        "contact_hours", "next: message 1 of 1", at(47)
    )


def test_the_preferred_time_is_waited_for() -> None:
    calendar = a_calendar(preferred=(TimeWindow(14 * 60, 15 * 60),))
    assert decide_at(0, a_template(), calendar) == Wait(
        "contact_hours", "next: message 1 of 1", at(4)
    )
    assert isinstance(decide_at(4, a_template(), calendar), Send)


def test_hours_that_never_open_end_the_conversation_with_the_reason() -> None:
    closed = a_calendar(holidays=frozenset(date(2026, 3, 2) + timedelta(n) for n in range(500)))
    decision = decide_at(0, a_template(), closed)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("contact_hours", Outcome.ERROR)
    assert "never open" in decision.reason


def test_nothing_is_planned_after_the_campaign_end() -> None:
    facts = CampaignFacts(1.0, at(20))
    decision = decide_at(8, a_template(), facts=facts)
    assert decision == Wait(
        "campaign_end", "the next message would leave at 2026-03-03 08:00 UTC", at(20)
    )


def test_the_end_of_the_stage_does_not_wait_for_the_hours() -> None:
    template = a_template(a_stage(max_stage_duration_hours=10))
    visit = a_visit_after_message()
    decision = decide_at(10, template, visit=visit)
    assert isinstance(decision, Complete)
    assert decision.rule == "max_stage_duration_hours"


@pytest.mark.parametrize(("planned", "now"), [(0, 0), (0, 3), (8, 23), (8, 24)])
def test_the_leaving_time_is_now_or_past_when_it_has_come(planned: float, now: float) -> None:
    leaves_at = leaving_time(at(planned), OFFICE, at(now))
    assert leaves_at is not None
    assert leaves_at <= at(now)


STRATEGIES = FollowUpStrategies.model_validate(
    {
        "quick": {"within_hours": 6, "delay_factor": 0.5},
        "slow": {"delay_factor": 2},
        "none": {"max_follow_ups": 1},
    }
)


@pytest.mark.parametrize(
    ("answered_after_seconds", "follows_after"), [(3600.0, 24), (7 * 3600.0, 96), (None, 48)]
)
def test_follow_ups_come_by_how_readily_people_answer(
    answered_after_seconds: float | None, follows_after: float
) -> None:
    template = a_template(
        a_stage(messages=(a_message(max_follow_ups=3, follow_up_delay_hours=48),)),
        follow_up_strategies=STRATEGIES,
    )
    conversation = a_conversation(
        a_visit_after_message(), answered_after_seconds=answered_after_seconds
    )
    decision = decide(conversation, template, FACTS, at(1))
    assert isinstance(decision, Wait)
    assert decision.until == at(follows_after)


def test_who_never_answers_gets_as_many_follow_ups_as_their_strategy_says() -> None:
    template = a_template(
        a_stage(messages=(a_message(max_follow_ups=3),)), follow_up_strategies=STRATEGIES
    )
    visit = a_visit_after_message(follow_ups_sent=1, last_sent_at=at(48))
    decision = decide(a_conversation(visit), template, FACTS, at(96))
    assert isinstance(decision, Complete)
    assert decision.rule == "max_follow_ups"


def test_a_stage_that_is_gone_is_left_for_the_next_new_one() -> None:
    template = a_template(a_stage("awareness"), a_stage("proposal"), a_stage("decision"))
    visits = (a_visit("awareness"), a_visit("interest"))
    conversation = a_conversation(a_visit("interest"), stages=visits)
    decision = decide(conversation, template, FACTS, at(1))
    assert decision.rule == "stage_removed"
    assert getattr(decision, "next_stage", None) == "proposal"


def test_a_stage_that_was_visited_is_not_entered_again() -> None:
    template = a_template(
        a_stage("decision", response_required=False, messages=()),
        a_stage("awareness"),
        a_stage("proposal"),
    )
    visits = (a_visit("awareness"), a_visit("decision"))
    conversation = a_conversation(a_visit("decision"), stages=visits)
    decision = decide(conversation, template, FACTS, at(1))
    assert getattr(decision, "next_stage", None) == "proposal"
