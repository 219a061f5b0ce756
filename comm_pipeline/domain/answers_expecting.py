"""What a reply that was just applied means for answering it."""

from datetime import datetime
from typing import Final, TypeVar

from comm_pipeline.domain.analysis import Analysis, ReplyKind, Sentiment
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.conversations import Conversation, DecisionRecord
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.templates import CampaignTemplate

T = TypeVar("T")

#: Questions and words that are kept of a reply, as many as analysers find; characters of each.
_MOST_KEPT: Final = 20
_KEPT: Final = 300


def expect_answer(
    conversation: Conversation,
    template: CampaignTemplate,
    reply: InboundMessage,
    analysis: Analysis,
    now: datetime,
) -> tuple[Conversation, tuple[DecisionRecord, ...]]:
    """Return the conversation with a reply to answer, and why a reply is not to be answered.

    Nothing changes where the template says nothing of answers, or nobody may be written to.
    """
    if not conversation.is_active or template.answer_guide(conversation.current_stage) is None:
        return conversation, ()
    if analysis.is_opt_out or analysis.kind is not ReplyKind.GENUINE:
        reason = f"no answer to this: {analysis.kind.value.replace('_', ' ')}"
        return conversation, (DecisionRecord(at=now, kind="silence", rule="kind", reason=reason),)
    answering = conversation.answering or Answering()
    pending = _pending(conversation, reply, analysis, now)
    if answering.pending is not None and not answering.pending.is_answered:
        pending = _together(answering.pending, pending)
    changed = answering.model_copy(update={"pending": pending})
    return conversation.model_copy(update={"answering": changed}), ()


def _pending(
    conversation: Conversation, reply: InboundMessage, analysis: Analysis, now: datetime
) -> PendingAnswer:
    evidence = {
        name.removeprefix("intent:"): words[:_KEPT]
        for name, words in analysis.evidence.items()
        if name.startswith(("intent:", "objection:"))
    }
    return PendingAnswer(
        reply_id=str(reply.id),
        stage=conversation.current_stage,
        at=now,
        message_id=reply.message_id,
        intents=analysis.intents,
        objections=analysis.objections,
        questions=tuple(one[:_KEPT] for one in analysis.questions[:_MOST_KEPT]),
        sentiment=analysis.sentiment,
        language=analysis.language,
        confidence=analysis.confidence,
        is_understood=bool(analysis.values or analysis.named_responses or analysis.objections),
        evidence=dict(list(evidence.items())[:_MOST_KEPT]),
    )


def _together(earlier: PendingAnswer, later: PendingAnswer) -> PendingAnswer:
    """Return what two replies say that get one answer; the one that is less clear counts."""
    return later.model_copy(
        update={
            "intents": _each(earlier.intents, later.intents),
            "objections": _each(earlier.objections, later.objections),
            "questions": _each(earlier.questions, later.questions)[-_MOST_KEPT:],
            "sentiment": min(earlier.sentiment, later.sentiment, key=_BADNESS.index),
            "language": later.language or earlier.language,
            "confidence": min(_certainty(earlier), _certainty(later)),
            "is_understood": False,
            "evidence": {**earlier.evidence, **later.evidence},
        }
    )


_BADNESS: Final = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)


def _certainty(pending: PendingAnswer) -> float:
    return 1.0 if pending.is_understood else pending.confidence


def _each(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))
