from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from comm_pipeline.domain.conversations import Direction, has_answered_since
from comm_pipeline.domain.replies import InboundMessage, InboundStatus, apply_reply, has_message
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline_tests.builders import (
    FACTS,
    START,
    a_conversation,
    a_reply,
    a_stage,
    a_template,
    a_visit,
    a_visit_after_message,
    an_analysis,
    at,
)
from comm_pipeline_tests.passes import receive, run_pass

OPT_OUT = an_analysis(is_opt_out=True)


def spoken(**overrides: Any) -> Any:
    """Return a conversation whose stage has said its first message."""
    return a_conversation(a_visit_after_message(), **overrides)


def test_a_reply_counts_as_a_response_and_makes_the_conversation_due() -> None:
    reply = a_reply(received_at=at(4))
    after, _, decision = apply_reply(spoken(), a_stage(), reply, an_analysis(), at(5))
    assert after.visit.responses == 1
    assert after.visit.last_response_at == at(5)
    assert after.next_action_at == after.last_active == at(5)
    assert after.metrics.messages_received == 1
    assert (decision.at, decision.kind, decision.rule) == (at(5), "receive", "reply")


def test_a_response_comes_after_what_it_answers_whatever_the_clocks_say() -> None:
    after, _, _ = apply_reply(spoken(), a_stage(), a_reply(), an_analysis(), at(-1))
    said_at = spoken().visit.last_sent_at
    assert after.visit.last_response_at == said_at + timedelta(milliseconds=1)
    assert has_answered_since(after.visit, said_at)


def test_what_may_be_an_opt_out_is_handed_to_a_person_and_nothing_is_said() -> None:
    analysis = an_analysis(may_be_opt_out=True)
    after, entry, decision = apply_reply(spoken(), a_stage(), a_reply(), analysis, at(5))
    assert (after.status, after.outcome) == (ConversationStatus.ESCALATED, None)
    assert after.next_action_at is None
    assert after.visit.is_escalated
    assert (decision.kind, decision.rule) == ("escalate", "possible_opt_out")
    assert decision.action == "notify_manager"
    assert after.reason == decision.reason
    assert after.metrics.messages_received == 1
    assert entry.metadata["analysis"]["may_be_opt_out"] is True


@pytest.mark.parametrize("status", [ConversationStatus.ESCALATED, ConversationStatus.COMPLETED])
def test_a_possible_opt_out_calls_a_person_also_where_one_has_it_or_it_has_ended(
    status: ConversationStatus,
) -> None:
    held = spoken(status=status, reason="as it was")
    after, _, decision = apply_reply(
        held, a_stage(), a_reply(), an_analysis(may_be_opt_out=True), at(5)
    )
    assert (after.status, after.reason) == (status, "as it was")
    assert (decision.kind, decision.rule) == ("escalate", "possible_opt_out")


def test_nobody_is_asked_about_somebody_who_has_said_stop() -> None:
    ended = spoken(status=ConversationStatus.COMPLETED, outcome=Outcome.OPTED_OUT)
    _, _, decision = apply_reply(
        ended, a_stage(), a_reply(), an_analysis(may_be_opt_out=True), at(5)
    )
    assert decision.kind == "receive"


def test_the_history_keeps_the_reply_as_it_came() -> None:
    reply, analysis = a_reply(received_at=at(4)), an_analysis("accept_proposal")
    _, entry, _ = apply_reply(spoken(), a_stage(), reply, analysis, at(5))
    assert (entry.message_id, entry.direction) == ("reply_1", Direction.INBOUND)
    assert (entry.content, entry.timestamp) == (reply.text, at(4))
    assert entry.metadata["analysis"]["named_responses"] == ("accept_proposal",)
    assert entry.metadata["applied_at"] == at(5)


def test_named_responses_are_gathered_once_each() -> None:
    visit = a_visit_after_message(named_responses=("first",))
    analysis = an_analysis("second", "first", "second")
    after, _, decision = apply_reply(a_conversation(visit), a_stage(), a_reply(), analysis, at(1))
    assert after.visit.named_responses == ("first", "second")
    assert "second" in decision.reason


def test_a_reply_before_the_stage_speaks_counts_for_the_campaign_only() -> None:
    early = a_conversation(a_visit())
    after, _, _ = apply_reply(early, a_stage(), a_reply(), an_analysis("first"), at(1))
    assert after.named_responses == ("first",)
    assert (after.visit.named_responses, after.visit.responses) == ((), 0)


def test_later_values_replace_earlier_ones() -> None:
    conversation = spoken(context={"recipient": {"id": 1}, "response": {"rating": 2, "size": 9}})
    analysis = an_analysis(values={"rating": 5})
    after, _, decision = apply_reply(conversation, a_stage(), a_reply(), analysis, at(1))
    assert after.context == {"recipient": {"id": 1}, "response": {"rating": 5, "size": 9}}
    assert "rating = 5" in decision.reason


