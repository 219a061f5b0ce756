"""What stands in the way of a conversation, where several things do or none."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.blocks import Block, Situation, blocks
from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.decision import CampaignFacts
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.time_windows import parse_window
from comm_pipeline_tests.builders import (
    a_conversation,
    a_message,
    a_stage,
    a_template,
    a_visit,
    a_visit_after_message,
    at,
)

OFFICE = BusinessHours.model_validate({"start": "09:00", "end": "17:00"})
CALENDAR = ContactCalendar(
    ZoneInfo("UTC"), OFFICE, frozenset[date](), (parse_window("09:00-10:00"),)
)


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
