"""One analysis of what a language model understood and what rules found in the same reply.

The model says what there is, with three exceptions. What would make a person be called stays if
rules have found it. What a template's own pattern finds is what its author asked for. And what
counts most, a named response or an opt-out, needs words that stand in the reply.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from comm_pipeline.bot.analyser import ReplyToAnalyse
from comm_pipeline.bot.cited_words import Source
from comm_pipeline.bot.understanding import FoundTime, Understanding, read_values
from comm_pipeline.domain.analysis import (
    BY_HAND,
    POSSIBLE_OPT_OUT,
    Analysis,
    Intent,
    MeetingTime,
    ModelUsage,
    ReplyKind,
)
from comm_pipeline.domain.stated_instants import believed_return
from comm_pipeline.domain.wanted_information import wanted_information

#: Intents for which a person is called, or that the law is about: no model explains them away.
_NEVER_LOST: Final = (
    Intent.LEGAL_THREAT,
    Intent.ANGER,
    Intent.DATA_REQUEST,
    Intent.PERSON_WANTED,
    Intent.COMPLAINT,
)
#: What a machine's message may still tell.
_OF_MACHINES: Final = frozenset({Intent.WRONG_PERSON, Intent.REFERRAL})
#: No model is surer than explicit words.
_SUREST: Final = 0.95
#: How sure one may be where rules have read the opposite.
_DISPUTED: Final = 0.4
#: How sure one may be of a reply in which nothing was recognised, as rules are.
_UNCLEAR: Final = 0.2
_OPPOSITES: Final = ({Intent.INTEREST, Intent.REFUSAL}, {Intent.CONFIRMATION, Intent.REFUSAL})


def merged(
    understood: Understanding, by_rules: Analysis, reply: ReplyToAnalyse, own_words: str
) -> Analysis:
    """Return the analysis of a reply that rules take for a genuine one.

    ``own_words`` is what the model was given of it. Name and version are still those of the rules.
    """
    source = Source(own_words)
    kind = _kind(understood, source, by_rules)
    intents = _intents(understood, by_rules, kind)
    found: dict[str, Any] = {
        "kind": kind,
        "is_opt_out": kind is ReplyKind.OPT_OUT,
        "may_be_opt_out": by_rules.may_be_opt_out and kind is not ReplyKind.OPT_OUT,
        "intents": intents,
        "sentiment": understood.sentiment,
        "sentiment_score": understood.sentiment_score,
        "confidence": _confidence(understood, by_rules, kind),
        "language": understood.language or by_rules.language,
        "out_of_office_until": _back_at(understood, reply) or by_rules.out_of_office_until,
        "suggested_stage": understood.suggested_stage,
        "evidence": _evidence(understood, by_rules, intents, kind, source),
        **(_answers(understood, by_rules, reply, source) if kind in BY_HAND else _NO_ANSWERS),
    }
    return by_rules.model_copy(update=found)


_NO_ANSWERS: Final[Mapping[str, Any]] = {
    "named_responses": (),
    "values": {},
    "objections": (),
    "questions": (),
    "meeting_times": (),
}


def _kind(understood: Understanding, source: Source, by_rules: Analysis) -> ReplyKind:
    if source.has(_opt_out_words(understood)):
        return ReplyKind.OPT_OUT
    # A person has answered, whatever else is said; and who may have said stop is looked at.
    if understood.named_responses or by_rules.may_be_opt_out:
        return ReplyKind.GENUINE
    return ReplyKind(understood.kind)


def _opt_out_words(understood: Understanding) -> str | None:
    intents = (one.words for one in understood.intents if one.intent is Intent.OPT_OUT)
    return understood.opt_out_words or next(intents, None)


def _intents(understood: Understanding, by_rules: Analysis, kind: ReplyKind) -> tuple[Intent, ...]:
    said = [one.intent for one in understood.intents]
    said = [one for one in said if one not in {Intent.OPT_OUT, Intent.UNCLEAR}]
    kept = [one for one in _NEVER_LOST if one in by_rules.intents]
    match kind:
        case ReplyKind.OUT_OF_OFFICE:
            return ()
        case ReplyKind.AUTO_REPLY:
            return _each(one for one in said if one in _OF_MACHINES)
        case ReplyKind.OPT_OUT:
            return _each((Intent.OPT_OUT, *said, *kept))
    return _each((*said, *kept)) or (Intent.UNCLEAR,)


def _each(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    return tuple(dict.fromkeys(intents))


def _confidence(understood: Understanding, by_rules: Analysis, kind: ReplyKind) -> float:
    sure = min(understood.confidence, _SUREST)
    said = {one.intent for one in understood.intents} - {Intent.UNCLEAR}
    for one in _OPPOSITES:
        if len(one & said) == 1 and one - said <= set(by_rules.intents):
            return min(sure, _DISPUTED)
    return min(sure, _UNCLEAR) if kind is ReplyKind.GENUINE and not said else sure


def _back_at(understood: Understanding, reply: ReplyToAnalyse) -> datetime | None:
    day, received = understood.out_of_office_until, reply.local_received_at
    if day is None or received is None or not received.date() <= day < date.max:
        return None
    begins_at = datetime.combine(day, time(), received.tzinfo or UTC).astimezone(UTC)
    return believed_return(begins_at, received)


def _answers(
    understood: Understanding, by_rules: Analysis, reply: ReplyToAnalyse, source: Source
) -> dict[str, Any]:
    """Return what only counts in a reply that somebody wrote by hand."""
    wanted = wanted_information(reply.template, reply.stage)
    as_asked = {
        name: value
        for name, value in by_rules.values.items()
        if (extraction := wanted[name].extraction) and extraction.pattern
    }
    named = [one.name for one in understood.named_responses if source.has(one.words)]
    return {
        "named_responses": tuple(dict.fromkeys(named)),
        "values": {**read_values(understood, tuple(wanted.values())), **as_asked},
        "objections": tuple(dict.fromkeys(one.objection for one in understood.objections)),
        "questions": tuple(one for one in understood.questions if source.has(one)),
        "meeting_times": tuple(map(_meeting_time, understood.meeting_times)),
    }


def _meeting_time(found: FoundTime) -> MeetingTime:
    return MeetingTime(
        words=found.words,
        day=found.day.isoformat() if found.day else None,
        time=found.time.strftime("%H:%M") if found.time else None,
        part_of_day=found.part_of_day,
    )


def _evidence(
    understood: Understanding,
    by_rules: Analysis,
    intents: tuple[Intent, ...],
    kind: ReplyKind,
    source: Source,
) -> dict[str, str]:
    """Return the words of each finding, as far as they stand in the reply."""
    said = {f"intent:{one.intent}": one.words for one in understood.intents}
    said |= {f"objection:{one.objection}": one.words for one in understood.objections}
    said |= {one.name: one.words for one in understood.named_responses}
    if kind is ReplyKind.OPT_OUT:
        said[kind.value] = _opt_out_words(understood) or ""
    kept = {f"intent:{one}" for one in _NEVER_LOST if one in intents}
    if kind is not ReplyKind.OPT_OUT:
        kept.add(POSSIBLE_OPT_OUT)
    return {
        **{name: words for name, words in by_rules.evidence.items() if name in kept},
        **{name: words for name, words in said.items() if source.has(words)},
    }


def with_usage(analysis: Analysis, usage: ModelUsage | None, reason: str) -> Analysis:
    """Return the analysis by rules that stands in for one by a model, with the reason."""
    return analysis.model_copy(update={"fallback_reason": reason, "usage": usage})
