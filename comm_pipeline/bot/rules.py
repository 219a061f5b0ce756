"""The analyser by rules: opt-outs, the template's named responses, and values by pattern.

Patterns of templates run in RE2, whose time grows with the text and not with the pattern's craft.
"""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import re2

from comm_pipeline.bot.quoting import unquoted
from comm_pipeline.domain.named_responses import (
    BUILT_IN_RESPONSES,
    RATING,
    RATING_MAXIMUM,
    RATING_MINIMUM,
)
from comm_pipeline.domain.replies import Analysis
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage
from comm_pipeline.errors import InvalidTemplateError

ANALYSER: Final = "rules-1"

#: A word that turns the sense of what follows it, up to three words later.
_NEGATION: Final = re2.compile(
    r"\b(?:not|no|never|don't|dont|doesn't|can't|cannot|won't|isn't|without)\b"
    r"(?:\s+\w+){0,3}\s*$"
)
_OPT_OUTS: Final = re2.compile(
    r"(?i)\b(?:unsubscribe|opt(?:[ -]?)out|remove me|take me off|"
    r"stop (?:writing|emailing|mailing|contacting|messaging|sending)|"
    r"(?:do not|don't|dont|never) (?:ever )?(?:write|email|mail|contact|message)(?: to)? me|"
    r"no (?:more|further) (?:e-?mails?|messages?|mails?))\b"
)
#: A whole answer, or its first line, that says nothing but stop.
_STOP_LINE: Final = re2.compile(
    r"(?i)^\W*(?:please\s+)?(?:stop|stopp|end|cancel|quit)\W*(?:please\W*)?$"
)
#: Negations that keep an opt-out word from meaning it, e.g. "please don't unsubscribe me".
_KEEP: Final = re2.compile(r"(?i)\b(?:do not|don't|dont|not|never)\s+(?:\w+\s+){0,2}$")


def analyse(text: str, template: CampaignTemplate, stage: Stage) -> Analysis:
    """Return what a reply says, as far as the template of its stage asks for it."""
    own = unquoted(text)
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


def check_patterns(template: CampaignTemplate) -> None:
    """Compile every pattern of a template. Raises InvalidTemplateError that names the field."""
    _check("template.extract", template.extract)
    for stage in template.stages:
        _check(f"template.stages.{stage.name}.extract", stage.extract)


def _check(place: str, extractions: Mapping[str, Extraction]) -> None:
    for name, extraction in extractions.items():
        if extraction.pattern is None:
            continue
        try:
            pattern = _pattern(extraction.pattern)
        except re2.error as error:
            raise InvalidTemplateError(
                f"{place}.{name}.pattern: is not a regular expression (RE2): {error}"
            ) from None
        if pattern.groups < 1:
            raise InvalidTemplateError(
                f"{place}.{name}.pattern: needs one group, e.g. ([0-9]+), which is the value"
            )


def find_opt_out(text: str) -> str | None:
    """Return the words by which a reply asks for no more messages, or None.

    They count in all that the person wrote, and nothing that is quoted counts.
    """
    text = unquoted(text)
    for line in text.splitlines():
        if _STOP_LINE.search(line):
            return line.strip()
    for match in _OPT_OUTS.finditer(text):
        if not _KEEP.search(text[max(0, match.start() - 40) : match.start()]):
            return str(match.group(0))
    return None


def _named_responses(
    text: str, template: CampaignTemplate, evidence: dict[str, str]
) -> Iterator[str]:
    own = {name: response.phrases for name, response in template.responses.items()}
    for name, phrases in {**BUILT_IN_RESPONSES, **own}.items():
        for phrase in phrases:
            match = _phrase(phrase).search(text)
            if match and not _is_negated(text, match.start()):
                evidence[name] = match.group(0)
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
                evidence[name] = match.group(0)
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
        return iter(_pattern(extraction.pattern).finditer(text))
    if extraction.type == "choice":
        choices = "|".join(re2.escape(choice) for choice in extraction.choices)
        return iter(_pattern(rf"(?i)\b({choices})\b").finditer(text))
    return iter(_pattern(r"(?:^|[^\w.,])(-?\d{1,12}(?:\.\d{1,6})?)(?:\b|$)").finditer(text))


def _typed(found: str | None, extraction: Extraction) -> Any:
    """Return the value in its type, or None if it is not one that the template wants."""
    if found is None:
        return None
    if extraction.type == "choice":
        return next(c for c in extraction.choices if c.lower() == found.lower())
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
    if not lowest <= number <= highest:
        return None
    return int(number) if number.is_integer() else number


@lru_cache(maxsize=2048)
def _phrase(phrase: str) -> Any:
    words = r"\s+".join(re2.escape(word) for word in phrase.split())
    return re2.compile(rf"(?i)(?:^|\b){words}(?:\b|$)")


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
