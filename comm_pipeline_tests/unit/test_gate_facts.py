"""The facts that gates ask, read from documents, and what each gate tells."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours, Contact
from comm_pipeline.domain.conversations import Standstill
from comm_pipeline.domain.frequency import CapReached, longest_window, reached_cap
from comm_pipeline.domain.gates import GateFacts, SendingFacts, Withheld, gate, gates
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.messages import MessageKind, OutboundMessage
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.templates import FrequencyCap
from comm_pipeline_tests.builders import (
    a_conversation,
    a_ledger_entry,
    a_stage,
    a_visit,
    at,
    gate_facts,
)

AWAY = Standstill(
    rule="out_of_office", reason="the recipient is away", until=at(9), message_id="away"
)
ACTIVE = gate_facts()
FOLLOW_UP = a_ledger_entry(follow_up=1, created_at=at(1))


def asked(message: OutboundMessage, **facts: Any) -> list[Withheld]:
    fields = {
        "campaign_status": CampaignStatus.ACTIVE,
        "campaign_ends_at": None,
        "conversation": ACTIVE,
    }
    return list(gates(message, SendingFacts(**(fields | facts)), at(2)))


def test_facts_are_read_from_a_document() -> None:
    visits = (a_visit(), a_visit("decision", last_response_at=at(5), responses=1))
    document = {
        "status": "completed",
        "outcome": "opted_out",
        "contact": {"time_zone": "Asia/Tokyo"},
        "standstill": AWAY.model_dump(),
        "stages": [visit.model_dump() for visit in visits],
    }
    found = GateFacts.of(document)
    assert found == GateFacts(
        ConversationStatus.COMPLETED,
        Outcome.OPTED_OUT,
        visits,
        Contact(time_zone="Asia/Tokyo"),
        AWAY,
    )
    assert found.stage == "decision"
    assert found.visit_of(StageName("awareness")) == visits[0]
    assert found.visit_of(StageName("other")) is None


def test_a_document_without_visits_is_named() -> None:
    with pytest.raises(ValueError, match=r"^stages: is empty$"):
        GateFacts.of({"status": "active", "stages": []})


@pytest.mark.parametrize("visits", [[], [{"name": "awareness"}], "awareness"])
def test_a_document_without_readable_visits_is_not_read(visits: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        GateFacts.of({"status": "active", "stages": visits})


def test_facts_after_a_commit_are_those_of_its_document() -> None:
    conversation = a_conversation(
        a_visit("decision", last_response_at=at(5)),
        status=ConversationStatus.COMPLETED,
        outcome=Outcome.OPTED_OUT,
        contact=Contact(time_zone="Asia/Tokyo"),
        standstill=AWAY,
    )
    assert GateFacts.after(conversation) == GateFacts.of(conversation.model_dump(by_alias=True))


@pytest.mark.parametrize("more", [{}, {"contact": None, "outcome": None}])
def test_what_a_document_leaves_out_is_not_known(more: dict[str, Any]) -> None:
    found = GateFacts.of({"status": "active", "stages": [a_visit().model_dump()], **more})
    assert found == ACTIVE
    assert found.contact == Contact()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"suppression": "bounced: no such user"}, "bounced: no such user"),
        (
            {"conversation": gate_facts(ConversationStatus.COMPLETED, Outcome.OPTED_OUT)},
            "the recipient opted out",
        ),
    ],
)
def test_a_suppression_says_why(facts: dict[str, Any], reason: str) -> None:
    assert asked(a_ledger_entry(), **facts)[0].reason == reason


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (ConversationStatus.COMPLETED, Outcome.EXPIRED, "the conversation has ended: expired"),
        (ConversationStatus.FAILED, Outcome.ERROR, "the conversation has ended: error"),
    ],
)
def test_an_ended_conversation_is_silent(
    status: ConversationStatus, outcome: Outcome | None, reason: str
) -> None:
    found = asked(a_ledger_entry(), conversation=gate_facts(status, outcome, None, "awareness"))
    assert [(one.status, one.reason) for one in found] == [(DeliveryStatus.CANCELLED, reason)]


@pytest.mark.parametrize(
    ("kind", "status", "rule"),
    [
        (MessageKind.MESSAGE, DeliveryStatus.DEFERRED, "escalation"),
        (MessageKind.ANSWER, DeliveryStatus.CANCELLED, "conversation"),
    ],
)
def test_while_a_person_has_the_conversation_only_the_stage_s_messages_wait(
    kind: MessageKind, status: DeliveryStatus, rule: str
) -> None:
    facts = gate_facts(ConversationStatus.ESCALATED, None, None, "awareness")
    (found,) = asked(a_ledger_entry(kind=kind), conversation=facts)
    assert (found.status, found.rule) == (status, rule)


@pytest.mark.parametrize("outcome", [Outcome.SUCCESS, Outcome.NO_RESPONSE])
def test_the_last_message_of_a_conversation_still_leaves(outcome: Outcome) -> None:
    facts = gate_facts(ConversationStatus.COMPLETED, outcome, None, "awareness")
    assert asked(a_ledger_entry(), conversation=facts) == []


@pytest.mark.parametrize(
    ("message", "answered_at", "rules"),
    [
        (FOLLOW_UP, None, []),
        (FOLLOW_UP, at(0.5), []),
        (FOLLOW_UP, at(1), ["reply"]),
        (FOLLOW_UP, at(1.5), ["reply"]),
        (a_ledger_entry(created_at=at(1)), at(1.5), []),
    ],
)
def test_only_an_answer_after_a_follow_up_was_written_cancels_it(
    message: OutboundMessage, answered_at: Any, rules: list[str]
) -> None:
    facts = gate_facts(ConversationStatus.ACTIVE, None, answered_at, "awareness")
    assert [one.rule for one in asked(message, conversation=facts)] == rules


@pytest.mark.parametrize(
    ("answered_at", "kind", "rules"),
    [
        (None, MessageKind.MESSAGE, []),
        (at(0.5), MessageKind.MESSAGE, []),
        (at(1), MessageKind.MESSAGE, ["reply"]),
        (at(1.5), MessageKind.ANSWER, []),
        (at(1.5), MessageKind.PERSON, []),
    ],
)
def test_what_is_left_of_a_stage_that_was_answered_and_is_over_is_dropped(
    answered_at: Any, kind: MessageKind, rules: list[str]
) -> None:
    message = a_ledger_entry(created_at=at(1), kind=kind)
    own = a_visit(last_response_at=answered_at)
    later = [replace(ACTIVE, visits=(own, *map(a_visit, names))) for names in ("b", "bcd")]
    ended = gate_facts(ConversationStatus.COMPLETED, Outcome.SUCCESS, answered_at)
    for facts in (*later, ended):
        assert [one.rule for one in asked(message, conversation=facts)] == rules


@pytest.mark.parametrize(("responses", "rules"), [(1, []), (2, ["reply"])])
def test_what_is_left_of_a_stage_that_has_all_its_answers_is_dropped(
    responses: int, rules: list[str]
) -> None:
    message = a_ledger_entry(created_at=at(1))
    visit = a_visit(last_response_at=at(1.5), responses=responses)
    facts, stage = replace(ACTIVE, visits=(visit,)), a_stage(min_responses_required=2)
    assert [one.rule for one in asked(message, conversation=facts, stage=stage)] == rules


def test_a_follow_up_of_a_stage_that_is_over_leaves_if_nobody_has_answered() -> None:
    facts = replace(ACTIVE, visits=(a_visit(), a_visit("decision")))
    assert asked(FOLLOW_UP, conversation=facts) == []


def test_hours_that_never_open_cancel() -> None:
    class EveryDay:
        def __contains__(self, day: object) -> bool:
            return True

    hours = BusinessHours.model_validate({"monday": "09:00-10:00"})
    calendar = ContactCalendar(ZoneInfo("UTC"), hours, EveryDay())
    stop = gate(
        a_ledger_entry(),
        SendingFacts(CampaignStatus.ACTIVE, None, ACTIVE, calendar=calendar),
        at(0),
    )
    assert stop is not None
    assert (stop.status, stop.rule) == (DeliveryStatus.CANCELLED, "contact_hours")
    assert stop.reason == "it is Monday 09:00 in UTC, outside the contact hours, which never open"


def test_a_cap_tells_its_reason_and_waits_until_it_clears_or_the_campaign_ends() -> None:
    cap = CapReached("2 messages in 24 hours; up to 2 may be", at(30))
    (stop,) = asked(a_ledger_entry(), cap=cap)
    assert (stop.status, stop.reason, stop.until) == (DeliveryStatus.DEFERRED, cap.reason, at(30))
    (stop,) = asked(a_ledger_entry(), cap=cap, campaign_ends_at=at(10))
    assert stop.until == at(10)


def test_a_cap_says_how_many_there_were_and_may_be() -> None:
    found = reached_cap([FrequencyCap(max_messages=1, per_hours=24)], [at(0), at(1)], at(2))
    assert found == CapReached("2 messages in 24 hours; up to 1 may be", at(25))


def test_a_message_as_old_as_the_window_counts_no_more() -> None:
    caps = [FrequencyCap(max_messages=1, per_hours=24)]
    assert reached_cap(caps, [at(0)], at(24)) is None
    assert reached_cap(caps, [at(0)], at(23.99)) is not None


def test_the_longest_window_is_that_of_the_widest_cap() -> None:
    caps = [FrequencyCap(max_messages=1, per_hours=hours) for hours in (24, 168, 1)]
    assert longest_window(caps) == timedelta(hours=168)
    assert longest_window([]) == timedelta(0)
