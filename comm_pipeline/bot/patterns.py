"""What a template looks for in answers, compiled: phrases, choices and patterns.

Everything runs in RE2, whose time grows with the text and not with the pattern's craft.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import re2

from comm_pipeline.domain.information import INFORMATION
from comm_pipeline.domain.templates import CampaignTemplate, Extraction
from comm_pipeline.errors import InvalidTemplateError

#: White space of every script, as mail programs write it.
_ANY_SPACE: Final = r"[\s\pZ]+"
_SPACE_OR_HYPHEN: Final = r"[\s\pZ\p{Pd}]+"
#: How apostrophes are written.
APOSTROPHES: Final = "'\u2019\u2018\u02bc\u00b4\u0060"


def check_patterns(template: CampaignTemplate) -> None:
    """Compile all that a template looks for. Raises InvalidTemplateError that names the field."""
    for name, response in template.responses.items():
        for phrase in response.phrases:
            _checked(f"template.responses.{name}.phrases", phrase_pattern, phrase)
    _check_extractions("template.extract", template.extract)
    for stage in template.stages:
        place = f"template.stages.{stage.name}"
        _check_extractions(f"{place}.extract", stage.extract)
        asked = {one.name: one.extraction for one in stage.information.values() if one.extraction}
        _check_extractions(f"{place}.conversation_guidance.{INFORMATION}", asked)


@lru_cache(maxsize=2048)
def phrase_pattern(phrase: str) -> Any:
    """Return the pattern whose group 1 is a phrase as whole words, however they are spaced."""
    return _compile(_whole(_words(phrase)))


@lru_cache(maxsize=2048)
def phrases_pattern(phrases: tuple[str, ...]) -> Any:
    """Return the pattern of any of the phrases, to ask once whether one is there at all."""
    return _compile(_whole("|".join(map(_words, phrases))))


@lru_cache(maxsize=2048)
def choice_pattern(choices: tuple[str, ...]) -> Any:
    """Return the pattern whose group 1 is any of the choices as whole words, the longest first."""
    longest_first = sorted(choices, key=len, reverse=True)
    return _compile(_whole("|".join(_words(choice, _SPACE_OR_HYPHEN) for choice in longest_first)))


@lru_cache(maxsize=2048)
def value_pattern(pattern: str) -> Any:
    """Return a pattern as its author wrote it. Raises re2.error."""
    return _compile(pattern)


def _words(phrase: str, between: str = _ANY_SPACE) -> str:
    """Return the pattern of a phrase, whichever white space and apostrophes it is written with."""
    words = between.join(re2.escape(word) for word in phrase.split())
    return re.sub(rf"\\?[{APOSTROPHES}]", f"[{APOSTROPHES}]", words)


def _whole(words: str) -> str:
    # \b knows ASCII letters only.
    return rf"(?i)(?:^|[^\pL\pN_])({words})(?:[^\pL\pN_]|$)"


def _compile(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _check_extractions(place: str, extractions: Mapping[str, Extraction]) -> None:
    for name, extraction in extractions.items():
        if extraction.choices:
            _checked(f"{place}.{name}.choices", choice_pattern, extraction.choices)
        if extraction.pattern is None:
            continue
        pattern = _checked(f"{place}.{name}.pattern", value_pattern, extraction.pattern)
        if pattern.groups < 1:
            raise InvalidTemplateError(
                f"{place}.{name}.pattern: needs one group, e.g. ([0-9]+), which is the value"
            )


def _checked(place: str, compiling: Callable[[Any], Any], source: Any) -> Any:
    try:
        return compiling(source)
    except re2.error as error:
        words = error.args[0] if error.args else error
        reason = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        raise InvalidTemplateError(
            f"{place}: is not a regular expression (RE2): {reason[:200]}"
        ) from None
