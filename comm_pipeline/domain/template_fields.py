"""Fields of a template that would silently do nothing: misspelt, in the wrong place, or twice."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.template_documents import (
    CAMPAIGN_RULES_FIELDS,
    PROGRESSION_FIELDS,
    SETTINGS_FIELDS,
    STAGE_FIELDS,
    TEMPLATE_FIELDS,
    TIMING_FIELDS,
)
from comm_pipeline.domain.template_timing import ProgressionRules, Timing
from comm_pipeline.errors import InvalidTemplateError

_TIMING_RULES: Final = "template.global_settings.timing_rules"
#: Longer names are nobody's misspelling.
_LONGEST_NAME: Final = 60
#: Fields of others that are compared with ours; whoever has more writes by a program.
_MOST_FOREIGN: Final = 200
#: Names that stand for a field and do not look like it; they would silently do nothing.
_MEANT: Final[Mapping[str, str]] = {
    "completion": "completion_conditions",
    "completion_criteria": "completion_conditions",
    "completion_rules": "completion_conditions",
    "first_stage": "default_initial_stage",
    "settings": "global_settings",
    "progression": "progression_rules",
    "progression_conditions": "progression_rules",
}


def check_template_fields(document: Mapping[str, Any]) -> None:
    """Raise InvalidTemplateError for fields of a template (not of its parts) without effect."""
    _check_places(
        "template",
        document,
        {
            "global_settings": SETTINGS_FIELDS - TEMPLATE_FIELDS,
            "progression_rules of a stage, or into global_settings.timing_rules": (
                PROGRESSION_FIELDS
            ),
            "timing of a message, or into global_settings.timing_rules": TIMING_FIELDS,
        },
    )
    check_typos("template", document, TEMPLATE_FIELDS)
    _check_same("template", document, "default_initial_stage", "initial_stage")
    _check_same("template", document, "type", "campaign_type")


def check_stage_fields(place: str, stage: Mapping[str, Any]) -> None:
    """Raise InvalidTemplateError for fields of a stage (not of its parts) without effect."""
    _check_places(
        place,
        stage,
        {
            "progression_rules": PROGRESSION_FIELDS,
            "each of the messages": TIMING_FIELDS | {"timing"},
        },
    )
    check_typos(place, stage, STAGE_FIELDS)
    _check_same(place, stage, "conversation_guidance", "guidance")


def check_same_name(place: str, stage: Mapping[str, Any]) -> None:
    """Raise InvalidTemplateError if a stage of the list shape has two names."""
    _check_same(place, stage, "name", "stage")


def check_settings_fields(settings: Mapping[str, Any]) -> None:
    """Raise InvalidTemplateError for fields of ``global_settings`` without effect."""
    place = "template.global_settings"
    _check_places(place, settings, {"timing_rules": PROGRESSION_FIELDS | TIMING_FIELDS})
    check_typos(place, settings, SETTINGS_FIELDS)


def check_timing_rules(rules: Mapping[str, Any]) -> None:
    """Raise InvalidTemplateError for defaults that no message or stage could use.

    Whether they fit together is seen in each stage, which may have rules of its own.
    """
    _check_places(_TIMING_RULES, rules, {"global_settings itself": CAMPAIGN_RULES_FIELDS})
    known = TIMING_FIELDS | PROGRESSION_FIELDS
    check_typos(_TIMING_RULES, rules, known)
    for name in rules:
        if name not in known:
            raise InvalidTemplateError(f"{_TIMING_RULES}.{name}: is not a known field")
    _check_values(Timing, {name: rules[name] for name in rules if name in TIMING_FIELDS})
    _check_values(
        ProgressionRules, {name: rules[name] for name in rules if name not in TIMING_FIELDS}
    )


def check_typos(place: str, document: Mapping[str, Any], known: frozenset[str]) -> None:
    """Refuse fields that look like a known one: they would silently do nothing.

    Raises InvalidTemplateError. Other unknown fields are somebody else's and are let be.
    """
    foreign = (str(key) for key in document if str(key) not in known)
    for name in islice(foreign, _MOST_FOREIGN):
        if len(name) <= _LONGEST_NAME:
            meant = [_MEANT[name]] if _MEANT.get(name) in known else []
            if close := meant or get_close_matches(name, known, n=1, cutoff=0.85):
                raise InvalidTemplateError(
                    f"{place}.{name}: is not a field; did you mean {close[0]}?"
                )


def _check_places(
    place: str, document: Mapping[str, Any], elsewhere: Mapping[str, frozenset[str]]
) -> None:
    for key in document:
        for right_place, fields in elsewhere.items():
            if key in fields:
                raise InvalidTemplateError(
                    f"{place}.{key}: has no effect here; it belongs into {right_place}"
                )


def _check_same(place: str, document: Mapping[str, Any], first: str, second: str) -> None:
    one, other = document.get(first), document.get(second)
    if one not in (None, "") and other not in (None, "") and one != other:
        raise InvalidTemplateError(
            f"{place}: {first} and {second} mean the same and differ; remove one of them"
        )


def _check_values(model: type[BaseModel], values: Mapping[str, Any]) -> None:
    try:
        model.model_validate(values)
    except ValidationError as error:
        if any(problem["loc"] for problem in error.errors()):
            text = explain_validation_error(error, _TIMING_RULES)
            raise InvalidTemplateError(text) from None
