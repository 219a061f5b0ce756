"""The analyser by rules, and by a classifier beside them.

No network, no chance: the same answer for the same words.
"""

from datetime import datetime
from typing import Final

from comm_pipeline.bot.auto_replies import is_to_a_model
from comm_pipeline.bot.classifier import the_classifier
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.letters import Letter, read_letter
from comm_pipeline.bot.opt_out_elsewhere import wants_back
from comm_pipeline.bot.opt_outs import find_opt_out, find_stop_line, mentions_opt_out
from comm_pipeline.bot.out_of_office import beside_absence
from comm_pipeline.bot.rule_reading import (
    ANALYSER,
    EVIDENCE,
    NOT_WITH_OPT_OUT,
    VERSION,
    find_kind,
    read_as,
)
from comm_pipeline.bot.second_opinion import (
    is_explained,
    is_far_from_opt_out,
    is_held_although_mentioned,
    is_long_enough,
    is_near_opt_out,
    is_something_else,
    kind_of,
    may_be_opt_out,
    more_intents,
    sure_sentence,
    telling,
)
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.bot.sentiment import find_sentiment
from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT, Analysis, Intent, ReplyKind
from comm_pipeline.domain.templates import CampaignTemplate, Stage

__all__ = ["ANALYSER", "VERSION", "analyse", "read_by_rules"]

#: How sure the analyser may be of what the classifier alone says, and of a possible opt-out.
_LEARNT: Final = 0.6
_DOUBT: Final = 0.2


def analyse(
    text: str,
    template: CampaignTemplate,
    stage: Stage,
    received_at: datetime | None = None,
    subject: str | None = None,
    country: str | None = None,
) -> Analysis:
    """Return what a reply says, as far as rules, classifier and the template of its stage can tell.

    Days are only worked out if ``received_at`` is given; they count from it, in its time zone.
    ``country`` (ISO 3166), where the writer is, tells what 03/04 means and whose crowns "kr" are.
    """
    letter = read_letter(text, subject, received_at, country)
    found = read_by_rules(text, letter, template, stage, subject)
    if not letter.text:
        return found
    if found.kind is ReplyKind.OPT_OUT:
        if not _is_doubtful(letter, subject):
            return _with_intents(letter, found)
        return _without_opt_out(letter, template, stage, found.evidence[ReplyKind.OPT_OUT])
    if found.kind is ReplyKind.GENUINE:
        return _with_second_opinion(letter, template, stage, found)
    return _beside_an_absence(letter, template, stage, found)


def read_by_rules(
    text: str,
    letter: Letter,
    template: CampaignTemplate,
    stage: Stage,
    subject: str | None = None,
) -> Analysis:
    """Return what rules alone read in a text, of which ``letter`` is the part by its author."""
    evidence: dict[str, str] = {}
    kind = find_kind(letter, find_opt_out(text, subject), evidence)
    return read_as(letter, template, stage, kind, evidence)


def _is_doubtful(letter: Letter, subject: str | None) -> bool:
    """Return whether a letter reads otherwise than its words of an opt-out; commands never do."""
    if letter.language is None or not is_long_enough(letter.folded):
        return False  # the classifier cannot tell
    if find_stop_line(letter.folded):
        return False
    is_command = bool(subject and find_stop_line(fold(subject)))
    if is_command:
        return False
    return wants_back(letter.folded) or is_far_from_opt_out(
        the_classifier().read(letter.folded), letter.sentences
    )


def _without_opt_out(
    letter: Letter, template: CampaignTemplate, stage: Stage, words: str
) -> Analysis:
    """Return what a letter says in which ``words`` may be an opt-out, and may be something else.

    In a machine's message they are something else, and in a notice of absence where they are far
    from any; of what somebody has written, a person has to judge.
    """
    evidence: dict[str, str] = {}
    found = read_as(letter, template, stage, find_kind(letter, None, evidence), evidence)
    if found.kind is ReplyKind.GENUINE:
        reading = the_classifier().read(letter.folded)
        if is_something_else(reading, letter.sentences):
            return _with_intents(letter, found)
        kind = kind_of(reading, found.intents)
        if kind is ReplyKind.GENUINE or wants_back(letter.folded):
            return _possible(_with_intents(letter, found), words)
        found = _learnt(letter, template, stage, kind)
    if found.kind is ReplyKind.OUT_OF_OFFICE:
        reading = the_classifier().read(letter.folded)
        return _possible(found, words) if is_near_opt_out(reading, letter.sentences) else found
    return found


def _beside_an_absence(
    letter: Letter, template: CampaignTemplate, stage: Stage, found: Analysis
) -> Analysis:
    """Return the analysis of a notice; who is absent may say stop in a sentence beside it.

    In other messages of machines sentences sound like one that are none, and are not looked at.
    """
    if found.kind is not ReplyKind.OUT_OF_OFFICE:
        return found
    words = sure_sentence(letter.sentences, the_classifier())
    if words is not None:
        return _possible(found, _quoted(words, letter))
    more = _opt_out_besides(letter, template, stage)
    return found if more is None else _possible(found, more)


