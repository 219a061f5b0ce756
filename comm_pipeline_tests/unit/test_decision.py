"""Each rule of ``decide``, and the order in which the rules are asked."""

from typing import Any

import pytest

from comm_pipeline.domain.conversations import Conversation, StageVisit
from comm_pipeline.domain.decision import (
    Advance,
    CampaignFacts,
    Complete,
    Decision,
    DeliveryFact,
    Escalate,
    Send,
    Wait,
    decide,
)
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate, CompletionConditions
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

ENDS_AT_100 = CampaignFacts(1.0, at(100))
ACCEPTED = CompletionConditions(specific_response_received="accept_proposal")


def decide_in(
    template: CampaignTemplate,
    visit: StageVisit,
    hours: float,
    facts: CampaignFacts = FACTS,
    delivery: DeliveryFact | None = None,
) -> Decision:
    conversation = a_conversation(visit, named_responses=visit.named_responses)
    return decide(conversation, template, facts, at(hours), delivery)


def answered(stage: str = "awareness", hours: float = 1, **changes: Any) -> StageVisit:
    fields = {"responses": 1, "last_response_at": at(hours)}
    return a_visit_after_message(stage, **(fields | changes))


def follow_up_template(limit: int = 2, **rules: Any) -> CampaignTemplate:
    """Return one stage whose message is followed up every 48 h."""
    return a_template(a_stage(messages=(a_message(max_follow_ups=limit),), **rules))


@pytest.mark.parametrize(
    "status",
    [ConversationStatus.ESCALATED, ConversationStatus.COMPLETED, ConversationStatus.FAILED],
)
def test_a_conversation_that_is_not_active_waits_for_nothing(status: ConversationStatus) -> None:
    conversation = a_conversation(status=status)
    decision = decide(conversation, a_template(), ENDS_AT_100, at(200))
    assert decision == Wait("not_active", f"the conversation is {status}", None)


@pytest.mark.parametrize("hours", [100, 100.1, 5000])
def test_the_campaign_end_ends_the_conversation(hours: float) -> None:
    decision = decide_in(a_template(), a_visit(), hours, ENDS_AT_100)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("campaign_end", Outcome.EXPIRED)


def test_until_the_campaign_end_messages_are_sent() -> None:
    assert isinstance(decide_in(a_template(), a_visit(), 99.9, ENDS_AT_100), Send)


def test_the_campaign_end_goes_before_an_acceptance() -> None:
    visit = answered(named_responses=("accept_proposal",))
    decision = decide_in(a_template(completion=ACCEPTED), visit, 100, ENDS_AT_100)
    assert isinstance(decision, Complete)
    assert decision.outcome is Outcome.EXPIRED


def test_the_response_that_completes_the_campaign_ends_it_from_any_stage() -> None:
    visit = answered(named_responses=("accept_proposal",))
    decision = decide_in(a_template(completion=ACCEPTED), visit, 1)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("specific_response_received", Outcome.SUCCESS)


def test_an_acceptance_need_not_wait_for_the_minimum_or_for_a_delivery() -> None:
    template = a_template(a_stage(min_stage_duration_hours=24), completion=ACCEPTED)
    visit = answered(named_responses=("accept_proposal",))
    delivery = DeliveryFact(DeliveryStatus.QUEUED, at(0))
    assert isinstance(decide_in(template, visit, 1, delivery=delivery), Complete)


def test_another_response_does_not_complete_the_campaign() -> None:
    visit = answered(named_responses=("appointment_accepted",))
    assert isinstance(decide_in(a_template(completion=ACCEPTED), visit, 1), Advance)


@pytest.mark.parametrize(
    "status", [DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED]
)
def test_nothing_is_said_after_a_message_that_has_not_left(status: DeliveryStatus) -> None:
    # Without it, follow-up 1 would leave at 48.
    delivery = DeliveryFact(status, at(60))
    decision = decide_in(follow_up_template(), a_visit_after_message(), 50, delivery=delivery)
    assert isinstance(decision, Wait)
    assert decision.rule == "message_on_its_way"
    # Looked at 30 s after the time at which it is tried again.
    assert decision.until == at(60 + 30 / 3600)


@pytest.mark.parametrize("due", [None, 10])
def test_a_message_that_is_due_is_looked_at_again_soon(due: float | None) -> None:
    fact = DeliveryFact(DeliveryStatus.QUEUED, None if due is None else at(due))
    decision = decide_in(follow_up_template(), a_visit_after_message(), 50, delivery=fact)
    assert isinstance(decision, Wait)
    assert decision.until == at(50 + 30 / 3600)


def test_a_message_on_its_way_is_not_waited_for_beyond_the_campaign_end() -> None:
    fact = DeliveryFact(DeliveryStatus.DEFERRED, at(120))
    decision = decide_in(a_template(), a_visit_after_message(), 50, ENDS_AT_100, fact)
    assert isinstance(decision, Wait)
    assert decision.until == at(100)


