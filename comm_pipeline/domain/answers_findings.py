"""What looks wrong in what a template says of answers: texts that no guard lets pass, no time."""

from collections.abc import Iterator

from comm_pipeline.domain.answers_guards import phrase_pattern
from comm_pipeline.domain.answers_plan import AnswerGuide
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.templates import CampaignTemplate, Stage


def find_in_answers(template: CampaignTemplate) -> Iterator[Finding]:
    """Yield what looks wrong in the answers of each stage, as they hold there."""
    for stage in template.stages:
        guide = template.answer_guide(stage.name)
        if guide is not None:
            place = f"template.stages.{stage.name}"
            yield from _find_refused(guide, place)
            yield from _find_no_time(stage, guide, place)
            yield from _find_never_ended(guide, place)
            yield from _find_language_twice(guide, place)


def _find_refused(guide: AnswerGuide, place: str) -> Iterator[Finding]:
    """Find texts that a guard refuses whoever gets them."""
    languages = {"": guide.texts, **{f".{code}": t for code, t in guide.texts.languages.items()}}
    for code, texts in languages.items():
        for name, text in texts.sources():
            inner = f"{place}.answers{'.languages' if code else ''}{code}.{name}"
            said = [one for one in guide.rules.never_say if phrase_pattern(one).search(text)]
            if said:
                yield error(
                    "answer_refused",
                    inner,
                    f"says {said[0]!r}, which never_say forbids: every answer with it would be "
                    "given to a person",
                    "write it in other words, or remove them from never_say",
                )
            elif len(text) > guide.rules.max_characters:
                yield error(
                    "answer_refused",
                    inner,
                    f"has {len(text):,} characters; an answer may have "
                    f"{guide.rules.max_characters:,} (max_characters)",
                    "shorten it, or raise max_characters",
                )


def _find_no_time(stage: Stage, guide: AnswerGuide, place: str) -> Iterator[Finding]:
    """Find stages that ask for something and are left before it can be said."""
    rules = stage.progression
    is_left_at_once = (
        rules.response_required
        and rules.min_responses_required <= 1
        and rules.specific_response_required is None
        and rules.min_stage_duration_hours == 0
    )
    if guide.texts.ask_for and is_left_at_once:
        yield warning(
            "no_time_to_ask",
            f"{place}.progression_rules.min_stage_duration_hours",
            "is 0: the first reply is answered and ends the stage, so that the next stage speaks "
            f"before {next(iter(guide.texts.ask_for))} can be said",
            "give it some hours",
        )


def _find_never_ended(guide: AnswerGuide, place: str) -> Iterator[Finding]:
    """Find intents that are to end the conversation, and for which a person is called before."""
    called = [intent for intent in guide.rules.end_on if intent in guide.rules.escalate_on]
    if called:
        yield warning(
            "rule_without_effect",
            f"{place}.answer_rules.end_on",
            f"{called[0]} has no effect here: a person is called for it (escalate_on)",
            f"remove it, or write an escalate_on without {called[0]}",
        )


def _find_language_twice(guide: AnswerGuide, place: str) -> Iterator[Finding]:
    """Find two sets of texts for one language."""
    language = guide.texts.language
    if language in guide.texts.languages:
        yield warning(
            "language_twice",
            f"{place}.answers.languages.{language}",
            f"is a second set of texts in {language}, the language of the answers themselves "
            "(language): who writes in it gets only these",
            "keep one of them, or correct language",
        )