def _opt_out_besides(letter: Letter, template: CampaignTemplate, stage: Stage) -> str | None:
    """Return words beside those of an absence that would hold a reply of their own, or None."""
    besides = beside_absence(letter)
    if besides is None:
        return None
    for one in besides.sentences:
        if find_stop_line(one.text):
            return _quoted(one, letter)
    found = read_as(besides, template, stage, ReplyKind.GENUINE, {})
    kind, is_possible = _second_kind(besides, found, has_answered=False)
    if not is_possible and kind is not ReplyKind.OPT_OUT:
        return None
    best = telling(ReplyKind.OPT_OUT, besides.sentences, the_classifier())
    return None if best is None else _quoted(best, letter)


def _learnt(letter: Letter, template: CampaignTemplate, stage: Stage, kind: ReplyKind) -> Analysis:
    """Return what a letter says that is of a kind because the classifier says so."""
    found = read_as(letter, template, stage, kind, {kind.value: _words_for(kind, letter)})
    return found.model_copy(update={"confidence": _LEARNT})


def _possible(found: Analysis, words: str) -> Analysis:
    """Return the analysis of a reply in which ``words`` may be an opt-out."""
    evidence = {**found.evidence, POSSIBLE_OPT_OUT: words}
    doubt = {"confidence": min(found.confidence, _DOUBT), "evidence": evidence}
    return found.model_copy(update={"may_be_opt_out": True, **doubt})


def _with_second_opinion(
    letter: Letter, template: CampaignTemplate, stage: Stage, found: Analysis
) -> Analysis:
    """Return what the classifier makes of a reply that rules take for a genuine one.

    Who gives what the template asks for has answered, and is not absent; but a number, a day or a
    "no" may stand beside an opt-out.
    """
    has_answered = bool(found.values or found.named_responses)
    kind, is_possible = _second_kind(letter, found, has_answered=has_answered)
    if kind is ReplyKind.OPT_OUT:
        return _with_intents(letter, _learnt(letter, template, stage, kind))
    if kind is not ReplyKind.GENUINE and not has_answered:
        learnt = _learnt(letter, template, stage, kind)
        return _beside_an_absence(letter, template, stage, learnt)
    if not has_answered:
        found = _with_intents(letter, found)
    if not is_possible:
        besides = None if has_answered else _opt_out_besides(letter, template, stage)
        return found if besides is None else _possible(found, besides)
    words = _words_for(ReplyKind.OPT_OUT, letter)
    return found if _names_a_response(words, found) else _possible(found, words)


def _second_kind(letter: Letter, found: Analysis, *, has_answered: bool) -> tuple[ReplyKind, bool]:
    """Return what sort of message a letter is by the classifier, and whether it may be an opt-out.

    Words of an opt-out that stand in it are those that rules have found not to be meant. Of a few
    words ("Tell me more please") what rules have read in them is all that they say.
    """
    reading = the_classifier().read(letter.folded)
    kind, is_possible = ReplyKind.GENUINE, reading.is_sure(ReplyKind.OPT_OUT)
    is_possible = is_possible and NOT_WITH_OPT_OUT.isdisjoint(found.intents)
    if is_long_enough(letter.folded):
        kind = kind_of(reading, found.intents)
        is_possible = kind is ReplyKind.OPT_OUT or may_be_opt_out(
            reading, found.intents, has_answered=has_answered
        )
        if kind is ReplyKind.AUTO_REPLY and is_to_a_model(letter.folded):
            kind = ReplyKind.GENUINE
        if is_possible and kind is not ReplyKind.OPT_OUT and not has_answered:
            is_possible = not is_explained(reading, found.intents, letter.sentences)
    if is_possible and mentions_opt_out(letter.text):
        is_possible = is_held_although_mentioned(letter.text, reading)
        kind = ReplyKind.GENUINE if kind is ReplyKind.OPT_OUT else kind
    return kind, is_possible


def _names_a_response(words: str, found: Analysis) -> bool:
    """Return whether words hold an answer that the template knows: that is what they say."""
    return any(found.evidence[name] in words for name in found.named_responses)


def _with_intents(letter: Letter, found: Analysis) -> Analysis:
    """Return an analysis by rules with the intents of the classifier beside its own."""
    reading, is_long = the_classifier().read(letter.folded), is_long_enough(letter.folded)
    more = more_intents(reading, found.intents, is_long=is_long)
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


def _words_for(label: str, letter: Letter) -> str:
    """Return the sentence that speaks most for a label of the classifier."""
    best = telling(label, letter.sentences, the_classifier())
    return letter.text[:EVIDENCE] if best is None else _quoted(best, letter)


def _quoted(sentence: Sentence, letter: Letter) -> str:
    return letter.text[sentence.start : sentence.start + len(sentence.text)].strip()[:EVIDENCE]