@pytest.mark.parametrize(
    "status",
    [status for status in DeliveryStatus if status not in {"queued", "sending", "deferred"}],
)
def test_a_message_that_left_or_never_will_holds_nothing_up(status: DeliveryStatus) -> None:
    fact = DeliveryFact(status, at(0))
    decision = decide_in(follow_up_template(), a_visit_after_message(), 48, delivery=fact)
    assert isinstance(decision, Send)


def test_a_sufficient_answer_does_not_wait_for_a_delivery() -> None:
    fact = DeliveryFact(DeliveryStatus.SENDING, at(1))
    assert isinstance(decide_in(a_template(), answered(), 1, delivery=fact), Advance)


@pytest.mark.parametrize(("hours", "is_due"), [(0, False), (23.9, False), (24, True), (99, True)])
def test_the_first_message_leaves_after_its_delay(hours: float, is_due: bool) -> None:
    template = a_template(a_stage(messages=(a_message(delay_hours=24),)))
    decision = decide_in(template, a_visit(), hours)
    if is_due:
        assert decision == Send("message", "message 1 of 1", 0, 0)
    else:
        assert decision == Wait("message", "next: message 1 of 1", at(24))


@pytest.mark.parametrize(
    ("sent", "last", "hours", "expected"),
    [
        # Message at 0; follow-ups 48 h after whatever was last; silence after the second.
        (0, 0, 47, Wait("follow_up", "next: follow-up 1 of 2", at(48))),
        (0, 0, 48, Send("follow_up", "follow-up 1 of 2", 0, 1)),
        (1, 48, 95, Wait("follow_up", "next: follow-up 2 of 2", at(96))),
        (1, 48, 96, Send("follow_up", "follow-up 2 of 2", 0, 2)),
        # After a standstill of four weeks, one follow-up and not two at once.
        (1, 700, 701, Wait("follow_up", "next: follow-up 2 of 2", at(748))),
        (2, 96, 143, Wait("waiting_for_response", "waits for a response (0 of 1)", at(144))),
        (
            2,
            96,
            144,
            Complete("max_follow_ups", "no response after 2 follow-ups", Outcome.NO_RESPONSE),
        ),
    ],
)
def test_follow_ups(sent: int, last: float, hours: float, expected: Decision) -> None:
    visit = a_visit_after_message(follow_ups_sent=sent, last_sent_at=at(last))
    assert decide_in(follow_up_template(), visit, hours) == expected


def test_the_stage_limits_the_follow_ups_of_its_messages() -> None:
    template = follow_up_template(limit=5, max_follow_ups=0)
    decision = decide_in(template, a_visit_after_message(), 47)
    assert decision == Wait("waiting_for_response", "waits for a response (0 of 1)", at(48))


def test_an_insufficient_answer_cancels_the_follow_ups() -> None:
    template = follow_up_template(min_responses_required=2, max_stage_duration_hours=168)
    decision = decide_in(template, answered(), 48)
    assert decision == Wait("waiting_for_response", "waits for a response (1 of 2)", at(168))


def test_a_later_message_makes_follow_ups_due_again() -> None:
    messages = (a_message(), a_message(max_follow_ups=1))
    template = a_template(a_stage(messages=messages, min_responses_required=2))
    # Answered at 1, second message at 5: follow-up at 5 + 48 = 53.
    visit = answered(next_message=2, last_sent_at=at(5))
    assert decide_in(template, visit, 53) == Send("follow_up", "follow-up 1 of 1", 1, 1)


def test_an_answer_at_the_instant_of_the_next_message_does_not_cancel_its_follow_ups() -> None:
    messages = (a_message(), a_message(max_follow_ups=1))
    template = a_template(a_stage(messages=messages, min_responses_required=2))
    visit = answered(hours=5, next_message=2, last_sent_at=at(5))
    assert decide_in(template, visit, 53) == Send("follow_up", "follow-up 1 of 1", 1, 1)


@pytest.mark.parametrize(
    ("visit", "hours", "expected"),
    [
        # The second message leaves 24 h after the first, or after the answer to it.
        (a_visit_after_message(), 23, Wait("message", "next: message 2 of 2", at(24))),
        (a_visit_after_message(), 24, Send("message", "message 2 of 2", 1, 0)),
        (answered(hours=10), 33, Wait("message", "next: message 2 of 2", at(34))),
        (answered(hours=10), 34, Send("message", "message 2 of 2", 1, 0)),
    ],
)
def test_several_messages_of_a_stage_follow_each_other(
    visit: StageVisit, hours: float, expected: Decision
) -> None:
    messages = (a_message(), a_message(delay_hours=24))
    template = a_template(a_stage(messages=messages, min_responses_required=2))
    assert decide_in(template, visit, hours) == expected


