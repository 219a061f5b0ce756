"""What stands in the way of the answer to a reply."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.domain.answers_state import Answering, PendingAnswer, Proposal
from comm_pipeline.domain.blocks import Block, Situation, blocks
from comm_pipeline.domain.conversations import Conversation, Standstill
from comm_pipeline.domain.decision import DeliveryFact
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.statuses import CampaignStatus, ConversationStatus, DeliveryStatus
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline_tests.builders import FACTS, a_conversation, a_visit_after_message, at
from comm_pipeline_tests.unit.test_decision_hours import OFFICE

CAP = CapReached("2 messages in 24 hours; up to 2 may be", at(20))
PROPOSAL = Proposal(subject="Re: Reports", text="You are welcome.")
APPROVED = PROPOSAL.model_copy(update={"is_approved": True})
KNOWN = Situation(CampaignStatus.ACTIVE, FACTS)


def answers_after(minutes: float) -> CampaignTemplate:
    """Return a template that thanks for thanks, and else waits for a follow-up."""
    rules = {"min_delay_minutes": minutes, "max_delay_minutes": minutes}
    return parse_template(
        {
            "stages": {"awareness": {"messages": [{"subject": "Reports", "template": "Hello?"}]}},
            "answers": {"intents": {"thanks": "You are welcome."}},
            "global_settings": {"answer_rules": rules},
        }
    )


def thanked(proposal: Proposal | None = None, **overrides: Any) -> Conversation:
    """Return a conversation in which a reply of thanks has waited since the first hour."""
    said = {"reply_id": "reply_1", "stage": "awareness", "at": at(1), "confidence": 1.0}
    pending = PendingAnswer.model_validate(said | {"intents": ("thanks",), "proposal": proposal})
    visit = a_visit_after_message(last_response_at=at(1))
    return a_conversation(visit, answering=Answering(pending=pending), **overrides)


@pytest.mark.parametrize("proposal", [None, APPROVED], ids=["its own", "approved"])
def test_nothing_stands_in_the_way_of_an_answer_that_is_due(proposal: Proposal | None) -> None:
    assert blocks(thanked(proposal), answers_after(60), KNOWN, at(2)) == []


@pytest.mark.parametrize(
    ("proposal", "minutes", "hour", "block"),
    [
        pytest.param(
            None,
            60,
            1,
            Block("answer", "next: answers with intents.thanks", at(2)),
            id="it waits as long as a person would need",
        ),
        pytest.param(
            None,
            0,
            8,
            Block("contact_hours", "next: answers with intents.thanks", at(23)),
            id="it is night where they are",
        ),
        pytest.param(
            PROPOSAL,
            0,
            1,
            Block("approval", "the answer waits for a person's approval"),
            id="a person has to approve it",
        ),
    ],
)
def test_an_answer_waits_and_nothing_is_said_before_it(
    proposal: Proposal | None, minutes: float, hour: float, block: Block
) -> None:
    situation = Situation(CampaignStatus.ACTIVE, FACTS, calendar=OFFICE)
    assert blocks(thanked(proposal), answers_after(minutes), situation, at(hour)) == [block]


def test_a_cap_holds_an_answer_that_is_due() -> None:
    situation = Situation(CampaignStatus.ACTIVE, FACTS, cap=CAP)
    assert blocks(thanked(), answers_after(0), situation, at(1)) == [
        Block("frequency_cap", CAP.reason, CAP.clears_at)
    ]


def test_a_standstill_is_told_once() -> None:
    away = Standstill(rule="out_of_office", reason="is away", until=at(9), message_id="away")
    assert blocks(thanked(standstill=away), answers_after(0), KNOWN, at(2)) == [
        Block("out_of_office", "is away", at(9))
    ]


def test_a_conversation_that_a_person_has_owes_no_answer() -> None:
    held = thanked(status=ConversationStatus.ESCALATED, reason="anger")
    situation = Situation(CampaignStatus.ACTIVE, FACTS, cap=CAP)
    assert blocks(held, answers_after(60), situation, at(1)) == [
        Block("not_active", "the conversation is escalated: anger")
    ]


def test_once_it_is_answered_the_stage_goes_on() -> None:
    answered = thanked().model_copy(update={"answering": Answering()})
    found = blocks(answered, answers_after(60), KNOWN, at(1))
    assert [block.rule for block in found] == ["waiting_for_response"]


def test_an_answer_comes_after_a_message_that_leaves_now() -> None:
    leaving = replace(KNOWN, delivery=DeliveryFact(DeliveryStatus.QUEUED, at(2)))
    assert blocks(thanked(), answers_after(60), leaving, at(2)) == [
        Block("message_on_its_way", "the latest message is queued", at(2) + timedelta(seconds=30))
    ]
