from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.domain.conversations import Conversation, last_outbound_key
from comm_pipeline.domain.decision import Advance, Complete, Decision, Escalate, Wait
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.replies import apply_reply
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.domain.transition import (
    conclude,
    enter_stage,
    record,
    with_message,
    without_message,
)
from comm_pipeline.errors import IllegalTransitionError
from comm_pipeline_tests.builders import (
    DOMAIN,
    TEXT,
    a_conversation,
    a_reply,
    a_send,
    a_stage,
    a_visit_after_message,
    an_analysis,
    an_outbound_history_entry,
    at,
)

DECISION = StageName("decision")


def changed_fields(before: Conversation, after: Conversation) -> set[str]:
    old, new = before.model_dump(), after.model_dump()
    return {name for name in new if new[name] != old[name]}


def test_waiting_only_moves_the_next_look() -> None:
    before = a_conversation()
    after = without_message(before, Wait("rule", "reason", at(5)), at(1))
    assert changed_fields(before, after) == {"next_action_at"}
    assert after.next_action_at == at(5)


def test_what_is_due_is_not_due_before_its_time_when_it_comes_back_from_storage() -> None:
    until = at(5) + timedelta(microseconds=944_001)
    after = without_message(a_conversation(), Wait("rule", "reason", until), at(1))
    assert after.next_action_at == at(5) + timedelta(milliseconds=945)


def test_waiting_for_something_from_outside_plans_nothing() -> None:
    after = without_message(a_conversation(), Wait("rule", "reason", None), at(1))
    assert after.next_action_at is None


def test_advancing_leaves_one_stage_and_enters_the_next() -> None:
    after = without_message(a_conversation(), Advance("r", "r", DECISION), at(3))
    left, entered = after.stages
    assert (left.name, left.exited_at, left.completed) == ("awareness", at(3), True)
    assert (entered.name, entered.entered_at, entered.next_message) == ("decision", at(3), 0)
    assert after.current_stage == "decision"
    assert after.next_action_at == at(3)
    assert after.metrics.stage_progressions == 1
    assert after.status is ConversationStatus.ACTIVE


def test_an_escalation_is_remembered_by_the_visit() -> None:
    after = without_message(a_conversation(), Escalate("r", "no answer", "notify"), at(3))
    assert after.status is ConversationStatus.ESCALATED
    assert after.visit.is_escalated
    assert (after.outcome, after.reason, after.next_action_at) == (None, "no answer", None)
    assert after.visit.exited_at is None


@pytest.mark.parametrize(
    ("outcome", "status", "is_stage_completed"),
    [
        (Outcome.SUCCESS, ConversationStatus.COMPLETED, True),
        (Outcome.NO_RESPONSE, ConversationStatus.COMPLETED, False),
        (Outcome.OPTED_OUT, ConversationStatus.COMPLETED, False),
        (Outcome.EXPIRED, ConversationStatus.COMPLETED, False),
        (Outcome.HANDED_OFF, ConversationStatus.COMPLETED, False),
        (Outcome.BOUNCED, ConversationStatus.FAILED, False),
        (Outcome.ERROR, ConversationStatus.FAILED, False),
    ],
)
def test_a_conversation_ends_with_an_outcome(
    outcome: Outcome, status: ConversationStatus, is_stage_completed: bool
) -> None:
    after = without_message(a_conversation(), Complete("r", "why", outcome), at(3))
    assert (after.status, after.outcome, after.reason) == (status, outcome, "why")
    assert (after.visit.completed, after.visit.exited_at) == (is_stage_completed, at(3))
    assert after.next_action_at is None
    assert after.last_active == at(3)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_has_ended_ends_once(outcome: Outcome) -> None:
    ended = conclude(a_conversation(), Outcome.SUCCESS, "done", at(1))
    with pytest.raises(IllegalTransitionError):
        conclude(ended, outcome, "again", at(2))


def test_an_escalated_conversation_can_be_ended() -> None:
    escalated = without_message(a_conversation(), Escalate("r", "r", "notify"), at(1))
    after = conclude(escalated, Outcome.HANDED_OFF, "taken over", at(2))
    assert (after.status, after.outcome) == (ConversationStatus.COMPLETED, Outcome.HANDED_OFF)
    assert after.visit.is_escalated


def test_a_message_cannot_be_said_without_its_text() -> None:
    with pytest.raises(TypeError, match="with_message"):
        without_message(a_conversation(), a_send(), at(0))


