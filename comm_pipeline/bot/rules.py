"""The analyser by rules: opt-outs, the template's named responses, and values by pattern."""

import math
from collections.abc import Iterator
from typing import Any, Final

import re2

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.patterns import choice_pattern, phrase_pattern, value_pattern
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.domain.named_responses import (
    BUILT_IN_RESPONSES,
    RATING,
    RATING_MAXIMUM,
    RATING_MINIMUM,
)
from comm_pipeline.domain.replies import Analysis
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage

ANALYSER: Final = "rules-1"
#: The largest number that is taken from an answer; beyond it a float is not exact.
_LARGEST: Final = 2**53
#: Characters of the words that led to a finding.
_EVIDENCE: Final = 200

#: A word that turns the sense of what follows it, up to three words later.
_NEGATION: Final = re2.compile(
    r"\b(?:not|no|never|don't|dont|doesn't|can't|cannot|won't|isn't|without)\b"
    r"(?:\s+\w+){0,3}\s*$"
)


def analyse(text: str, template: CampaignTemplate, stage: Stage) -> Analysis:
    """Return what a reply says, as far as the template of its stage asks for it."""
    own = own_words(text, ANALYSED)
    evidence: dict[str, str] = {}
    opt_out = find_opt_out(text)
    if opt_out:
        evidence["opt_out"] = opt_out
    named = tuple(_named_responses(own, template, evidence))
    values = dict(_values(own, template, stage, evidence))
    return Analysis(
        analyser=ANALYSER,
        is_opt_out=bool(opt_out),
        named_responses=named,
        values=values,
        evidence=evidence,
    )


def _named_responses(
    text: str, template: CampaignTemplate, evidence: dict[str, str]
) -> Iterator[str]:
    own = {name: response.phrases for name, response in template.responses.items()}
    for name, phrases in {**BUILT_IN_RESPONSES, **own}.items():
        for phrase in phrases:
            match = phrase_pattern(phrase).search(text)
            if match and not _is_negated(text, match.start(1)):
                evidence[name] = match.group(1)[:_EVIDENCE]
                yield name
                break


def _is_negated(text: str, position: int) -> bool:
    sentence = re2.split(r"[.!?;\n]", text[max(0, position - 60) : position])[-1]
    return bool(_NEGATION.search(sentence.lower()))


def _values(
    text: str, template: CampaignTemplate, stage: Stage, evidence: dict[str, str]
) -> Iterator[tuple[str, Any]]:
    extractions = {**_built_in(template), **template.extract, **stage.extract}
    for name, extraction in extractions.items():
        for match in _candidates(text, extraction):
            value = _typed(match.group(1), extraction)
            if value is not None:
                evidence[name] = match.group(0)[:_EVIDENCE]
                yield name, value
                break


def _built_in(template: CampaignTemplate) -> dict[str, Extraction]:
    """Look for a rating in every template that speaks of one without describing it."""
    if RATING in template.extract or not any(
        f"response.{RATING}" in source
        for stage in template.stages
        for message in stage.messages
        for source in (message.template, *(c.condition for c in message.conditional_templates))
    ):
        return {}
    return {RATING: Extraction(minimum=RATING_MINIMUM, maximum=RATING_MAXIMUM)}


def _candidates(text: str, extraction: Extraction) -> Iterator[Any]:
    if extraction.pattern is not None:
        return iter(value_pattern(extraction.pattern).finditer(text))
    if extraction.type == "choice":
        return iter(choice_pattern(extraction.choices).finditer(text))
    return iter(value_pattern(r"(?:^|[^\w.,])(-?\d{1,12}(?:\.\d{1,6})?)(?:\b|$)").finditer(text))


def _typed(found: str | None, extraction: Extraction) -> Any:
    """Return the value in its type, or None if it is not one that the template wants."""
    if found is None:
        return None
    if extraction.type == "choice":
        said = found.casefold()
        return next((choice for choice in extraction.choices if choice.casefold() == said), None)
    if extraction.type == "text":
        return found.strip()[:500]
    return _number(found, extraction)


def _number(found: str, extraction: Extraction) -> int | float | None:
    try:
        number = float(found.replace(",", ""))
    except ValueError:
        return None
    lowest = -math.inf if extraction.minimum is None else extraction.minimum
    highest = math.inf if extraction.maximum is None else extraction.maximum
    if not lowest <= number <= highest or abs(number) > _LARGEST:
        return None
    return int(number) if number.is_integer() else number
