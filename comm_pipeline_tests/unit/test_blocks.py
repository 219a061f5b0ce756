"""What stands in the way of a conversation, where several things do or none."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.blocks import Block, Situation, blocks
from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.conversations import Standstill
from comm_pipeline.domain.decision import CampaignFacts, DeliveryFact
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.time_windows import parse_window
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
from comm_pipeline_tests.unit.test_decision_hours import OFFICE as BERLIN_OFFICE

OFFICE = BusinessHours.model_validate({"start": "09:00", "end": "17:00"})
CALENDAR = ContactCalendar(
    ZoneInfo("UTC"), OFFICE, frozenset[date](), (parse_window("09:00-10:00"),)
)
AWAY = Standstill(
    rule="out_of_office", reason="the recipient is away", until=at(9), message_id="away"
)
NEVER_OPEN = Block("contact_hours", "the recipient's contact hours never open")
#: Of the stages below: nothing was said, and the message is due at once, or in four hours; or it
#: was said, and the follow-up is due after two days.
AT_ONCE = a_template(a_stage(messages=(a_message(),)))
IN_FOUR_HOURS = a_template(a_stage(messages=(a_message(delay_hours=4),)))
FOLLOWED_UP = a_template(a_stage(messages=(a_message(max_follow_ups=1, follow_up_delay_hours=48),)))
LATER = Block("message", "message 1 of 1 is planned for later", at(4))
FOLLOW_UP_LATER = Block("follow_up", "follow-up 1 of 1 is planned for later", at(48))


class HolidaysFrom:
    """Nothing but holidays from a date on."""

    def __init__(self, first: date) -> None:
        self._first = first

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day >= self._first


def a_situation(status: CampaignStatus = CampaignStatus.ACTIVE, **known: Any) -> Situation:
    return Situation(status, known.pop("campaign", FACTS), **known)


def closed_from(first: date) -> ContactCalendar:
    return ContactCalendar(ZoneInfo("UTC"), None, HolidaysFrom(first))


def test_nothing_stands_in_the_way_of_a_message_that_is_due() -> None:
    assert blocks(a_conversation(), AT_ONCE, a_situation(), at(0)) == []


@pytest.mark.parametrize(
    ("situation", "block"),
    [
        (
            a_situation(CampaignStatus.SCHEDULED, starts_at=at(5)),
            Block("campaign_status", "the campaign is scheduled", at(5)),
        ),
        (
            a_situation(CampaignStatus.PAUSED, starts_at=at(-5)),
            Block("campaign_status", "the campaign is paused"),
        ),
        (
            a_situation(campaign=CampaignFacts(1.0, ends_at=at(0))),
            Block("campaign_end", "the campaign ended at 2026-03-02 09:00 UTC"),
        ),
        (
            a_situation(suppression="said stop"),
            Block("suppression", "the address is suppressed: said stop"),
        ),
        (a_situation(calendar=closed_from(date(2026, 3, 2))), NEVER_OPEN),
    ],
)
def test_what_keeps_a_message_that_is_due(situation: Situation, block: Block) -> None:
    assert blocks(a_conversation(), AT_ONCE, situation, at(0)) == [block]


def test_a_standstill_holds_until_its_end() -> None:
    away = a_conversation(standstill=AWAY)
    held = Block("out_of_office", "the recipient is away", at(9))
    assert blocks(away, AT_ONCE, a_situation(), at(8)) == [held]
    assert blocks(away, AT_ONCE, a_situation(), at(9)) == []


@pytest.mark.parametrize(
    ("status", "outcome", "reason", "told"),
    [
        (
            ConversationStatus.COMPLETED,
            Outcome.OPTED_OUT,
            "said stop",
            "the conversation is completed (opted_out): said stop",
        ),
        (
            ConversationStatus.FAILED,
            Outcome.ERROR,
            None,
            "the conversation is failed (error)",
        ),
        (ConversationStatus.ESCALATED, None, "anger", "the conversation is escalated: anger"),
    ],
)
def test_of_a_conversation_that_is_over_only_its_end_is_told(
    status: ConversationStatus, outcome: Outcome | None, reason: str | None, told: str
) -> None:
    """Not the standstill that is not over yet, nor the follow-up that would have come."""
    ended = a_conversation(
        a_visit_after_message(), status=status, outcome=outcome, reason=reason, standstill=AWAY
    )
    assert blocks(ended, FOLLOWED_UP, a_situation(), at(1)) == [Block("not_active", told)]


@pytest.mark.parametrize(
    ("delivery", "found"),
    [
        (None, [FOLLOW_UP_LATER]),
        (DeliveryFact(DeliveryStatus.DELIVERED, at(0)), [FOLLOW_UP_LATER]),
        (
            DeliveryFact(DeliveryStatus.DEFERRED, at(3)),
            [
                Block("message_on_its_way", "the latest message is deferred", at(3)),
                replace(FOLLOW_UP_LATER, clears_at=at(3 + 48)),
            ],
        ),
        (
            DeliveryFact(DeliveryStatus.QUEUED, None),
            [
                Block("message_on_its_way", "the latest message is queued"),
                replace(FOLLOW_UP_LATER, clears_at=at(1 + 48)),
            ],
        ),
    ],
)
def test_a_message_that_has_not_left_stands_before_the_next(
    delivery: DeliveryFact | None, found: list[Block]
) -> None:
    conversation = a_conversation(a_visit_after_message())
    assert blocks(conversation, FOLLOWED_UP, a_situation(delivery=delivery), at(1)) == found


def test_a_message_that_has_not_left_does_not_stand_before_what_its_answer_brings() -> None:
    stage = a_stage(min_stage_duration_hours=24)
    answered = a_conversation(a_visit_after_message(responses=1, last_response_at=at(1)))
    situation = a_situation(delivery=DeliveryFact(DeliveryStatus.DEFERRED, at(3)))
    reason = "1 response(s) received; the stage's minimum duration is not over"
    assert blocks(answered, a_template(stage), situation, at(2)) == [
        Block("min_stage_duration_hours", reason, at(24))
    ]


def test_a_stage_that_is_gone_says_nothing_more_than_what_is_on_its_way() -> None:
    conversation = a_conversation(a_visit_after_message("interest"))
    situation = a_situation(delivery=DeliveryFact(DeliveryStatus.QUEUED, None))
    assert blocks(conversation, a_template(), situation, at(1)) == [
        Block("message_on_its_way", "the latest message is queued")
    ]


def test_an_hour_outside_the_contact_hours_is_told_as_the_recipient_sees_it() -> None:
    situation = a_situation(calendar=BERLIN_OFFICE)
    reason = "Monday 18:00 in Europe/Berlin is not a time to write to them"
    assert blocks(a_conversation(), AT_ONCE, situation, at(8)) == [
        Block("contact_hours", reason, at(23))
    ]


@pytest.mark.parametrize(("clears_after", "is_in_the_way"), [(3, False), (4, False), (5, True)])
def test_a_cap_counts_if_it_holds_longer_than_the_plan(
    clears_after: int, is_in_the_way: bool
) -> None:
    cap = CapReached("2 messages in 24 hours; up to 2 may be", at(clears_after))
    capped = [Block("frequency_cap", cap.reason, at(clears_after))] if is_in_the_way else []
    found = blocks(a_conversation(), IN_FOUR_HOURS, a_situation(cap=cap), at(0))
    assert found == [LATER, *capped]


def test_a_cap_that_clears_while_it_is_closed_does_not_move_the_opening() -> None:
    cap = CapReached("2 messages in 24 hours; up to 2 may be", at(10))
    situation = a_situation(calendar=BERLIN_OFFICE, cap=cap)
    found = blocks(a_conversation(), AT_ONCE, situation, at(8))
    assert [(block.rule, block.clears_at) for block in found] == [
        ("contact_hours", at(23)),
        ("frequency_cap", at(10)),
    ]


def test_hours_that_never_open_again_once_the_cap_clears_are_told() -> None:
    cap = CapReached("2 messages in 24 hours; up to 2 may be", at(20))
    situation = a_situation(calendar=closed_from(date(2026, 3, 3)), cap=cap)
    assert blocks(a_conversation(), AT_ONCE, situation, at(0)) == [
        NEVER_OPEN,
        Block("frequency_cap", cap.reason, at(20)),
    ]


def test_a_message_that_comes_after_the_end_of_the_campaign_is_told_with_that_end() -> None:
    situation = a_situation(campaign=CampaignFacts(1.0, ends_at=at(2)))
    assert blocks(a_conversation(), IN_FOUR_HOURS, situation, at(0)) == [
        Block("campaign_end", "message 1 of 1 would come after the campaign's end"),
        LATER,
    ]


def test_a_preferred_time_that_was_missed_is_not_waited_for_again() -> None:
    """The wait for it counts from the planned time, and at noon the office is open."""
    situation = Situation(CampaignStatus.ACTIVE, CampaignFacts(1.0), calendar=CALENDAR)
    template = a_template(a_stage(messages=(a_message(),)))
    conversation = a_conversation(a_visit())
    assert blocks(conversation, template, situation, at(3)) == []


@pytest.mark.parametrize(
    ("cap_after", "opens_after"),
    [
        pytest.param(4, None, id="at 13:00 the office is open"),
        pytest.param(12, 24, id="at 21:00 it is closed until the next morning"),
    ],
)
def test_hours_are_asked_for_when_the_cap_clears(cap_after: int, opens_after: int | None) -> None:
    cap = CapReached("2 messages in 24 hours", at(cap_after))
    situation = Situation(CampaignStatus.ACTIVE, CampaignFacts(1.0), cap=cap, calendar=CALENDAR)
    template = a_template(a_stage(messages=(a_message(),)))
    found = {
        block.rule: block.clears_at
        for block in blocks(a_conversation(a_visit()), template, situation, at(0))
    }
    closed = {} if opens_after is None else {"contact_hours": at(opens_after)}
    assert found == closed | {"frequency_cap": cap.clears_at}


def test_a_message_that_comes_after_the_end_of_its_stage_is_told_with_that_end() -> None:
    stage = a_stage(
        messages=(a_message(follow_up_delay_hours=48, max_follow_ups=1),),
        max_stage_duration_hours=24,
    )
    situation = Situation(CampaignStatus.ACTIVE, CampaignFacts(1.0))
    first, second = blocks(
        a_conversation(a_visit_after_message()), a_template(stage), situation, at(1)
    )
    assert first == Block(
        "waiting_for_response",
        "waits for a response (0 of 1); the stage ends before follow-up 1 of 1 could leave",
    )
    assert (second.rule, second.clears_at) == ("follow_up", at(48))
