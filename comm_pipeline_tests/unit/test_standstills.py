"""Nothing is said for a while: what moves, what stays, and what ends it."""

from datetime import datetime, timedelta

import pytest

from comm_pipeline.domain.conversations import Conversation, DecisionRecord, Standstill
from comm_pipeline.domain.decision import CampaignFacts, Wait, decide
from comm_pipeline.domain.gates import SendingFacts, gate
from comm_pipeline.domain.replies import apply_reply
from comm_pipeline.domain.standstills import (
    AFTER_SOFT_BOUNCE,
    AWAY_WITHOUT_A_DATE,
    current_standstill,
    end_standstill,
    stand_still,
)
from comm_pipeline.domain.statuses import CampaignStatus, ConversationStatus, DeliveryStatus
from comm_pipeline_tests.builders import (
    FACTS,
    a_conversation,
    a_ledger_entry,
    a_reply,
    a_stage,
    a_template,
    a_visit,
    a_visit_after_message,
    an_analysis,
    at,
    gate_facts,
)


def away(until: datetime, message_id: str = "away") -> Standstill:
    return Standstill(
        rule="out_of_office", reason="the recipient is away", until=until, message_id=message_id
    )


def held(conversation: Conversation, until: float, now: float) -> Conversation:
    moved = stand_still(conversation, away(at(until)), at(now))
    assert moved is not None
    return moved[0]


def spoken() -> Conversation:
    return a_conversation(a_visit_after_message())


def test_the_clock_of_the_stage_stands_still() -> None:
    after = held(spoken(), until=100, now=4)
    assert after.visit.first_sent_at == after.visit.last_sent_at == at(96)
    assert after.visit.entered_at == spoken().visit.entered_at
    assert after.next_action_at == after.last_active == at(4)


def test_it_is_kept_as_something_that_was_received() -> None:
    moved = stand_still(spoken(), away(at(100)), at(4))
    assert moved is not None
    assert moved[1] == DecisionRecord(
        at=at(4),
        kind="receive",
        rule="out_of_office",
        reason="the recipient is away",
        until=at(100),
    )


def test_an_answer_ends_it_and_the_clock_goes_on() -> None:
    after = end_standstill(held(spoken(), until=100, now=4), at(10))
    assert after.visit.first_sent_at == at(6)
    assert current_standstill(after, at(10)) is None


def test_what_had_been_answered_stays_answered() -> None:
    answered = a_conversation(a_visit_after_message(last_response_at=at(2), responses=1))
    visit = held(answered, until=100, now=4).visit
    assert visit.last_response_at == at(98)
    assert visit.last_sent_at == at(96)


def test_an_answer_from_before_the_last_message_does_not_move() -> None:
    visit = a_visit_after_message(last_sent_at=at(3), last_response_at=at(2), responses=1)
    assert held(a_conversation(visit), until=100, now=4).visit.last_response_at == at(2)


def test_before_the_first_message_nothing_moves() -> None:
    after = held(a_conversation(a_visit()), until=100, now=4)
    assert after.visit == a_visit()
    assert current_standstill(after, at(99)) is not None


def test_without_a_date_it_lasts_as_long_as_docs_incoming_mail_says() -> None:
    assert (AWAY_WITHOUT_A_DATE.days, AFTER_SOFT_BOUNCE.days) == (3, 1)


@pytest.mark.parametrize("until", [4, 3, -100, 50, 60])
def test_what_is_over_or_no_longer_changes_nothing(until: float) -> None:
    before = held(spoken(), until=60, now=4)
    assert stand_still(before, away(at(until)), at(4)) is None


def test_a_longer_one_moves_by_the_rest_only() -> None:
    after = held(held(spoken(), until=60, now=4), until=100, now=50)
    assert after.visit.first_sent_at == at(96)  # 56 hours until 60, and 40 more


@pytest.mark.parametrize("status", [ConversationStatus.ESCALATED, ConversationStatus.COMPLETED])
def test_only_what_goes_on_by_itself_stands_still(status: ConversationStatus) -> None:
    conversation = spoken().model_copy(update={"status": status})
    assert stand_still(conversation, away(at(100)), at(4)) is None


def test_decide_waits_until_then() -> None:
    after = held(spoken(), until=100, now=4)
    decision = decide(after, a_template(), FACTS, at(50))
    assert decision == Wait("out_of_office", "the recipient is away", at(100))
    assert not isinstance(
        decide(after, a_template(a_stage(response_required=False)), FACTS, at(100)), Wait
    )


def test_decide_does_not_wait_beyond_the_end_of_the_campaign() -> None:
    facts = CampaignFacts(1.0, ends_at=at(60))
    decision = decide(held(spoken(), until=100, now=4), a_template(), facts, at(50))
    assert isinstance(decision, Wait)
    assert decision.until == at(60)


def test_a_message_that_was_to_leave_waits() -> None:
    facts = gate_facts(standstill=away(at(100)))
    sending = SendingFacts(CampaignStatus.ACTIVE, None, facts)
    stop = gate(a_ledger_entry(), sending, at(50))
    assert stop is not None
    assert (stop.status, stop.rule) == (DeliveryStatus.DEFERRED, "out_of_office")
    assert stop.until == at(100)
    assert gate(a_ledger_entry(), sending, at(100)) is None


def test_a_reply_while_away_is_an_answer_at_its_own_time() -> None:
    before = held(spoken(), until=100, now=4)
    after, _, _ = apply_reply(before, a_stage(), a_reply(), an_analysis(), at(10))
    assert after.visit.last_response_at == at(10)
    assert after.answered_after_seconds == timedelta(hours=4).total_seconds()
