"""What is kept of a decision and of a message, beside the state that they lead to."""

import pytest

from comm_pipeline.domain.decision import Answer, Escalate
from comm_pipeline.domain.transition import record, with_message, without_message
from comm_pipeline_tests.builders import DOMAIN, TEXT, a_conversation, a_send, at


def test_what_a_hand_over_asks_for_is_kept() -> None:
    kept = record(Escalate("insufficient_response", "not the right one", "call_back"), at(3))
    assert (kept.kind, kept.action, kept.at) == ("escalate", "call_back", at(3))


def test_a_message_keeps_its_variant_and_says_that_the_conversation_is_alive() -> None:
    text = TEXT._replace(variant="short")
    changed, entry = with_message(a_conversation(), a_send(), text, DOMAIN, at(3))
    assert entry.metadata["variant"] == "short"
    assert changed.last_active == at(3)
    _, plain = with_message(a_conversation(), a_send(), TEXT, DOMAIN, at(3))
    assert "variant" not in plain.metadata


@pytest.mark.parametrize(("needs_approval", "kind"), [(True, "propose"), (False, "answer")])
def test_an_answer_that_needs_approval_is_kept_as_a_proposal(
    needs_approval: bool, kind: str
) -> None:
    assert record(Answer("answer", "thanks", (), needs_approval), at(3)).kind == kind


def test_what_is_said_needs_its_text() -> None:
    with pytest.raises(TypeError, match=r"text: use with_message or with_answer$"):
        without_message(a_conversation(), a_send(), at(3))
