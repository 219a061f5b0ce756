"""What is stored and told of a reply: words that people read, names in documents, and limits."""

from typing import Any

import pytest

from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.replies import (
    MOST_REPLIES,
    InboundStatus,
    apply_reply,
    possible_opt_out,
)
from comm_pipeline.domain.templates import Stage
from comm_pipeline.errors import InvalidInputError
from comm_pipeline_tests.builders import (
    a_conversation,
    a_reply,
    a_stage,
    a_visit_after_message,
    an_analysis,
    at,
)

OPT_OUT = an_analysis(is_opt_out=True)


def spoken(received: int = 0, **overrides: Any) -> Conversation:
    """Return a conversation that has spoken and holds so many replies."""
    conversation = a_conversation(a_visit_after_message(), **overrides)
    metrics = conversation.metrics.model_copy(update={"messages_received": received})
    return conversation.model_copy(update={"metrics": metrics})


@pytest.mark.parametrize(
    ("analysis", "told"),
    [
        (an_analysis(), "a reply was received: no named response"),
        (an_analysis("deal", "meeting"), "a reply was received: deal, meeting"),
        (
            an_analysis("deal", values={"rating": 5, "size": "ten"}),
            "a reply was received: deal; rating = 5, size = ten",
        ),
        (OPT_OUT, "the recipient asked not to be written to again"),
        (
            an_analysis(may_be_opt_out=True),
            "possible opt-out: a person has to read the reply before anything is sent",
        ),
    ],
)
def test_a_reply_is_told_by_what_it_was_understood_to_say(analysis: Analysis, told: str) -> None:
    _, _, decision = apply_reply(spoken(), a_stage(), a_reply(), analysis, at(1))
    assert decision.reason == told


def test_an_opt_out_stands_in_the_conversation_as_its_reason() -> None:
    after, _, decision = apply_reply(spoken(), a_stage(), a_reply(), OPT_OUT, at(1))
    assert after.reason == decision.reason


@pytest.mark.parametrize(("length", "kept"), [(4_096, 4_096), (4_097, 4_096)])
def test_the_history_keeps_a_long_reply_s_beginning_and_its_length(length: int, kept: int) -> None:
    reply = a_reply("x" * length)
    _, entry, _ = apply_reply(spoken(), a_stage(), reply, an_analysis(), at(1))
    assert (entry.content, entry.metadata["characters"]) == ("x" * kept, length)


def test_the_last_reply_that_fits_is_taken_and_the_next_one_left_to_a_person() -> None:
    taken, _, _ = apply_reply(spoken(199), a_stage(), a_reply(), an_analysis(), at(1))
    assert taken.metrics.messages_received == MOST_REPLIES == 200
    with pytest.raises(InvalidInputError) as caught:
        apply_reply(taken, a_stage(), a_reply(), an_analysis(), at(1))
    assert str(caught.value) == (
        "the conversation holds as many replies as it can (200); a person has to read this one"
    )


def test_an_opt_out_ends_also_a_conversation_that_is_full() -> None:
    after, _, _ = apply_reply(spoken(200), a_stage(), a_reply(), OPT_OUT, at(1))
    assert not after.is_active


def test_a_thread_carries_its_ten_latest_messages_along() -> None:
    earlier = tuple(f"<{number}@x>" for number in range(10))
    after, _, _ = apply_reply(spoken(thread=earlier), a_stage(), a_reply(), an_analysis(), at(1))
    assert after.thread == (*earlier[1:], "<reply_1@example.com>")


def test_the_statuses_in_stored_messages_keep_their_names() -> None:
    stored = ["new", "applied", "noted", "unmatched", "malformed", "ignored"]
    assert [status.value for status in InboundStatus] == stored


@pytest.mark.parametrize(
    ("stage", "action"),
    [
        (a_stage(escalation_action="call_back"), "call_back"),
        (a_stage(), "notify_manager"),
        (None, "notify_manager"),
    ],
)
def test_a_possible_opt_out_calls_whom_the_stage_under_way_names(
    stage: Stage | None, action: str
) -> None:
    assert possible_opt_out(stage, at(1)).action == action
