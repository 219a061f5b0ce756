"""What is kept of a reply until it is answered, and of several that get one answer."""

from typing import Any

import pytest

from comm_pipeline.domain.analysis import Analysis, Intent, Objection, ReplyKind, Sentiment
from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.answers_state import PendingAnswer
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline_tests.builders import (
    a_conversation,
    a_reply,
    a_visit_after_message,
    an_analysis,
    at,
)

TEMPLATE = parse_template(
    {
        "stages": {"awareness": {"messages": ["Hello?"]}},
        "answers": {"intents": {"thanks": "You are welcome."}},
    }
)
SPOKEN = a_conversation(a_visit_after_message())


def heard(*replies: dict[str, Any]) -> PendingAnswer:
    """Return what waits after replies that were understood so, one an hour."""
    conversation: Conversation = SPOKEN
    for hour, said in enumerate(replies, start=1):
        reply = a_reply(id=f"reply_{hour}", message_id=f"<{hour}@example.com>")
        conversation, records = expect_answer(
            conversation, TEMPLATE, reply, an_analysis(**said), at(hour)
        )
        assert records == ()
    assert conversation.answering is not None
    assert conversation.answering.pending is not None
    return conversation.answering.pending


def test_a_reply_waits_as_it_was_understood() -> None:
    said = {
        "intents": (Intent.THANKS,),
        "objections": (Objection.PRICE,),
        "questions": ("Is it blue?",),
        "sentiment": Sentiment.POSITIVE,
        "language": "de",
        "confidence": 0.7,
        "evidence": {"intent:thanks": "cheers", "rating": "5"},
    }
    assert heard(said) == PendingAnswer.model_validate(
        said
        | {
            "reply_id": "reply_1",
            "stage": "awareness",
            "at": at(1),
            "message_id": "<1@example.com>",
            "is_understood": True,
            "evidence": {"thanks": "cheers"},
        }
    )


@pytest.mark.parametrize(
    ("analysis", "is_understood"),
    [
        (an_analysis(), False),
        (an_analysis(values={"rating": 5}), True),
        (an_analysis("deal"), True),
        (an_analysis(objections=(Objection.TRUST,)), True),
    ],
)
def test_a_reply_is_understood_if_it_held_what_is_looked_for(
    analysis: Analysis, is_understood: bool
) -> None:
    after, _ = expect_answer(SPOKEN, TEMPLATE, a_reply(), analysis, at(1))
    assert after.answering is not None
    assert after.answering.pending is not None
    assert after.answering.pending.is_understood is is_understood


def test_of_long_replies_the_beginnings_are_kept() -> None:
    words = [f"{number} " + "x" * 300 for number in range(21)]
    evidence = {f"intent:{number}": text for number, text in enumerate(words)}
    pending = heard({"questions": tuple(words), "evidence": evidence})
    kept = [text[:300] for text in words[:20]]
    assert list(pending.questions) == list(pending.evidence.values()) == kept


def test_two_replies_that_get_one_answer_are_held_together() -> None:
    earlier = {
        "intents": (Intent.THANKS, Intent.INTEREST),
        "objections": (Objection.PRICE,),
        "questions": tuple(f"{number}?" for number in range(20)),
        "sentiment": Sentiment.NEGATIVE,
        "language": "de",
        "evidence": {"intent:thanks": "cheers", "intent:interest": "yes"},
    }
    later = {
        "intents": (Intent.QUESTION, Intent.THANKS),
        "objections": (Objection.TRUST, Objection.PRICE),
        "questions": ("last?",),
        "sentiment": Sentiment.POSITIVE,
        "evidence": {"intent:thanks": "thank you"},
    }
    pending = heard(earlier, later)
    assert (pending.reply_id, pending.at) == ("reply_2", at(2))
    assert pending.intents == (Intent.THANKS, Intent.INTEREST, Intent.QUESTION)
    assert pending.objections == (Objection.PRICE, Objection.TRUST)
    assert pending.questions == (*(f"{number}?" for number in range(1, 20)), "last?")
    assert pending.sentiment is Sentiment.NEGATIVE
    assert pending.evidence == {"thanks": "thank you", "interest": "yes"}


@pytest.mark.parametrize(
    ("earlier", "later", "language"),
    [("de", None, "de"), ("de", "fr", "fr"), (None, "fr", "fr"), (None, None, None)],
)
def test_the_latest_known_language_counts(
    earlier: str | None, later: str | None, language: str | None
) -> None:
    assert heard({"language": earlier}, {"language": later}).language == language


@pytest.mark.parametrize(
    ("earlier", "later", "confidence"),
    [
        ({"confidence": 0.7}, {"confidence": 0.4}, 0.4),
        ({"confidence": 0.2, "values": {"rating": 5}}, {"confidence": 0.7}, 0.7),
        ({"confidence": 0.2, "values": {"a": 1}}, {"confidence": 0.3, "values": {"b": 2}}, 1.0),
    ],
)
def test_the_reply_that_is_less_clear_counts(
    earlier: dict[str, Any], later: dict[str, Any], confidence: float
) -> None:
    pending = heard(earlier, later)
    assert (pending.confidence, pending.is_understood) == (confidence, False)


@pytest.mark.parametrize(
    ("analysis", "reason"),
    [
        (an_analysis(kind=ReplyKind.OUT_OF_OFFICE), "no answer to this: out of office"),
        (an_analysis(kind=ReplyKind.OPT_OUT, is_opt_out=True), "no answer to this: opt out"),
    ],
)
def test_why_a_reply_gets_no_answer_is_told(analysis: Analysis, reason: str) -> None:
    after, (record,) = expect_answer(SPOKEN, TEMPLATE, a_reply(), analysis, at(1))
    assert after is SPOKEN
    assert (record.kind, record.rule, record.reason) == ("silence", "kind", reason)


def test_nobody_is_answered_in_a_conversation_that_a_person_has() -> None:
    held = SPOKEN.model_copy(update={"status": ConversationStatus.ESCALATED})
    assert expect_answer(held, TEMPLATE, a_reply(), an_analysis(), at(1)) == (held, ())