def test_the_thread_goes_on_with_the_reply() -> None:
    after, _, _ = apply_reply(spoken(thread=("<a@x>",)), a_stage(), a_reply(), OPT_OUT, at(1))
    assert after.thread == ("<a@x>", "<reply_1@example.com>")
    unthreaded = a_reply(message_id=None)
    after, _, _ = apply_reply(spoken(thread=("<a@x>",)), a_stage(), unthreaded, OPT_OUT, at(1))
    assert after.thread == ("<a@x>",)


def test_a_reply_before_the_stage_has_spoken_is_no_response_to_it() -> None:
    after, _, _ = apply_reply(a_conversation(a_visit()), a_stage(), a_reply(), an_analysis(), at(1))
    assert after.visit.responses == 0
    assert after.metrics.messages_received == 1
    assert after.next_action_at == at(1)


def test_an_early_reply_does_not_keep_the_stage_from_asking_again() -> None:
    # The reply is applied and the first message said in one pass, at one instant.
    template = a_template(a_stage(max_follow_ups=1))
    early = receive(a_conversation(), template, a_reply(), an_analysis(), START)
    said = run_pass(early, template, FACTS, START).conversation
    followed_up = run_pass(said, template, FACTS, at(48))
    assert [entry.metadata["follow_up"] for entry in followed_up.said] == [1]


def test_a_stage_without_messages_hears_from_the_start() -> None:
    stage = a_stage(messages=())
    after, _, _ = apply_reply(a_conversation(a_visit()), stage, a_reply(), an_analysis(), at(1))
    assert after.visit.responses == 1


@pytest.mark.parametrize("status", [ConversationStatus.ACTIVE, ConversationStatus.ESCALATED])
def test_an_opt_out_ends_the_conversation(status: ConversationStatus) -> None:
    after, _, decision = apply_reply(spoken(status=status), a_stage(), a_reply(), OPT_OUT, at(1))
    assert after.status is ConversationStatus.COMPLETED
    assert after.outcome is Outcome.OPTED_OUT
    assert after.next_action_at is None
    assert (after.visit.exited_at, after.visit.completed) == (at(1), False)
    assert (decision.kind, decision.rule) == ("complete", "opt_out")


def test_an_opt_out_goes_before_an_acceptance_in_the_same_reply() -> None:
    analysis = an_analysis("accept_proposal", is_opt_out=True)
    after, _, _ = apply_reply(spoken(), a_stage(), a_reply(), analysis, at(1))
    assert after.outcome is Outcome.OPTED_OUT


@pytest.mark.parametrize("status", [ConversationStatus.COMPLETED, ConversationStatus.FAILED])
@pytest.mark.parametrize("is_opt_out", [True, False])
def test_a_reply_after_the_end_is_kept_and_changes_no_outcome(
    status: ConversationStatus, is_opt_out: bool
) -> None:
    ended = spoken(status=status, outcome=Outcome.SUCCESS, next_action_at=None)
    analysis = an_analysis(is_opt_out=is_opt_out)
    after, entry, _ = apply_reply(ended, a_stage(), a_reply(), analysis, at(1))
    assert (after.status, after.outcome, after.next_action_at) == (status, Outcome.SUCCESS, None)
    assert after.metrics.messages_received == 1
    assert entry.message_id == "reply_1"


def test_a_reply_to_an_escalated_conversation_wakes_nobody() -> None:
    escalated = spoken(status=ConversationStatus.ESCALATED, next_action_at=None)
    after, _, _ = apply_reply(escalated, a_stage(), a_reply(), an_analysis(), at(1))
    assert (after.status, after.next_action_at) == (ConversationStatus.ESCALATED, None)
    assert after.visit.responses == 1


def test_a_reply_that_comes_twice_is_recognised() -> None:
    template = a_template()
    once = receive(spoken(), template, a_reply(), an_analysis(), at(1))
    assert has_message(once, "reply_1")
    assert not has_message(once, "reply_2")
    assert receive(once, template, a_reply(), an_analysis(), at(2)) == once


def test_a_reply_id_that_is_no_text_is_recognised_by_its_text() -> None:
    template = a_template()
    once = receive(spoken(), template, a_reply(id=17), an_analysis(), at(1))
    assert has_message(once, "17")


def test_applying_changes_nothing_in_place() -> None:
    conversation = spoken(context={"response": {"rating": 1}})
    before = conversation.model_dump()
    apply_reply(conversation, a_stage(), a_reply(), an_analysis(values={"rating": 2}), at(1))
    assert conversation.model_dump() == before


def test_any_service_may_write_a_reply() -> None:
    reply = InboundMessage.model_validate(
        {
            "_id": "x",
            "text": "Yes",
            "received_at": "2026-03-02T10:00:00+01:00",
            "source": "imap",
        }
    )
    assert (reply.status, reply.received_at) == (InboundStatus.NEW, START)
    assert reply.model_extra == {"source": "imap"}


@pytest.mark.parametrize(
    "changes", [{"text": None}, {"text": "x" * 1_000_001}, {"received_at": "2026-03-02T10:00:00"}]
)
def test_a_malformed_reply_is_refused(changes: dict[str, Any]) -> None:
    document = {"_id": "x", "text": "Yes", "received_at": "2026-03-02T09:00:00Z"}
    with pytest.raises(ValidationError):
        InboundMessage.model_validate(document | changes)
