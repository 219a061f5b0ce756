"""What keeps a message from leaving, in order, and how long."""

from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.domain.frequency import CapReached, reached_cap
from comm_pipeline.domain.gates import SendingFacts, Withheld, gate, gates
from comm_pipeline.domain.messages import MessageKind, OutboundMessage
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.templates import FrequencyCap
from comm_pipeline_tests.builders import a_ledger_entry, at, gate_facts
from comm_pipeline_tests.unit.test_decision_hours import OFFICE

CONVERSATION = gate_facts()
FOLLOW_UP = a_ledger_entry(follow_up=1, created_at=at(0))


def the_facts(**changes: Any) -> SendingFacts:
    fields = {
        "campaign_status": CampaignStatus.ACTIVE,
        "campaign_ends_at": None,
        "conversation": CONVERSATION,
    }
    return SendingFacts(**(fields | changes))


def in_conversation(**changes: Any) -> SendingFacts:
    return the_facts(conversation=gate_facts(**changes))


def test_a_message_leaves_when_nothing_stops_it() -> None:
    assert gate(a_ledger_entry(), the_facts(calendar=OFFICE), at(0)) is None


@pytest.mark.parametrize(
    ("message", "facts", "status", "told"),
    [
        (
            a_ledger_entry(),
            the_facts(suppression="said stop"),
            DeliveryStatus.SUPPRESSED,
            "suppression: said stop",
        ),
        (
            a_ledger_entry(),
            in_conversation(outcome=Outcome.OPTED_OUT),
            DeliveryStatus.SUPPRESSED,
            "suppression: the recipient opted out",
        ),
        (
            a_ledger_entry(),
            the_facts(campaign_status=CampaignStatus.PAUSED),
            DeliveryStatus.DEFERRED,
            "campaign_status: the campaign is paused",
        ),
        (
            a_ledger_entry(),
            the_facts(campaign_status=CampaignStatus.CANCELLED),
            DeliveryStatus.CANCELLED,
            "campaign_status: the campaign is cancelled",
        ),
        (
            a_ledger_entry(),
            the_facts(campaign_ends_at=at(0)),
            DeliveryStatus.CANCELLED,
            "campaign_end: the campaign has reached its end",
        ),
        (
            a_ledger_entry(),
            the_facts(conversation=None),
            DeliveryStatus.CANCELLED,
            "conversation: the conversation does not exist any more",
        ),
        (
            a_ledger_entry(),
            in_conversation(outcome=Outcome.BOUNCED),
            DeliveryStatus.CANCELLED,
            "conversation: the conversation has ended: bounced",
        ),
        (
            a_ledger_entry(kind=MessageKind.PERSON),
            in_conversation(outcome=Outcome.BOUNCED),
            DeliveryStatus.CANCELLED,
            "conversation: the conversation has ended: bounced",
        ),
        (
            FOLLOW_UP,
            in_conversation(answered_at=at(0)),
            DeliveryStatus.CANCELLED,
            "reply: the recipient has answered meanwhile",
        ),
    ],
)
def test_each_gate(
    message: OutboundMessage, facts: SendingFacts, status: DeliveryStatus, told: str
) -> None:
    stop = gate(message, facts, at(0))
    assert stop is not None
    assert (stop.status, f"{stop.rule}: {stop.reason}", stop.until) == (status, told, None)


def test_the_first_message_of_a_stage_leaves_although_the_conversation_went_on() -> None:
    assert gate(a_ledger_entry(), in_conversation(stage="decision"), at(0)) is None


def test_outside_the_contact_hours_a_message_waits_for_them() -> None:
    stop = gate(a_ledger_entry(), the_facts(calendar=OFFICE), at(8))
    assert stop is not None
    assert (stop.rule, stop.status, stop.until) == (
        "contact_hours",
        DeliveryStatus.DEFERRED,
        at(23),
    )
    assert stop.reason == "it is Monday 18:00 in Europe/Berlin, outside the contact hours"


def test_while_a_person_has_the_conversation_a_message_is_looked_at_every_six_hours() -> None:
    held = in_conversation(status=ConversationStatus.ESCALATED)
    assert gate(a_ledger_entry(), held, at(0)) == Withheld(
        DeliveryStatus.DEFERRED, "escalation", "a person has the conversation", at(6)
    )


def test_a_wait_ends_with_the_campaign() -> None:
    stop = gate(a_ledger_entry(), the_facts(calendar=OFFICE, campaign_ends_at=at(12)), at(8))
    assert stop is not None
    assert stop.until == at(12)


def test_all_reasons_are_told_the_strongest_first() -> None:
    facts = the_facts(
        suppression="said stop",
        campaign_status=CampaignStatus.PAUSED,
        calendar=OFFICE,
        cap=CapReached("2 messages", at(30)),
    )
    rules = [stop.rule for stop in gates(a_ledger_entry(), facts, at(8))]
    assert rules == ["suppression", "campaign_status", "contact_hours", "frequency_cap"]


@pytest.mark.parametrize(
    ("sent_hours_ago", "clears_in"),
    [([], None), ([1], None), ([1, 25], None), ([1, 2], 22), ([3, 1, 2], 22), ([5, 4, 3, 2], 21)],
)
def test_a_cap_clears_when_enough_has_left_its_window(
    sent_hours_ago: list[float], clears_in: float | None
) -> None:
    caps = [FrequencyCap(max_messages=2, per_hours=24)]
    reached = reached_cap(caps, [at(-hours) for hours in sent_hours_ago], at(0))
    assert (reached.clears_at if reached else None) == (
        None if clears_in is None else at(0) + timedelta(hours=clears_in)
    )


def test_of_several_caps_the_one_that_holds_longest_counts() -> None:
    caps = [
        FrequencyCap(max_messages=1, per_hours=24),
        FrequencyCap(max_messages=2, per_hours=168),
    ]
    reached = reached_cap(caps, [at(-1), at(-2)], at(0))
    assert reached is not None
    assert reached.clears_at == at(166)


def test_what_may_be_an_opt_out_holds_what_the_pipeline_says_and_no_person() -> None:
    doubted = the_facts(doubt="may have said stop")
    held = gate(a_ledger_entry(), doubted, at(0))
    assert held is not None
    assert (held.status, held.rule) == (DeliveryStatus.DEFERRED, "possible_opt_out")
    assert (held.reason, held.until) == ("may have said stop", at(6))
    assert gate(a_ledger_entry(kind=MessageKind.PERSON), doubted, at(0)) is None


def test_a_message_that_waits_for_a_person_is_settled_with_its_campaign() -> None:
    ends_soon = the_facts(doubt="may have said stop", campaign_ends_at=at(2))
    held = gate(a_ledger_entry(), ends_soon, at(0))
    assert held is not None
    assert held.until == at(2)
