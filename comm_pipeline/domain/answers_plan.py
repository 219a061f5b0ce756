"""What an answer consists of, or why there is none. Pure; ``decision`` makes a decision of it.

The rules, in the order in which they are asked:

1. The reply says something for which a person is to be called (``escalate_on``).
2. The analyser is not sure (``min_confidence``), and the reply held nothing that was looked for.
3. It asks something that no text of the template is about, whatever else it says: a person is
   called, unless there is an ``otherwise``, which is said to it then (``answers_questions``).
4. Nothing is to be said: silence; the conversation goes on as without answers. It ends if the reply
   says something of ``end_on``.
5. The recipient has had ``max_per_day`` answers within 24 hours: a person is called.
6. An answer, of these parts: greeting, sentiment, answers to questions, intents and objections (or
   ``otherwise``), one emphasis, one question for what is not known, or the next step, closing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from comm_pipeline.domain.analysis import INTENT_MEANINGS, Intent, Sentiment
from comm_pipeline.domain.answers_guards import phrase_pattern
from comm_pipeline.domain.answers_questions import asked_in, unanswered
from comm_pipeline.domain.answers_rules import A_DAY, AnswerRules
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.answers_texts import Answers, AnswerTexts

#: After these nothing is asked, proposed or praised.
_DECLINES: Final = frozenset({Intent.REFUSAL, Intent.NOT_NOW, Intent.WRONG_PERSON})


@dataclass(frozen=True, slots=True)
class AnswerGuide:
    """Texts and rules of a stage, as they hold there."""

    texts: Answers
    rules: AnswerRules

    def texts_in(self, language: str | None) -> AnswerTexts:
        """Return the texts for who writes in ``language``."""
        other = self.texts.languages.get(language) if language else None
        return self.texts if other is None else other

    def language_of(self, language: str | None) -> str:
        """Return the language of those texts."""
        return language if language and language in self.texts.languages else self.texts.language


class Kind(StrEnum):
    """What becomes of a reply that waits for an answer."""

    ANSWER = "answer"
    SILENCE = "silence"
    ESCALATE = "escalate"
    END = "end"


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a reply, with rule and reason; ``parts`` name the texts of an answer."""

    kind: Kind
    rule: str
    reason: str
    parts: tuple[str, ...] = ()


def plan_answer(
    answering: Answering,
    pending: PendingAnswer,
    guide: AnswerGuide,
    known: Mapping[str, Any],
    now: datetime,
) -> Plan:
    """Return what becomes of a reply; ``known`` are the values found in answers so far."""
    called = next(_reasons_to_call(pending, guide.rules), None)
    if called is not None:
        return called
    texts = guide.texts_in(pending.language)
    replies = tuple(_replies(pending, texts))
    left = next(unanswered(pending, replies, texts), None)
    if left is not None and texts.otherwise is None:
        return Plan(Kind.ESCALATE, "unanswered_question", f"no text answers: {left[:200]}")
    if left is not None:
        replies = (*replies, "otherwise")
    parts = _parts(answering, pending, texts, replies, known)
    ends = [intent for intent in pending.intents if intent in guide.rules.end_on]
    if not parts:
        return _nothing_said(ends)
    recent = [one for one in answering.answered_at if one > now - A_DAY]
    if len(recent) >= guide.rules.max_per_day:
        reason = f"{len(recent)} answers within 24 hours; up to {guide.rules.max_per_day} may be"
        return Plan(Kind.ESCALATE, "max_answers_per_day", reason)
    return Plan(Kind.ANSWER, "answer", f"answers with {', '.join(parts)}", parts)


def ends_conversation(pending: PendingAnswer, rules: AnswerRules) -> bool:
    """Return whether the conversation ends with the answer."""
    return any(intent in rules.end_on for intent in pending.intents)


def _reasons_to_call(pending: PendingAnswer, rules: AnswerRules) -> Iterator[Plan]:
    for intent in pending.intents:
        if intent in rules.escalate_on:
            words = pending.evidence.get(intent)
            said = f' ("{words}")' if words else ""
            reason = f"{intent}: {INTENT_MEANINGS[intent]}{said}"
            yield Plan(Kind.ESCALATE, "escalate_on", reason)
    if pending.confidence < rules.min_confidence and not pending.is_understood:
        reason = (
            f"the analyser is {pending.confidence:.0%} sure of the reply; "
            f"{rules.min_confidence:.0%} are wanted"
        )
        yield Plan(Kind.ESCALATE, "low_confidence", reason)


def _nothing_said(ends: list[Intent]) -> Plan:
    if ends:
        return Plan(Kind.END, "end_on", f"{ends[0]}: {INTENT_MEANINGS[ends[0]]}")
    return Plan(Kind.SILENCE, "nothing_to_say", "the template has no text for this reply")


def _replies(pending: PendingAnswer, texts: AnswerTexts) -> Iterator[str]:
    """Yield the parts that respond to what was said."""
    asked = {*pending.questions, *asked_in(pending)}
    for number, known in enumerate(texts.questions):
        patterns = [phrase_pattern(phrase) for phrase in known.phrases]
        if any(pattern.search(one) for pattern in patterns for one in asked):
            yield f"questions.{number}"
    yield from (f"intents.{one}" for one in pending.intents if one in texts.intents)
    yield from (f"objections.{one}" for one in pending.objections if one in texts.objections)


def _parts(
    answering: Answering,
    pending: PendingAnswer,
    texts: AnswerTexts,
    replies: tuple[str, ...],
    known: Mapping[str, Any],
) -> tuple[str, ...]:
    """Return the parts of an answer in order; none if there is nothing to say."""
    declines = any(intent in _DECLINES for intent in pending.intents)
    asked = None if declines else _question_for(answering, texts, known)
    body = replies or (("otherwise",) if texts.otherwise is not None else ())
    feeling = [f"sentiments.{pending.sentiment}"] if pending.sentiment in texts.sentiments else []
    if not (body or feeling or asked):
        return ()
    is_glad = not declines and pending.sentiment is not Sentiment.NEGATIVE
    parts = [*feeling, *body]
    if is_glad and body:
        parts += _emphasis(answering, pending, texts)
    if asked is not None:
        parts.append(asked)
    elif not declines and texts.next_step is not None:
        parts.append("next_step")
    opening = ["greeting"] if texts.greeting is not None else []
    ending = ["closing"] if texts.closing is not None else []
    return (*opening, *parts, *ending)


def _question_for(answering: Answering, texts: AnswerTexts, known: Mapping[str, Any]) -> str | None:
    """Return the first question for something that is not known and was not asked for before."""
    return next(
        (
            part
            for name in texts.ask_for
            if known.get(name) is None and (part := f"ask_for.{name}") not in answering.said
        ),
        None,
    )


def _emphasis(answering: Answering, pending: PendingAnswer, texts: AnswerTexts) -> list[str]:
    parts = (f"emphasis.{number}" for number in range(len(texts.emphasis)))
    return [part for part in parts if remembered(part, pending) not in answering.said][:1]


def remembered(part: str, pending: PendingAnswer) -> str:
    """Return how a part is remembered: questions for the whole conversation, emphases by stage."""
    return part if part.startswith("ask_for.") else f"{pending.stage}:{part}"
