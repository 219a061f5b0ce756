"""Corners of the rules that no ordinary conversation comes by."""

from datetime import datetime

import pytest

from comm_pipeline.domain.decision import (
    Advance,
    CampaignFacts,
    Complete,
    Decision,
    Escalate,
    Wait,
    decide,
    leaving_time,
    next_message,
)
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.templates import CompletionConditions
from comm_pipeline_tests.builders import (
    FACTS,
    a_conversation,
    a_message,
    a_stage,
    a_template,
    a_visit_after_message,
    at,
)
from comm_pipeline_tests.unit.test_decision_hours import OFFICE


def after_an_insufficient_answer(hours: float, **rules: bool) -> Decision:
    """Decide that many hours after START; one of two answers came after 10, and nothing else."""
    message = a_message(follow_up_delay_hours=24)
    template = a_template(a_stage(messages=(message,), min_responses_required=2, **rules))
    visit = a_visit_after_message(last_response_at=at(10), responses=1)
    return decide(a_conversation(visit), template, FACTS, at(hours))


def test_another_answer_is_waited_for_as_long_as_a_follow_up_would_take() -> None:
    decision = after_an_insufficient_answer(33.9)
    assert isinstance(decision, Wait)
    assert (decision.rule, decision.until) == ("waiting_for_response", at(34))
    assert decision.reason == "waits for a response (1 of 2)"


def test_then_a_person_is_called() -> None:
    decision = after_an_insufficient_answer(34)
    assert isinstance(decision, Escalate)
    assert (decision.rule, decision.action) == ("insufficient_response", "notify_manager")
    assert decision.reason == "an answer came, but not the one that the stage needs"


def test_or_the_conversation_goes_on() -> None:
    stage = a_stage(
        messages=(a_message(follow_up_delay_hours=24),),
        min_responses_required=2,
        advance_on_failure=True,
    )
    visit = a_visit_after_message(last_response_at=at(10), responses=1)
    template = a_template(stage, a_stage("decision"))
    decision = decide(a_conversation(visit), template, FACTS, at(34))
    assert isinstance(decision, Advance)
    assert (decision.rule, decision.next_stage) == ("advance_on_failure", "decision")


def test_or_it_ends() -> None:
    decision = after_an_insufficient_answer(34, advance_on_failure=True)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("all_stages_completed", Outcome.NO_RESPONSE)


def test_the_named_response_that_is_missing_is_told() -> None:
    template = a_template(a_stage(specific_response_required="accept_proposal"))
    decision = decide(a_conversation(a_visit_after_message()), template, FACTS, at(1))
    assert decision.reason == "waits for the response accept_proposal"


def test_the_answers_that_are_missing_beside_the_named_one_are_told() -> None:
    stage = a_stage(specific_response_required="accept_proposal", min_responses_required=2)
    visit = a_visit_after_message(
        last_response_at=at(1), responses=1, named_responses=("accept_proposal",)
    )
    decision = decide(a_conversation(visit), a_template(stage), FACTS, at(2))
    assert decision.reason == "waits for a response (1 of 2)"


def test_all_named_answers_are_told() -> None:
    visit = a_visit_after_message(last_response_at=at(1), responses=1, named_responses=("a", "b"))
    template = a_template(a_stage(), a_stage("decision"))
    decision = decide(a_conversation(visit), template, FACTS, at(2))
    assert decision.reason == "1 response(s) received (a, b)"


def test_the_minimum_duration_is_told() -> None:
    template = a_template(a_stage(min_stage_duration_hours=24))
    visit = a_visit_after_message(last_response_at=at(1), responses=1, named_responses=("yes",))
    decision = decide(a_conversation(visit), template, FACTS, at(2))
    assert decision == Wait(
        "min_stage_duration_hours",
        "1 response(s) received (yes); the stage's minimum duration is not over",
        at(24),
    )


@pytest.mark.parametrize(
    ("counts", "outcome"), [(True, Outcome.SUCCESS), (False, Outcome.NO_RESPONSE)]
)
def test_the_template_says_whether_all_stages_are_a_success(counts: bool, outcome: Outcome) -> None:
    completion = CompletionConditions(all_stages_completed=counts)
    template = a_template(a_stage(), completion=completion)
    visit = a_visit_after_message(last_response_at=at(1), responses=1)
    decision = decide(a_conversation(visit), template, FACTS, at(2))
    assert isinstance(decision, Complete)
    assert decision.outcome is outcome


def test_an_answer_at_the_very_instant_of_a_message_is_enough() -> None:
    stage = a_stage(messages=(a_message(max_follow_ups=1), a_message()))
    visit = a_visit_after_message(last_response_at=at(0), responses=1)
    assert next_message(a_conversation(visit), stage, 1.0) is None


@pytest.mark.parametrize(
    ("planned", "now", "leaves"),
    [
        (at(0), at(0), at(0)),
        (at(0), at(2), at(0)),
        (at(0), at(8), at(23)),
        (at(8), at(8), at(23)),
        (at(8), at(24), at(23)),
        (at(8), at(32), at(47)),
        (at(8), at(0), at(23)),
    ],
)
def test_what_was_planned_leaves_in_the_next_open_hours(
    planned: datetime, now: datetime, leaves: datetime
) -> None:
    assert leaving_time(planned, OFFICE, now) == leaves


@pytest.mark.parametrize(
    ("ends_at", "rule", "until"),
    [
        (None, "waiting_for_response", at(20)),
        (at(100), "waiting_for_response", at(20)),
        (at(23), "waiting_for_response", at(20)),
        (at(12), "campaign_end", at(12)),
    ],
)
def test_what_comes_before_the_next_opening_is_waited_for(
    ends_at: datetime | None, rule: str, until: datetime
) -> None:
    message = a_message(follow_up_delay_hours=8, max_follow_ups=1)
    stage = a_stage(messages=(message,), max_stage_duration_hours=20)
    template, facts = a_template(stage), CampaignFacts(1.0, ends_at)
    conversation = a_conversation(a_visit_after_message())
    decision = decide(conversation, template, facts, at(8), calendar=OFFICE)
    assert isinstance(decision, Wait)
    assert (decision.rule, decision.until) == (rule, until)


def test_a_stage_that_no_template_has_any_more_is_left_with_a_reason() -> None:
    conversation = a_conversation(a_visit_after_message("gone"))
    decision = decide(conversation, a_template(a_stage("first")), FACTS, at(1))
    reason = "the stage gone is not in the template any more"
    assert decision == Advance("stage_removed", reason, decision.next_stage)  # type: ignore[union-attr]