def test_the_first_message_is_counted_and_remembered() -> None:
    after, entry = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(2))
    visit = after.visit
    assert (visit.next_message, visit.follow_ups_sent) == (1, 0)
    assert (visit.first_sent_at, visit.last_sent_at) == (at(2), at(2))
    assert after.metrics.messages_sent == 1
    assert after.outbox == (entry.message_id,) == (last_outbound_key(after),)
    assert after.thread == (entry.metadata["rfc_message_id"],)
    assert (entry.content, entry.metadata["subject"]) == (TEXT.text, TEXT.subject)
    assert "in_reply_to" not in entry.metadata


def test_a_follow_up_answers_the_message_before_it() -> None:
    said, first = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(0))
    after, follow_up = with_message(said, a_send(0, 1), TEXT, DOMAIN, at(48))
    assert (after.visit.next_message, after.visit.follow_ups_sent) == (1, 1)
    assert (after.visit.first_sent_at, after.visit.last_sent_at) == (at(0), at(48))
    assert follow_up.metadata["in_reply_to"] == first.metadata["rfc_message_id"]
    assert after.outbox == (first.message_id, follow_up.message_id)


def test_a_follow_up_after_a_reply_answers_the_reply() -> None:
    said, first = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(0))
    replied, _, _ = apply_reply(said, a_stage(), a_reply(), an_analysis(), at(1))
    _, entry = with_message(replied, a_send(1), TEXT, DOMAIN, at(2))
    assert entry.metadata["in_reply_to"] == "<reply_1@example.com>"
    assert entry.metadata["references"] == [
        first.metadata["rfc_message_id"],
        "<reply_1@example.com>",
    ]


def test_the_next_message_starts_its_own_count_of_follow_ups() -> None:
    visit = a_visit_after_message(follow_ups_sent=2)
    after, _ = with_message(a_conversation(visit), a_send(1), TEXT, DOMAIN, at(5))
    assert (after.visit.next_message, after.visit.follow_ups_sent) == (2, 0)


def test_a_thread_carries_the_ten_latest_messages() -> None:
    conversation = a_conversation(thread=tuple(f"<{number}@x>" for number in range(10)))
    after, entry = with_message(conversation, a_send(), TEXT, DOMAIN, at(0))
    assert len(after.thread) == 10
    assert after.thread[0] == "<1@x>"
    assert after.thread[-1] == entry.metadata["rfc_message_id"]


def test_html_is_kept_only_if_there_is_some() -> None:
    html = TEXT._replace(html="<p>Hello</p>")
    _, plain = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(0))
    _, rich = with_message(a_conversation(), a_send(), html, DOMAIN, at(0))
    assert "html" not in plain.metadata
    assert rich.metadata["html"] == "<p>Hello</p>"


def test_the_ledger_entry_follows_from_the_history() -> None:
    after, entry = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(2))
    made = ledger_entry(after, entry)
    assert made == ledger_entry(after, entry)
    assert (made.id, made.message_id) == (entry.message_id, entry.metadata["rfc_message_id"])
    assert (made.address, made.status) == ("user_1@example.com", "queued")
    assert made.created_at == made.next_attempt_at == at(2)


def test_an_inbound_entry_has_no_place_in_the_ledger() -> None:
    _, entry, _ = apply_reply(a_conversation(), a_stage(), a_reply(), an_analysis(), at(1))
    with pytest.raises(ValueError, match="not outbound"):
        ledger_entry(a_conversation(), entry)


def test_the_builder_of_history_writes_what_the_transition_writes() -> None:
    _, entry = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(0))
    assert entry == an_outbound_history_entry()


def test_before_its_first_message_a_stage_has_no_latest_one() -> None:
    assert last_outbound_key(a_conversation()) is None
    entered = enter_stage(a_conversation(a_visit_after_message()), DECISION, at(1))
    assert last_outbound_key(entered) is None


@pytest.mark.parametrize(
    ("decision", "kind", "until"),
    [
        (a_send(), "send", None),
        (Advance("r", "why", DECISION), "advance", None),
        (Escalate("r", "why", "notify"), "escalate", None),
        (Complete("r", "why", Outcome.SUCCESS), "complete", None),
        (Wait("r", "why", at(5)), "wait", at(5)),
    ],
)
def test_a_decision_is_stored_with_its_rule(decision: Decision, kind: str, until: Any) -> None:
    stored = record(decision, at(1))
    assert (stored.at, stored.kind, stored.until) == (at(1), kind, until)
    assert (stored.rule, stored.reason) == (decision.rule, decision.reason)


def test_transitions_leave_their_input_alone() -> None:
    before = a_conversation()
    copy = before.model_dump()
    with_message(before, a_send(), TEXT, DOMAIN, at(1))
    enter_stage(before, DECISION, at(1))
    conclude(before, Outcome.SUCCESS, "done", at(1))
    assert before.model_dump() == copy