def test_follow_ups_come_before_the_next_message() -> None:
    messages = (a_message(max_follow_ups=1), a_message(delay_hours=24))
    template = a_template(a_stage(messages=messages))
    first = decide_in(template, a_visit_after_message(), 48)
    assert first == Send("follow_up", "follow-up 1 of 1", 0, 1)
    followed = a_visit_after_message(follow_ups_sent=1, last_sent_at=at(48))
    # 48 + 24 = 72.
    assert decide_in(template, followed, 72) == Send("message", "message 2 of 2", 1, 0)


def test_a_satisfied_stage_says_nothing_more_while_its_minimum_runs() -> None:
    messages = (a_message(max_follow_ups=2), a_message())
    template = a_template(a_stage(messages=messages, min_stage_duration_hours=500))
    decision = decide_in(template, answered(), 100)
    assert isinstance(decision, Wait)
    assert (decision.rule, decision.until) == ("min_stage_duration_hours", at(500))


def test_a_response_advances_to_the_next_stage() -> None:
    decision = decide_in(a_template(), answered(), 1)
    assert decision == Advance("response", "1 response(s) received", StageName("decision"))


def test_after_the_last_stage_the_conversation_is_a_success() -> None:
    decision = decide_in(a_template(), answered("decision"), 1)
    assert decision == Complete("all_stages_completed", "1 response(s) received", Outcome.SUCCESS)


def test_a_last_stage_that_may_fail_is_no_success() -> None:
    template = a_template(a_stage(advance_on_failure=True))
    decision = decide_in(template, a_visit_after_message(), 48)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("all_stages_completed", Outcome.NO_RESPONSE)


def test_a_failed_stage_ends_the_conversation_without_response() -> None:
    template = a_template(a_stage(max_stage_duration_hours=72), a_stage("decision"))
    decision = decide_in(template, a_visit_after_message(), 72)
    assert decision == Complete(
        "max_stage_duration_hours", "72 hours in the stage are over", Outcome.NO_RESPONSE
    )


@pytest.mark.parametrize(
    ("rules", "action"),
    [({"escalation_action": "call_owner"}, "call_owner"), ({}, "notify_manager")],
)
def test_an_escalation_names_its_action(rules: dict[str, Any], action: str) -> None:
    stage = a_stage(escalation_after_hours=12, max_stage_duration_hours=48, **rules)
    decision = decide_in(a_template(stage), a_visit_after_message(), 12)
    assert isinstance(decision, Escalate)
    assert decision.action == action


def test_leaving_the_stage_goes_before_a_message_that_is_due() -> None:
    # At 72 both the maximum and follow-up 1 (since 48) are due.
    template = follow_up_template(max_stage_duration_hours=72, advance_on_failure=True)
    assert isinstance(decide_in(template, a_visit_after_message(), 72), Complete)


def test_the_wait_names_the_earliest_of_all_reasons_to_look_again() -> None:
    stage = {"max_stage_duration_hours": 90, "escalation_after_hours": 60}
    template = follow_up_template(**stage)
    followed = a_visit_after_message(follow_ups_sent=1, last_sent_at=at(48))
    waits = [
        (CampaignFacts(1.0, at(50)), a_visit_after_message(), 48),
        (CampaignFacts(1.0, at(40)), a_visit_after_message(), 40),
        (FACTS, followed, 60),
        (FACTS, followed.model_copy(update={"is_escalated": True}), 90),
    ]
    for facts, visit, until in waits:
        decision = decide_in(template, visit, 1, facts)
        assert isinstance(decision, Wait)
        assert decision.until == at(until)


def test_a_stage_without_any_limit_waits_for_something_from_outside() -> None:
    template = a_template(a_stage(messages=()))
    assert decide_in(template, a_visit(), 5) == Wait(
        "waiting_for_response", "waits for a response (0 of 1)", None
    )


def test_the_factor_shortens_delays_and_follow_ups() -> None:
    template = a_template(a_stage(messages=(a_message(delay_hours=24, max_follow_ups=1),)))
    # 24 / 24 = 1 h until the message; 48 / 24 = 2 h until the follow-up.
    facts = CampaignFacts(1 / 24)
    first = decide_in(template, a_visit(), 0, facts)
    second = decide_in(template, a_visit_after_message(), 0, facts)
    assert isinstance(first, Wait)
    assert isinstance(second, Wait)
    assert (first.until, second.until) == (at(1), at(2))


def test_deciding_changes_nothing() -> None:
    conversation: Conversation = a_conversation(answered())
    before = conversation.model_dump()
    decide(conversation, a_template(), FACTS, at(5))
    assert conversation.model_dump() == before
