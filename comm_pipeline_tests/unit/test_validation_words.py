"""What pydantic finds wrong is told in the words of those who write templates and requests."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import core_schema

from comm_pipeline.domain.batch_requests import parse_request
from comm_pipeline.domain.document import Rules, explain_validation_error
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.validation_words import words_of
from comm_pipeline.errors import InvalidInputError
from comm_pipeline_tests.builders import START, a_batch_request, a_template_document

#: What nobody should have to read who has never heard of pydantic.
WORDS_OF_PYDANTIC: Final = (
    *("Input should", "Field required", "Extra inputs", "type=", "valid dictionary", "instance of"),
    *(
        "valid string",
        "valid integer",
        "valid boolean",
        "valid list",
        "valid tuple",
        "Tuple should",
    ),
    *("String should", "unable to parse", "Value error", "validation error", "pydantic", "dict_"),
)


class Everything(Rules):
    """One field for each thing that a field may be."""

    text: str = "x"
    short: str = Field(default="x", min_length=1, max_length=2)
    word: str = Field(default="a", pattern="^(a|b)$")
    shown: str = Field(default="a", pattern=r"\S")
    whole: int = 1
    number: float = Field(default=1.0, gt=0, le=10)
    least: float = Field(default=1.0, ge=1, lt=10, allow_inf_nan=False)
    switch: bool = True
    at: datetime = START
    day: date = START.date()
    names: tuple[str, ...] = Field(default=("a",), min_length=1, max_length=2)
    choice: Literal["a", "b"] = "a"
    inner: Mapping[str, int] = {}


def said(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Everything(**fields)
    return explain_validation_error(caught.value)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": None}, 'text: must be a text and not null; write it in quotes, e.g. "spring"'),
        ({"text": 3}, 'text: must be a text (given: 3); write it in quotes, e.g. "spring"'),
        ({"text": [1]}, 'text: must be a text; write it in quotes, e.g. "spring"'),
        ({"short": ""}, "short: must have at least 1 character (given: '')"),
        ({"short": "abc"}, "short: must have at most 2 characters (given: 'abc'); make it shorter"),
        ({"word": "c"}, "word: must be one of a, b (given: 'c'); write one of these"),
        ({"shown": " "}, "shown: must not be blank (given: ' ')"),
        ({"whole": 1.5}, "whole: must be a whole number (given: 1.5)"),
        ({"whole": "one"}, "whole: must be a whole number (given: 'one')"),
        ({"number": "x" * 200}, f"number: must be a number (given: 'xxx{'x' * 96});"),
        ({"number": 0}, "number: must be above 0 (given: 0); write a higher number"),
        ({"number": 11}, "number: must be at most 10 (given: 11); write a lower number"),
        ({"least": 0}, "least: must be at least 1 (given: 0)"),
        ({"least": 10}, "least: must be below 10 (given: 10)"),
        ({"least": float("nan")}, "least: must be a number (given: nan)"),
        ({"switch": "maybe"}, "switch: must be true or false (given: 'maybe')"),
        ({"at": "soon"}, "at: must be an instant (given: 'soon'); write it like 2026-01-31T09"),
        ({"day": "soon"}, "day: must be a date (given: 'soon'); write it like 2026-01-31"),
        ({"names": "a"}, "names: must be a list (given: 'a'); write it in brackets"),
        ({"names": []}, "names: must have at least 1 entry; add what is missing"),
        ({"names": ["a", "b", "c"]}, "names: must have at most 2 entries; give fewer"),
        ({"choice": True}, "choice: must be 'a' or 'b' (given: true); write one of these"),
        ({"inner": 7}, "inner: must be an object (given: 7); write its fields in braces"),
        ({"inner": {"a": "x"}}, "inner.a: must be a whole number (given: 'x')"),
        ({"swich": True}, "swich: is not a known field; did you mean switch?"),
        ({"xyzzy": True}, "xyzzy: is not a known field; remove it"),
        ({"x" * 61: True}, "is not a known field; remove it"),
    ],
)
def test_what_is_said_of_a_field(fields: dict[str, Any], words: str) -> None:
    assert said(**fields).startswith(words) or (len(words) < 40 and words in said(**fields))


def test_a_field_that_is_missing() -> None:
    class Needed(BaseModel):
        name: str

    with pytest.raises(ValidationError) as caught:
        Needed.model_validate({})
    assert explain_validation_error(caught.value, "request") == "request.name: is missing; add it"


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_no_kind_of_error_is_told_in_pydantics_words(kind: str) -> None:
    """Also of kinds that none of our models can meet yet."""
    bounds = dict.fromkeys(("gt", "ge", "lt", "le", "min_length", "max_length"), 1)
    told = bounds | {"pattern": "^(x)+$", "expected": "'a'"}
    problem = {"type": kind, "ctx": told, "input": 3, "msg": "its own words", "loc": ("field",)}
    words = words_of(problem)
    is_ours = kind in {"value_error", "assertion_error"}
    assert ("its own words" in words) is is_ours
    assert not any(one in words for one in WORDS_OF_PYDANTIC)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"completion_conditions": 3}, "template.completion_conditions: must be an object"),
        ({"completion": {}}, "template.completion: is not a field; did you mean completion_cond"),
        ({"settings": {}}, "template.settings: is not a field; did you mean global_settings?"),
        (
            {"completion_conditions": {"max_duration_hours": None, "all_stages_completed": None}},
            "template.completion_conditions.all_stages_completed: must be true or false and not nu",
        ),
        (
            {"completion_conditions": {"max_duration": 3}},
            "template.completion_conditions.max_duration: is not a known field; did you mean max_",
        ),
        ({"default_initial_stage": 7}, "template.default_initial_stage: must be a text"),
        (
            {"default_initial_stage": None, "initial_stage": "nowhere"},
            "template.initial_stage: 'nowhere' is not one of the stages: awareness, decision",
        ),
        ({"type": None, "campaign_type": 7}, "template.campaign_type: must be a text (given: 7)"),
        (
            {"global_settings": {"priority": "urgent"}},
            "template.global_settings.priority: must be 'high', 'normal' or 'low' (given: 'ur",
        ),
    ],
)
def test_a_template_is_told_with_its_own_names(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_template(a_template_document() | change)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"progression": {}}, "progression: is not a field; did you mean progression_rules?"),
        ({"progression_rules": 7}, "progression_rules: must be an object (given: 7)"),
        (
            {"progression_rules": {"specific_response_required": "yes!"}},
            "progression_rules.specific_response_required: nothing recognises 'yes!'",
        ),
        ({"guidance": 7}, "guidance: must be an object (given: 7)"),
        (
            {"conversation_guidance": {"information_to_extract": [7]}},
            "conversation_guidance.information_to_extract.0: must be text, or a mapping",
        ),
        ({"messages": [None]}, "messages.0: must be an object and not null"),
        (
            {"messages": [{"template": "Hi", "timing": {"delay_hours": None}}]},
            "messages.0.timing.delay_hours: must be a number and not null",
        ),
    ],
)
def test_a_stage_is_told_by_its_name(change: dict[str, Any], words: str) -> None:
    document = a_template_document()
    document["stages"]["decision"] |= change
    with pytest.raises(InvalidInputError) as caught:
        parse_template(document)
    assert str(caught.value).startswith(f"template.stages.decision.{words}")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": None}, "name: must be a text and not null"),
        ({"scheduled_at": "tomorrow"}, "scheduled_at: must be an instant (given: 'tomorrow')"),
        ({"scheduled_at": "2026-03-02T09:00"}, "scheduled_at: has no time zone"),
        ({"schedule": 3}, "schedule: must be an object (given: 3)"),
        ({"template": None}, "document: give either template"),
        ({"campaign_type": []}, "campaign_type: must be a text"),
    ],
)
def test_a_request_is_told_by_its_fields(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_request(a_batch_request() | change)
    assert str(caught.value).startswith(words)
