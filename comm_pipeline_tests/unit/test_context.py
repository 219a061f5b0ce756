import json
from typing import Any

import pytest

from comm_pipeline.domain.context import DEEPEST, merge, nest_dotted, with_fallbacks
from comm_pipeline.errors import InvalidInputError


@pytest.mark.parametrize(
    ("flat", "nested"),
    [
        ({}, {}),
        ({"a": 1}, {"a": 1}),
        ({"company.name": "Acme"}, {"company": {"name": "Acme"}}),
        ({"a.b": 1, "a.c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a.b.c": 1, "a.b.d": 2}, {"a": {"b": {"c": 1, "d": 2}}}),
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b.c": 1}}, {"a": {"b": {"c": 1}}}),
        ({"a": {"b": 1}, "a.c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a.c": 2, "a": {"b": 1}}, {"a": {"b": 1, "c": 2}}),
        ({"a.b": [1, {"c.d": 2}]}, {"a": {"b": [1, {"c.d": 2}]}}),
        ({"a.b": None}, {"a": {"b": None}}),
        ({"a": {}}, {"a": {}}),
        ({"a.b": {}, "a.c": 1}, {"a": {"b": {}, "c": 1}}),
        ({"a": {"b": {"c": 1}}, "a.b": {"d": 2}}, {"a": {"b": {"c": 1, "d": 2}}}),
    ],
)
def test_dotted_keys_become_nested(flat: dict[str, Any], nested: dict[str, Any]) -> None:
    assert nest_dotted(flat) == nested


@pytest.mark.parametrize(
    "flat",
    [
        {"a": 1, "a.b": 2},
        {"a.b": 2, "a": 1},
        {"a": None, "a.b": 2},
        {"a.b": 1, "a.b.c": 2},
        {"a.b.c": 2, "a.b": 1},
        {"a.b": 1, "a": {"b": {"c": 2}}},
        {"a.b": {"c": 2}, "a": {"b": 1}},
        {"a": {"b": 1}, "a.b": {"c": 2}},
        {"a": {"b": {"c": 2}}, "a.b": 1},
    ],
)
def test_a_key_cannot_be_a_value_and_a_mapping(flat: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"context_data\.a.*a value and parts of its own"):
        nest_dotted(flat)


def test_nesting_leaves_its_input_alone() -> None:
    flat: dict[str, Any] = {"a": {"b": 1}, "a.c": 2}
    nest_dotted(flat)
    assert flat == {"a": {"b": 1}, "a.c": 2}


@pytest.mark.parametrize(
    ("below", "above", "merged"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2}}, {"a": {"b": 2, "c": 1}}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": [1]}, {"a": [2]}, {"a": [2]}),
        ({"a": 1}, {"a": None}, {"a": None}),
    ],
)
def test_the_upper_value_wins(
    below: dict[str, Any], above: dict[str, Any], merged: dict[str, Any]
) -> None:
    assert merge(below, above) == merged


def test_merging_leaves_both_inputs_alone() -> None:
    below, above = {"a": {"b": 1}}, {"a": {"c": 2}}
    merge(below, above)
    assert (below, above) == ({"a": {"b": 1}}, {"a": {"c": 2}})


@pytest.mark.parametrize(
    ("values", "filled"),
    [
        ({}, {"person": {"name": "you", "age": 0}}),
        ({"person": None}, {"person": {"name": "you", "age": 0}}),
        ({"person": " "}, {"person": {"name": "you", "age": 0}}),
        ({"person": {"name": None}}, {"person": {"name": "you", "age": 0}}),
        ({"person": {"name": " \t"}}, {"person": {"name": "you", "age": 0}}),
        ({"person": {"name": "Ada"}}, {"person": {"name": "Ada", "age": 0}}),
        ({"person": {"name": False, "x": 1}}, {"person": {"name": False, "age": 0, "x": 1}}),
        ({"person": "Ada"}, {"person": "Ada"}),
        ({"other": 1}, {"other": 1, "person": {"name": "you", "age": 0}}),
    ],
)
def test_fallbacks_stand_in_for_what_is_missing_or_blank(
    values: dict[str, Any], filled: dict[str, Any]
) -> None:
    before = json.dumps(values)
    assert with_fallbacks(values, {"person": {"name": "you", "age": 0}}) == filled
    assert json.dumps(values) == before


def test_a_contradiction_is_told_with_its_place() -> None:
    with pytest.raises(InvalidInputError, match=r"^fallbacks\.a\.b: a has a value and parts"):
        nest_dotted({"a": 1, "a.b": 2}, "fallbacks")
    with pytest.raises(InvalidInputError, match=r"^a\.b: a has a value and parts"):
        nest_dotted({"a": 1, "a.b": 2}, "")


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"x": 1}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "make", [lambda n: {"a." * (n - 1) + "x": 1}, deep, lambda n: {"a." * (n - 4) + "b": deep(3)}]
)
def test_names_have_as_many_parts_as_documents_have_levels(make: Any) -> None:
    nest_dotted(make(DEEPEST))
    with pytest.raises(InvalidInputError, match=r"^context_data\.a.*: is nested more than 40"):
        nest_dotted(make(DEEPEST + 1))


def test_a_name_of_thousands_of_parts_is_told_in_short() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        nest_dotted({"a." * 30_000 + "b": 1})
    assert len(str(refusal.value)) < 400
