"""What rules read in a letter: its kind, intents, sentiment, answers, and how sure they are."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Final

from comm_pipeline.bot.auto_replies import find_auto_label, find_machine
from comm_pipeline.bot.extraction import Answer, find_values
from comm_pipeline.bot.intents import FoundIntent, find_intents, has_real_thanks
from comm_pipeline.bot.letters import Letter
from comm_pipeline.bot.meeting_times import find_meeting_times
from comm_pipeline.bot.named import find_named
from comm_pipeline.bot.objections import find_objections
from comm_pipeline.bot.out_of_office import find_absence, find_notice
from comm_pipeline.bot.questions import find_questions
from comm_pipeline.bot.return_dates import find_return
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.bot.sentiment import find_sentiment
from comm_pipeline.bot.spelling import corrected
from comm_pipeline.bot.stand_ins import find_stand_in
from comm_pipeline.domain.analysis import BY_HAND, Analysis, Intent, ReplyKind
from comm_pipeline.domain.templates import CampaignTemplate, Stage

ANALYSER: Final = "rules"
VERSION: Final = "8"
#: Characters of the words that led to a finding.
EVIDENCE: Final = 200


def find_kind(letter: Letter, opt_out: str | None, evidence: dict[str, str]) -> ReplyKind:
    """Return what sort of message a letter is; ``opt_out`` are the words of one, if there are."""
    kind, words = ReplyKind.GENUINE, None
    if opt_out:
        kind, words = ReplyKind.OPT_OUT, opt_out
    elif words := find_notice(letter.folded, letter.subject):
        kind = ReplyKind.OUT_OF_OFFICE
    elif words := find_auto_label(letter.folded, letter.subject) or find_machine(letter.folded):
        kind = ReplyKind.AUTO_REPLY
    if words:
        evidence[kind.value] = words[:EVIDENCE]
    return kind


def read_as(
    letter: Letter,
    template: CampaignTemplate,
    stage: Stage,
    kind: ReplyKind,
    evidence: dict[str, str],
) -> Analysis:
    """Return what a letter of a kind says; ``evidence`` holds the words for that kind."""
    intents = _intents(letter, kind, evidence)
    answers = _answers(letter, template, stage, evidence) if kind in BY_HAND else {}
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


def _intents(letter: Letter, kind: ReplyKind, evidence: dict[str, str]) -> tuple[Intent, ...]:
    found = _by_hand(letter) if kind in BY_HAND else _of_a_notice(letter, kind)
    for one in found:
        evidence[f"intent:{one.intent}"] = letter.text[one.start : one.end][:EVIDENCE]
    intents = tuple(one.intent for one in found)
    if kind is ReplyKind.OPT_OUT:
        intents = (Intent.OPT_OUT, *(one for one in intents if one not in NOT_WITH_OPT_OUT))
    if not _NO.isdisjoint(intents) and not has_real_thanks(letter.folded):
        intents = tuple(one for one in intents if one is not Intent.THANKS)
    return intents or ((Intent.UNCLEAR,) if kind in BY_HAND else ())


def _by_hand(letter: Letter) -> list[FoundIntent]:
    found = _found_intents(letter)
    is_known = any(one.intent is Intent.REFERRAL for one in found)
    if not is_known and (place := find_stand_in(letter.text, is_answer=True)):
        found.append(FoundIntent(Intent.REFERRAL, *place))
    return found


def _of_a_notice(letter: Letter, kind: ReplyKind) -> list[FoundIntent]:
    """Return what a notice may still tell: who has left, and whom to turn to."""
    found = _found_intents(letter) if kind is ReplyKind.AUTO_REPLY else []
    found = [one for one in found if one.intent is Intent.WRONG_PERSON]
    if place := find_stand_in(letter.text):
        found.append(FoundIntent(Intent.REFERRAL, *place))
    return found


#: Thanks that go with these are manners.
_NO: Final = frozenset({Intent.OPT_OUT, Intent.REFUSAL})
#: What the words of an opt-out sound like, and are not.
NOT_WITH_OPT_OUT: Final = frozenset(
    {
        Intent.INTEREST,
        Intent.MEETING,
        Intent.CONFIRMATION,
        Intent.NOT_NOW,
        Intent.REQUEST_INFO,
        Intent.QUESTION,
    }
)


def _found_intents(letter: Letter) -> list[FoundIntent]:
    if letter.language not in {"en", None}:  # the key words are English
        return find_intents(letter.sentences)
    return find_intents(Sentence(one.start, corrected(one.text)) for one in letter.sentences)


def _back_at(letter: Letter, kind: ReplyKind) -> datetime | None:
    if letter.received is None or kind is ReplyKind.AUTO_REPLY:
        return None
    if kind is not ReplyKind.OUT_OF_OFFICE and not find_absence(letter.folded):
        return None
    day = find_return(letter.folded, letter.received, letter.language, letter.country)
    return datetime.combine(day, time(), letter.zone) if day else None


def _answers(
    letter: Letter, template: CampaignTemplate, stage: Stage, evidence: dict[str, str]
) -> dict[str, Any]:
    """Return what only counts in a reply that somebody wrote by hand."""
    objections = list(find_objections(corrected(letter.folded)))
    for objection, start, end in objections:
        evidence[f"objection:{objection}"] = letter.text[start:end][:EVIDENCE]
    answer = Answer(letter.text, letter.received, letter.language, letter.country)
    values = list(find_values(answer, template, stage))
    named = list(find_named(letter.text, template))
    evidence.update((name, words[:EVIDENCE]) for name, words in _both(named, values))
    return {
        "named_responses": tuple(name for name, _ in named),
        "values": {name: value for name, value, _ in values},
        "objections": tuple(objection for objection, _, _ in objections),
        "questions": find_questions(letter.sentences, letter.text),
        "meeting_times": find_meeting_times(
            letter.folded, letter.text, letter.received, letter.language, letter.country
        ),
    }


def _both(
    named: Iterable[tuple[str, str]], values: Iterable[tuple[str, Any, str]]
) -> Iterable[tuple[str, str]]:
    yield from named
    yield from ((name, words) for name, _, words in values)


def _confidence(letter: Letter, kind: ReplyKind, intents: tuple[Intent, ...]) -> float:
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
