"""The published JSON Schemas: what is right passes, mistakes do not, and the parser agrees."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from comm_pipeline.domain.input_schemas import (
    CLOCK_PATTERN,
    INPUT_SCHEMAS,
    WEEKDAY_PATTERN,
    WINDOW_PATTERN,
    batch_request_schema,
    campaign_template_schema,
    inbound_message_schema,
)
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.time_windows import parse_clock, parse_window
from comm_pipeline.domain.weekdays import weekday_number
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.property.damaged_templates import COMPLETE

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "comm_pipeline_tests" / "golden"
TEMPLATE = Draft202012Validator(campaign_template_schema())
REQUEST = Draft202012Validator(batch_request_schema())
INBOUND = Draft202012Validator(inbound_message_schema())


def all_templates() -> Iterator[dict[str, Any]]:
    for path in (*ROOT.glob("templates/campaigns/*.json"), *GOLDEN.glob("templates/*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
    for path in GOLDEN.glob("conversations/*.json"):
        template = json.loads(path.read_text(encoding="utf-8"))["template"]
        if isinstance(template, dict):
            yield template


def message(**parts: Any) -> dict[str, Any]:
    return {"stages": {"a": {"messages": [{"template": "Hi"} | parts]}}}


def stage(**parts: Any) -> dict[str, Any]:
    return {"stages": {"a": parts}}


def rule(**rules: Any) -> dict[str, Any]:
    return stage(progression_rules=rules)


def setting(**settings: Any) -> dict[str, Any]:
    return message() | {"global_settings": settings}


def hours(**parts: Any) -> dict[str, Any]:
    return setting(business_hours=parts)


MISTAKES: list[dict[str, Any]] = [
    {},
    {"stages": {}},
    {"stages": []},
    {"stages": "awareness"},
    {"stages": [{"messages": ["Hi"]}]},
    {"stages": {" ": {}}},
    stage(messages="Hi"),
    stage(messages=[7]),
    stage(messages=[{}]),
    stage(messages=[{"variants": [{"name": "a"}]}]),
    stage(extract={"x": {"type": "choice"}}),
    stage(extract={"x": {"type": "text"}}),
    stage(extract={"x": {"type": "colour"}}),
    stage(skip_in_order="always"),
    message(text="Hi"),
    message(template=["Hi"]),
    message(timing={"delay": 4}),
    message(timing={"delay_hours": -1}),
    message(timing={"delay_hours": "soon"}),
    message(timing={"follow_up_delay_hours": 0}),
    message(timing={"max_follow_ups": 51}),
    message(timing={"max_follow_ups": 1.5}),
    message(follow_up_templates=["Hi"]),
    message(conditional_templates=[{"template": "Hi"}]),
    message(variants=[{"template": "Hi"}]),
    message(variants=[{"name": "a", "weight": 0}]),
    message(channels={"SMS": {"template": "Hi"}}),
    message(channels={"sms": "Hi"}),
    rule(response_required="perhaps"),
    rule(min_responses_required=0),
    rule(max_follow_up=2),
    rule(escalation_after_hours="never"),
    message() | {"completion_conditions": {"all": True}},
    message() | {"responses": {"yes": []}},
    message() | {"responses": ["yes"]},
    message() | {"fallbacks": ["there"]},
    message() | {"global_settings": []},
    setting(timing_rules={"pace": 3}),
    setting(timing_rules={"delay_hours": -3}),
    setting(priority="urgent"),
    setting(channels=[]),
    setting(channels="sms"),
    setting(frequency_caps=[{"max_messages": 0, "per_hours": 24}]),
    setting(frequency_caps={"max_messages": 2}),
    setting(follow_up_strategies={"fast": {}}),
    setting(follow_up_strategies={"quick": {"delay_factor": 0}}),
    setting(holidays=["DE"]),
    setting(optimal_contact_times=["9-11"]),
    hours(start="9", end="17:00"),
    hours(),
    stage(messages=[""]),
    stage(messages=[{"variants": [{"name": "a", "template": ""}]}]),
    stage(extract={"x": {"type": "choice", "choices": []}}),
    stage(skip_in_order="yes"),
    message(timing={"delay_hours": "24"}),
    message(timing={"max_follow_ups": "2"}),
    rule(response_required="yes"),
    rule(response_required=1),
    setting(channel_fallback="true"),
    setting(channels=["sms", "sms"]),
    message() | {"responses": {"yes": [" "]}},
    message() | {"fallbacks": {"recipient": {"first_name": None}}},
    message() | {"_id": {"of": "mine"}},
    message() | {"version": [1]},
    hours(monday="09:00"),
    hours(sunday=["09:00-25:00"]),
    hours(start="09:00", end="17:00", days=["Moonday"]),
    hours(start="09:00", end="17:00", zone="Europe/Berlin"),
]

RIGHT: list[dict[str, Any]] = [
    a_template_document(),
    stage(),
    stage(messages=[{"variants": [{"name": "a", "template": "Hi"}]}]),
    stage(messages=["Hi", {"template": "Hi", "channels": {"sms": {"template": "Hi"}}}]),
    message(metadata={"house": "style"}),
    message(timing=None),
    message() | {"_id": 7, "version": 1.5, "name": None, "fallbacks": None, "extract": None},
    message() | {"global_settings": {"timing_rules": None, "frequency_caps": None}},
    stage(messages=None, progression_rules=None, guidance=None, skip_in_order=None),
    message() | {"owner": {"id": 7}},
    message() | {"responses": {"yes": ["yes"], "no": {"phrases": ["no"]}}},
    setting(holidays="DE", optimal_contact_times="10:00-12:00", house_style="brief"),
    setting(frequency_caps={"max_messages": 2, "per_hours": 24}, channels=["sms"]),
    setting(timing_rules={"max_follow_ups": 2, "advance_on_failure": True}),
    hours(Mon="9:00-17:00", TUESDAY={"start": "09:00", "end": "24:00"}, wed=None, thu=[]),
    hours(start="22:00", end="06:00", days=["Sat", "sunday"], timezone="recipient"),
]


@pytest.mark.parametrize("name", INPUT_SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(INPUT_SCHEMAS[name]())


@pytest.mark.parametrize("name", INPUT_SCHEMAS)
def test_every_field_is_described_with_an_example_that_is_right(name: str) -> None:
    schema = INPUT_SCHEMAS[name]()
    definitions = schema.get("$defs", {})
    for part in (schema, *definitions.values()):
        for field, described in part.get("properties", {}).items():
            assert described["description"], field
            for example in described["examples"]:
                alone = Draft202012Validator({**described, "$defs": definitions})
                assert list(alone.iter_errors(example)) == [], field


@pytest.mark.parametrize("document", [*all_templates(), *RIGHT])
def test_what_is_right_passes(document: dict[str, Any]) -> None:
    assert [error.message for error in TEMPLATE.iter_errors(document)] == []
    parse_template(document)


def test_there_are_many_mistakes() -> None:
    assert len(MISTAKES) >= 50


@pytest.mark.parametrize("document", MISTAKES, ids=lambda document: json.dumps(document)[-60:])
def test_a_typical_mistake_is_marked_and_refused(document: dict[str, Any]) -> None:
    assert not TEMPLATE.is_valid(document)
    with pytest.raises(InvalidTemplateError):
        parse_template(document)


#: What the schema cannot say: names that stand elsewhere, and what other fields rule out.
BEYOND_THE_SCHEMA = {
    "default_initial_stage",
    "global_settings.business_hours.timezone",
    "global_settings.business_hours.start",
    "global_settings.business_hours.end",
    "global_settings.holidays.country",
    "global_settings.timing_rules.max_stage_duration_hours",
    "responses",
    "stages.0.name",
    "stages.0.progression_rules.specific_response_required",
    "stages.0.progression_rules.escalation_after_hours",
    "completion_conditions.specific_response_received",
}
VALUES = [None, "", " ", "24", "yes", True, 0, -1, 1.5, [], {}, [""], {"a": None}]


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from places_in(inner, (*place, key))


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    document = copy.deepcopy(document)
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return document


def is_read(document: dict[str, Any]) -> bool:
    try:
        parse_template(document)
    except InvalidTemplateError:
        return False
    return True


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_schema_and_parser_agree_on_every_field(value: Any) -> None:
    differ: list[str] = []
    for place in places_in(COMPLETE):
        document = with_value(COMPLETE, place, value)
        reads, passes = is_read(document), TEMPLATE.is_valid(document)
        name = ".".join(map(str, place))
        if reads != passes and (reads or name not in BEYOND_THE_SCHEMA):
            differ.append(f"{name}: {'parser' if reads else 'schema'} accepts it")
    assert differ == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/requests/*_request.json")))
def test_the_ready_requests_pass(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert [error.message for error in REQUEST.iter_errors(document)] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None},
        {"servicetype": "billing"},
        {"recipients": []},
        {"recipients": [{"contact_info": {}}]},
        {"recipients": [{"id": ""}]},
        {"recipients": [" "]},
        {"template_id": "campaign_sales"},
        {"template": None},
        {"template": {"stages": []}},
        {"context_data": []},
    ],
)
def test_a_mistake_in_a_request_is_marked(changes: dict[str, Any]) -> None:
    right = a_batch_request()
    assert REQUEST.is_valid(right)
    assert not REQUEST.is_valid({key: v for key, v in (right | changes).items() if v is not None})


def test_an_inbound_message_needs_id_text_and_time() -> None:
    right = {"_id": "1", "text": "Yes", "received_at": "2026-03-02T09:00:00Z", "raw": {}}
    assert INBOUND.is_valid(right)
    for field in ("_id", "text", "received_at"):
        assert not INBOUND.is_valid({key: right[key] for key in right if key != field})
    assert not INBOUND.is_valid(right | {"references": "<1@example.com>"})


_signs = st.text(alphabet="0123456789:-\u2013 ", max_size=14)


@given(_signs | st.from_regex(CLOCK_PATTERN, fullmatch=True))
def test_the_pattern_of_a_time_is_what_the_parser_reads(text: str) -> None:
    assert bool(re.search(CLOCK_PATTERN, text)) == can(parse_clock, text)


@given(_signs | st.from_regex(WINDOW_PATTERN, fullmatch=True))
def test_a_window_that_the_parser_reads_has_the_pattern(text: str) -> None:
    # Not the other way round: one that starts at 24:00 has the pattern and is refused.
    assert re.search(WINDOW_PATTERN, text) or not can(parse_window, text)


@given(st.from_regex(WEEKDAY_PATTERN, fullmatch=True) | st.sampled_from(["mo", "monda", "x"]))
def test_the_pattern_of_a_weekday_is_what_the_parser_reads(text: str) -> None:
    assert bool(re.search(WEEKDAY_PATTERN, text)) == (weekday_number(text) is not None)


def can(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
