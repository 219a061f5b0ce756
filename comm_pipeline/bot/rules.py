"""The analyser by rules, and by a classifier where rules read nothing.

No network, no chance: the same answer for the same words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final

from comm_pipeline.bot.auto_replies import find_auto_label, find_machine
from comm_pipeline.bot.classifier import the_classifier
from comm_pipeline.bot.extraction import find_values
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.intents import FoundIntent, find_intents, has_real_thanks
from comm_pipeline.bot.language import detect_language
from comm_pipeline.bot.meeting_times import find_meeting_times
from comm_pipeline.bot.named import find_named
from comm_pipeline.bot.objections import find_objections
from comm_pipeline.bot.opt_outs import find_opt_out, mentions_opt_out
from comm_pipeline.bot.out_of_office import find_absence, find_notice
from comm_pipeline.bot.questions import find_questions
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.bot.return_dates import find_return
from comm_pipeline.bot.second_opinion import (
    is_long_enough,
    kind_of,
    may_be_opt_out,
    more_intents,
    telling,
)
from comm_pipeline.bot.sentences import Sentence, sentences_of
from comm_pipeline.bot.sentiment import find_sentiment
from comm_pipeline.bot.signatures import without_signature
from comm_pipeline.bot.spelling import corrected
from comm_pipeline.bot.stand_ins import find_stand_in
from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT, Analysis, Intent, ReplyKind
from comm_pipeline.domain.templates import CampaignTemplate, Stage

ANALYSER: Final = "rules"
VERSION: Final = "4"
#: How sure the analyser may be of what the classifier alone says, and of a possible opt-out.
_LEARNT: Final = 0.6
_DOUBT: Final = 0.2
#: Characters of the words that led to a finding.
_EVIDENCE: Final = 200


@dataclass(frozen=True, slots=True)
class _Letter:
    """What the author wrote, as it is and as patterns see it."""

    text: str
    folded: str
    subject: str
    received: date | None
    zone: tzinfo
    language: str | None
    sentences: tuple[Sentence, ...]


def analyse(
    text: str,
    template: CampaignTemplate,
    stage: Stage,
    received_at: datetime | None = None,
    subject: str | None = None,
) -> Analysis:
    """Return what a reply says, as far as rules and the template of its stage can tell.

    Days are only worked out if ``received_at`` is given; they count from it, in its time zone.
    """
    letter = _read(text, subject, received_at)
    evidence: dict[str, str] = {}
    kind = _kind(letter, find_opt_out(text, subject), evidence)
    found = _understood(letter, template, stage, kind, evidence)
    # Who gives what the template asks for has answered.
    if kind is not ReplyKind.GENUINE or not letter.text or found.values or found.named_responses:
        return found
    return _with_second_opinion(letter, template, stage, found)


def _understood(
    letter: _Letter,
    template: CampaignTemplate,
    stage: Stage,
    kind: ReplyKind,
    evidence: dict[str, str],
) -> Analysis:
    """Return what a letter of a kind says."""
    intents = _intents(letter, kind, evidence)
    answers = _answers(letter, template, stage, evidence) if _is_by_hand(kind) else {}
    sentiment, score = find_sentiment(letter.folded, letter.text, intents)
    return Analysis(
        analyser=ANALYSER,
        analyser_version=VERSION,
        kind=kind,
        is_opt_out=kind is ReplyKind.OPT_OUT,
        intents=intents,
        sentiment=sentiment,
        sentiment_score=score,
        confidence=_confidence(letter, kind, intents),
        language=letter.language,
        out_of_office_until=_back_at(letter, kind),
        **answers,
        evidence=evidence,
    )


def _with_second_opinion(
    letter: _Letter, template: CampaignTemplate, stage: Stage, found: Analysis
) -> Analysis:
    """Return what the classifier makes of a reply that rules take for a genuine one."""
    reading = the_classifier().read(letter.folded)
    kind, is_possible = ReplyKind.GENUINE, reading.is_sure(ReplyKind.OPT_OUT)
    if is_long_enough(letter.folded):
        kind = kind_of(reading, found.intents)
        is_possible = kind is ReplyKind.OPT_OUT or may_be_opt_out(reading, found.intents)
    if is_possible and mentions_opt_out(letter.text):  # which rules have found not to be meant
        is_possible = False
        kind = ReplyKind.GENUINE if kind is ReplyKind.OPT_OUT else kind
    if kind is not ReplyKind.GENUINE:
        words = {kind.value: _words_for(kind, letter)}
        other = _understood(letter, template, stage, kind, words)
        return other.model_copy(update={"confidence": _LEARNT})
    found = _with_intents(letter, found, more_intents(reading, found.intents))
    if not is_possible:
        return found
    words = {**found.evidence, POSSIBLE_OPT_OUT: _words_for(ReplyKind.OPT_OUT, letter)}
    doubt = {"confidence": min(found.confidence, _DOUBT), "evidence": words}
    return found.model_copy(update={"may_be_opt_out": True, **doubt})


def _with_intents(letter: _Letter, found: Analysis, more: tuple[Intent, ...]) -> Analysis:
    """Return an analysis by rules with the intents of the classifier beside its own."""
    if not more:
        return found
    words = {f"intent:{one}": _words_for(one, letter) for one in more}
    intents = (*(one for one in found.intents if one is not Intent.UNCLEAR), *more)
    sentiment, score = find_sentiment(letter.folded, letter.text, intents)
    return found.model_copy(
        update={
            "intents": intents,
            "sentiment": sentiment,
            "sentiment_score": score,
            "evidence": {**found.evidence, **words},
        }
    )


def _words_for(label: str, letter: _Letter) -> str:
    """Return the sentence that speaks most for a label of the classifier."""
    best = telling(label, letter.sentences, the_classifier())
    if best is None:
        return letter.text[:_EVIDENCE]
    return letter.text[best.start : best.start + len(best.text)].strip()[:_EVIDENCE]


def _read(text: str, subject: str | None, received_at: datetime | None) -> _Letter:
    own = without_signature(own_words(text, ANALYSED))
    folded = fold(own)
    return _Letter(
        text=own,
        folded=folded,
        subject=fold(subject or ""),
        received=received_at.date() if received_at else None,
        zone=(received_at.tzinfo if received_at else None) or UTC,
        language=detect_language(folded),
        sentences=tuple(sentences_of(folded)),
    )


def _kind(letter: _Letter, opt_out: str | None, evidence: dict[str, str]) -> ReplyKind:
    kind, words = ReplyKind.GENUINE, None
    if opt_out:
        kind, words = ReplyKind.OPT_OUT, opt_out
    elif words := find_notice(letter.folded, letter.subject):
        kind = ReplyKind.OUT_OF_OFFICE
    elif words := find_auto_label(letter.folded, letter.subject) or find_machine(letter.folded):
        kind = ReplyKind.AUTO_REPLY
    if words:
        evidence[kind.value] = words[:_EVIDENCE]
    return kind


def _is_by_hand(kind: ReplyKind) -> bool:
    return kind in {ReplyKind.GENUINE, ReplyKind.OPT_OUT}


def _intents(letter: _Letter, kind: ReplyKind, evidence: dict[str, str]) -> tuple[Intent, ...]:
    found = _by_hand(letter) if _is_by_hand(kind) else _of_a_notice(letter, kind)
    for one in found:
        evidence[f"intent:{one.intent}"] = letter.text[one.start : one.end][:_EVIDENCE]
    intents = tuple(one.intent for one in found)
    if kind is ReplyKind.OPT_OUT:
        intents = (Intent.OPT_OUT, *(one for one in intents if one not in _NOT_WITH_OPT_OUT))
    if not _NO.isdisjoint(intents) and not has_real_thanks(letter.folded):
        intents = tuple(one for one in intents if one is not Intent.THANKS)
    return intents or ((Intent.UNCLEAR,) if _is_by_hand(kind) else ())


def _by_hand(letter: _Letter) -> list[FoundIntent]:
    found = _found_intents(letter)
    is_known = any(one.intent is Intent.REFERRAL for one in found)
    if not is_known and (place := find_stand_in(letter.text, is_answer=True)):
        found.append(FoundIntent(Intent.REFERRAL, *place))
    return found


def _of_a_notice(letter: _Letter, kind: ReplyKind) -> list[FoundIntent]:
    """Return what a notice may still tell: who has left, and whom to turn to."""
    found = _found_intents(letter) if kind is ReplyKind.AUTO_REPLY else []
    found = [one for one in found if one.intent is Intent.WRONG_PERSON]
    if place := find_stand_in(letter.text):
        found.append(FoundIntent(Intent.REFERRAL, *place))
    return found


#: Thanks that go with these are manners.
_NO: Final = frozenset({Intent.OPT_OUT, Intent.REFUSAL})
#: What the words of an opt-out sound like, and are not.
_NOT_WITH_OPT_OUT: Final = frozenset(
    {
        Intent.INTEREST,
        Intent.MEETING,
        Intent.CONFIRMATION,
        Intent.NOT_NOW,
        Intent.REQUEST_INFO,
        Intent.QUESTION,
    }
)


def _found_intents(letter: _Letter) -> list[FoundIntent]:
    if letter.language not in {"en", None}:  # the key words are English
        return find_intents(letter.sentences)
    return find_intents(Sentence(one.start, corrected(one.text)) for one in letter.sentences)


def _back_at(letter: _Letter, kind: ReplyKind) -> datetime | None:
    if letter.received is None or kind is ReplyKind.AUTO_REPLY:
        return None
    if kind is not ReplyKind.OUT_OF_OFFICE and not find_absence(letter.folded):
        return None
    day = find_return(letter.folded, letter.received, letter.language)
    return datetime.combine(day, time(), letter.zone) if day else None


def _answers(
    letter: _Letter, template: CampaignTemplate, stage: Stage, evidence: dict[str, str]
) -> dict[str, Any]:
    """Return what only counts in a reply that somebody wrote by hand."""
    objections = list(find_objections(corrected(letter.folded)))
    for objection, start, end in objections:
        evidence[f"objection:{objection}"] = letter.text[start:end][:_EVIDENCE]
    values = list(find_values(letter.text, template, stage, letter.received))
    named = list(find_named(letter.text, template))
    evidence.update((name, words[:_EVIDENCE]) for name, words in _both(named, values))
    return {
        "named_responses": tuple(name for name, _ in named),
        "values": {name: value for name, value, _ in values},
        "objections": tuple(objection for objection, _, _ in objections),
        "questions": find_questions(letter.sentences, letter.text),
        "meeting_times": find_meeting_times(
            letter.folded, letter.text, letter.received, letter.language
        ),
    }


def _both(
    named: Iterable[tuple[str, str]], values: Iterable[tuple[str, Any, str]]
) -> Iterable[tuple[str, str]]:
    yield from named
    yield from ((name, words) for name, _, words in values)


def _confidence(letter: _Letter, kind: ReplyKind, intents: tuple[Intent, ...]) -> float:
    """Return how sure the rules may be: of explicit words very, of silence not at all."""
    if not letter.text:
        return 0.95 if kind is ReplyKind.OPT_OUT else 0.0
    if kind is not ReplyKind.GENUINE:
        return 0.95
    if intents == (Intent.UNCLEAR,):
        return 0.2
    sure = 0.85 if letter.language == "en" else 0.65
    contradiction = {Intent.REFUSAL, Intent.INTEREST} <= set(intents)
    length = max(0.0, len(letter.sentences) - 3 * len(intents)) * 0.02
    return round(max(0.3, sure - 0.25 * contradiction - 0.05 * (len(intents) > 3) - length), 2)
