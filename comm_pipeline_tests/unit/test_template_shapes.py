import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.domain.template_shapes import content_version, parse_template
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline_tests.builders import a_template_document

DOCUMENTED = Path(__file__).parents[1] / "golden" / "templates"


def documented(template_id: str) -> dict[str, Any]:
    """Return a template exactly as the configuration guide prints it."""
    loaded: dict[str, Any] = json.loads((DOCUMENTED / f"{template_id}.json").read_text())
    return loaded


def one_stage(**stage: Any) -> dict[str, Any]:
    return {"stages": {"awareness": stage}}


def one_message(**message: Any) -> dict[str, Any]:
    return one_stage(messages=[{"template": "Hello"} | message])


def one_rule(**rules: Any) -> dict[str, Any]:
    return one_stage(progression_rules=rules)


def settings(**global_settings: Any) -> dict[str, Any]:
    return one_message() | {"global_settings": global_settings}


def a_list_shaped_document(**overrides: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "template_type": "campaign",
        "global_settings": {
            "business_hours": {"start": "09:00", "end": "17:00"},
            "timing_rules": {
                "delay_hours": 4,
                "follow_up_delay_hours": 24,
                "max_follow_ups": 3,
                "max_stage_duration_hours": 96,
            },
        },
        "stages": [
            {
                "name": "awareness",
                "conversation_guidance": {"information_to_extract": ["team size"]},
                "messages": ["Hello {{ recipient.first_name }}"],
            },
            {
                "stage": "interest",
                "title": "Interest",
                "messages": [{"template": "More?", "timing": {"delay_hours": 8}}],
                "progression_rules": {"max_stage_duration_hours": 48},
            },
        ],
    }
    return document | overrides


def test_the_documented_sales_template_parses_as_written() -> None:
    template = parse_template(documented("sales_campaign_template_001"))
    assert template.template_id == "sales_campaign_template_001"
    assert (template.name, template.type) == ("B2B Lead Nurturing Campaign", "sales")
    assert template.version == "1.0.2"
    assert template.stage_names == ("awareness", "consideration", "decision")
    assert template.initial_stage == "awareness"
    assert template.completion.specific_response_received == "accept_proposal"


def test_the_documented_sales_stage_keeps_every_number() -> None:
    stage = parse_template(documented("sales_campaign_template_001")).stage("consideration")
    timing, rules = stage.messages[0].timing, stage.progression
    assert stage.title == "Product Consideration"
    assert stage.description == "Provide detailed information and address specific needs"
    assert (timing.delay_hours, timing.follow_up_delay_hours, timing.max_follow_ups) == (24, 72, 2)
    assert rules.response_required
    assert (rules.min_stage_duration_hours, rules.max_stage_duration_hours) == (48, 336)


def test_the_documented_support_template_parses_as_written() -> None:
    template = parse_template(documented("support_followup_template_001"))
    assert template.stage_names == ("initial_followup", "feedback", "satisfaction")
    (message,) = template.stage("satisfaction").messages
    conditions = [conditional.condition for conditional in message.conditional_templates]
    assert conditions == ["response.rating < 4", "response.rating >= 4"]
    assert not template.stage("satisfaction").progression.response_required


def test_the_list_shape_takes_names_from_the_stages() -> None:
    template = parse_template(a_list_shaped_document(), "campaign_sales")
    assert template.template_id == "campaign_sales"
    assert template.stage_names == ("awareness", "interest")
    assert template.stage("interest").title == "Interest"
    assert template.initial_stage == "awareness"


def test_global_timing_rules_fill_in_what_stages_leave_unsaid() -> None:
    template = parse_template(a_list_shaped_document())
    first, second = (stage.messages[0].timing for stage in template.stages)
    assert (first.delay_hours, first.follow_up_delay_hours, first.max_follow_ups) == (4, 24, 3)
    assert (second.delay_hours, second.follow_up_delay_hours, second.max_follow_ups) == (8, 24, 3)
    maxima = [stage.progression.max_stage_duration_hours for stage in template.stages]
    assert maxima == [96, 48]


def test_guidance_and_global_settings_are_kept_as_written() -> None:
    template = parse_template(a_list_shaped_document())
    assert template.stage("awareness").guidance == {"information_to_extract": ["team size"]}
    assert template.global_settings["business_hours"] == {"start": "09:00", "end": "17:00"}


def test_a_bare_list_of_phrases_describes_a_response() -> None:
    document = a_template_document(responses={"interested": ["tell me more"]})
    assert parse_template(document).responses["interested"].phrases == ("tell me more",)


def test_the_id_falls_back_to_the_one_given() -> None:
    assert parse_template(one_stage()).template_id == "inline"
    assert parse_template(one_stage(), "given").template_id == "given"
    assert parse_template(one_stage() | {"_id": "own"}, "given").template_id == "own"


def test_the_message_of_a_stage_waits_48_hours_before_it_asks_again() -> None:
    stage = parse_template(one_message()).stages[0]
    assert stage.messages[0].timing.follow_up_delay_hours == 48


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, ["template.stages", "at least one stage"]),
        ({"stages": {}}, ["template.stages", "at least one stage"]),
        ({"stages": []}, ["template.stages", "at least one stage"]),
        ({"stages": "awareness"}, ["template.stages", "mapping", "list"]),
        ({"stages": {"awareness": None}}, ["template.stages.awareness", "must be an object"]),
        ({"stages": {" ": {}}}, ["template.stages", "1 to 100 characters"]),
        ({"stages": {"x" * 101: {}}}, ["template.stages", "1 to 100 characters"]),
        ({"stages": [{}]}, ["template.stages.0.name", "missing"]),
        ({"stages": [{"name": 7}]}, ["template.stages.0.name", "not a text"]),
        ({"stages": ["awareness"]}, ["template.stages.0.name", "missing"]),
        ({"stages": [{"name": "a"}, {"name": "a"}]}, ["'a' stands twice", "once"]),
        (one_stage(messages="Hi"), ["stages.awareness.messages", "must be a list"]),
        (one_stage(messages=[7]), ["messages.0", "given: 7"]),
        (one_stage(messages=[{}]), ["messages.0.template", "is missing"]),
        (one_message(template=""), ["messages.0.template", "at least 1 character"]),
        (
            one_message(variants=[{"name": "a"}, {"name": "a"}]),
            ["messages.0.variants", "the variant 'a' stands twice", "its own name"],
        ),
        (
            one_stage(messages=[{"variants": [{"name": "a", "template": "Hi"}, {"name": "b"}]}]),
            ["messages.0.template", "is missing", "the variant 'b' has none either"],
        ),
        (
            one_message(variants=[{"name": "a", "weight": 0}]),
            ["variants.0.weight", "must be above 0"],
        ),
        (one_message(channels={"SMS": {"template": "Hi"}}), ["messages.0.channels.SMS"]),
        (one_message(channels={"sms": {}}), ["channels.sms.template", "is missing"]),
        (one_message(text="Hi"), ["messages.0.text", "is not a known field"]),
        (one_message(timing=4), ["messages.0.timing"]),
        (one_message(timing={"delay": 4}), ["timing.delay", "is not a known field"]),
        (one_message(timing={"delay_hours": -1}), ["delay_hours", "given: -1"]),
        (one_message(timing={"delay_hours": "soon"}), ["delay_hours", "given: 'soon'"]),
        (one_message(timing={"delay_hours": float("nan")}), ["delay_hours", "given: nan"]),
        (one_message(timing={"follow_up_delay_hours": 0}), ["follow_up_delay_hours", "given: 0"]),
        (one_message(timing={"max_follow_ups": 1.5}), ["max_follow_ups", "given: 1.5"]),
        (one_message(timing={"max_follow_ups": 51}), ["max_follow_ups", "given: 51"]),
        (
            one_message(conditional_templates=[{"template": "Hi"}]),
            ["conditional_templates.0.condition", "is missing"],
        ),
        (
            one_message(follow_up_templates=["Hi"]),
            ["follow_up_templates.0", "given: 'Hi'"],
        ),
        (one_rule(max_follow_up=2), ["max_follow_up", "is not a known field"]),
        (one_rule(response_required="perhaps"), ["response_required", "given: 'perhaps'"]),
        (one_rule(min_responses_required=0), ["min_responses_required", "given: 0"]),
        (
            one_rule(min_stage_duration_hours=48, max_stage_duration_hours=24),
            ["min_stage_duration_hours (48)", "max_stage_duration_hours (24)", "lower the one"],
        ),
        (
            one_rule(escalation_after_hours=49, max_stage_duration_hours=48),
            ["escalation_after_hours (49)", "max_stage_duration_hours (48)", "lower the one"],
        ),
        (
            one_rule(auto_advance_after_max_duration=True),
            ["auto_advance_after_max_duration needs max_stage_duration_hours"],
        ),
        (
            one_rule(specific_response_required="signed"),
            ["specific_response_required", "nothing recognises 'signed'", "add it to responses"],
        ),
        (one_stage(progression_rules=[1]), ["progression"]),
        (one_stage(extract={"x": {"type": "colour"}}), ["extract.x.type", "given: 'colour'"]),
        (one_stage(extract={"x": {"type": "choice"}}), ["extract.x", "needs choices"]),
        (one_stage(extract={"x": {"type": "text"}}), ["extract.x", "needs pattern"]),
        (
            one_stage() | {"default_initial_stage": "decision"},
            ["default_initial_stage: 'decision' is not", "awareness"],
        ),
        (
            one_stage() | {"completion_conditions": {"specific_response_received": "signed"}},
            ["completion_conditions.specific_response_received", "nothing recognises 'signed'"],
        ),
        (one_stage() | {"completion_conditions": {"all": True}}, ["all", "is not a known field"]),
        (one_stage() | {"responses": {"signed": []}}, ["responses.signed.phrases"]),
        (one_stage() | {"responses": ["signed"]}, ["template.responses"]),
        (one_stage() | {"name": 7}, ["template.name", "given: 7"]),
        (one_stage() | {"global_settings": []}, ["template.global_settings"]),
        (one_stage() | {"global_settings": [1]}, ["template.global_settings", "an object"]),
        (
            one_stage() | {"global_settings": {"timing_rules": 4}},
            ["template.global_settings.timing_rules", "an object"],
        ),
        (
            one_stage(extract={"x": {"minimum": 5, "maximum": 1}}),
            ["extract.x", "minimum (5) is above maximum (1)"],
        ),
        (
            one_stage() | {"fallbacks": {"recipient.name": None}},
            ["template.fallbacks", "recipient.name", '"" writes nothing'],
        ),
        (
            one_stage() | {"fallbacks": {"a": 1, "a.b": 2}},
            ["template.fallbacks", "a.b", "parts of its own"],
        ),
        (
            one_message(timing={"delay_hours": "template.stages.99"}),
            ["stages.awareness.messages.0.timing.delay_hours", "given: 'template.stages.99'"],
        ),
    ],
)
def test_a_damaged_template_is_refused_in_its_authors_words(
    document: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        parse_template(document)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (one_stage() | {"priority": "high"}, ["template.priority", "into global_settings"]),
        (one_stage() | {"business_hours": {}}, ["template.business_hours", "global_settings"]),
        (one_stage() | {"max_follow_ups": 2}, ["template.max_follow_ups", "progression_rules"]),
        (one_stage() | {"delay_hours": 2}, ["template.delay_hours", "timing of a message"]),
        (one_stage() | {"falbacks": {}}, ["template.falbacks", "did you mean fallbacks?"]),
        (one_stage(timing={}), ["stages.awareness.timing", "each of the messages"]),
        (one_stage(response_required=True), ["awareness.response_required", "progression_rules"]),
        (one_stage(skip_in_ordre=True), ["skip_in_ordre", "did you mean skip_in_order?"]),
        (settings(busines_hours={}), ["busines_hours", "did you mean business_hours?"]),
        (settings(frequency_cap={}), ["frequency_cap", "did you mean frequency_caps?"]),
        (settings(max_follow_ups=2), ["global_settings.max_follow_ups", "into timing_rules"]),
        (
            settings(timing_rules={"priority": "high"}),
            ["timing_rules.priority", "into global_settings itself"],
        ),
        (settings(timing_rules={"delay_hour": 1}), ["did you mean delay_hours?"]),
        (settings(timing_rules={"pace": 1}), ["timing_rules.pace", "is not a known field"]),
        (
            settings(timing_rules={"max_stage_duration_hours": -1}),
            ["global_settings.timing_rules.max_stage_duration_hours", "given: -1"],
        ),
        (
            one_stage() | {"initial_stage": "awareness", "default_initial_stage": "decision"},
            ["default_initial_stage and initial_stage", "differ", "remove one"],
        ),
        (one_stage() | {"type": "a", "campaign_type": "b"}, ["type and campaign_type", "differ"]),
        (
            one_stage(guidance={"a": 1}, conversation_guidance={"a": 2}),
            ["conversation_guidance and guidance", "differ"],
        ),
        ({"stages": [{"stage": "a", "name": "b"}]}, ["stages.a", "name and stage", "differ"]),
    ],
)
def test_what_would_silently_do_nothing_is_refused(
    document: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        parse_template(document)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_unknown_fields_are_let_be() -> None:
    document = settings(house_style="brief") | {"owner": "sales"}
    document["stages"]["awareness"]["colour"] = "green"
    assert parse_template(document).global_settings["house_style"] == "brief"


def test_defaults_that_fit_together_only_with_a_stage_are_fine() -> None:
    rules = {"auto_advance_after_max_duration": True}
    document = one_rule(max_stage_duration_hours=48) | {"global_settings": {"timing_rules": rules}}
    assert parse_template(document).stages[0].progression.auto_advance_after_max_duration


def test_a_problem_in_a_stage_is_told_alone() -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        parse_template(one_message(timing={"delay_hours": -1}))
    assert str(caught.value).count(";") == 1


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        parse_template(one_stage(messages=[{}], progression_rules={"min_responses_required": 0}))
    assert "messages.0.template" in str(caught.value)
    assert "min_responses_required" in str(caught.value)


@pytest.mark.parametrize("document", [None, "template", [], 7])
def test_what_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(InvalidTemplateError, match="must be an object"):
        parse_template(document)


def test_the_version_follows_from_the_content() -> None:
    document = a_template_document()
    reordered = dict(reversed(document.items()))
    assert content_version(document) == content_version(reordered)
    assert content_version(document) != content_version(document | {"name": "Other"})


def test_the_order_of_stages_and_of_what_is_asked_for_is_content() -> None:
    stages = {"a": {"messages": ["x"]}, "b": {"messages": ["y"]}}
    other_way = dict(reversed(stages.items()))
    assert content_version({"stages": stages}) != content_version({"stages": other_way})
    wanted = {"size": "How many?", "date": "When?"}
    asked = {"global_settings": {"answers": {"ask_for": wanted}}}
    turned = {"global_settings": {"answers": {"ask_for": dict(reversed(wanted.items()))}}}
    assert content_version(asked) != content_version(turned)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        *(
            (one_stage(**{field: value}), f"stages.awareness.{field}")
            for field, values in {
                "messages": [0, False, {}, ""],
                "progression_rules": [0, False, [], ""],
                "extract": [0, False, ""],
                "guidance": [0, False, ""],
                "title": [0, False, []],
                "description": [0, False, []],
                "skip_in_order": ["", []],
            }.items()
            for value in values
        ),
        *(
            (one_stage() | {field: value}, field)
            for field in ("name", "type", "default_initial_stage")
            for value in (0, False, [], {})
        ),
        *((settings(timing_rules=value), "timing_rules") for value in (0, False, [], "")),
        *((one_stage() | {"global_settings": value}, "global_settings") for value in (0, [], "")),
        *((one_message(timing=value), "messages.0.timing") for value in (0, False, [], "")),
    ],
)
def test_a_value_that_counts_as_false_is_not_taken_as_absent(
    document: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidTemplateError, match=place):
        parse_template(document)


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize(
    ("document", "place"),
    [
        (lambda value: one_message(timing={"delay_hours": value}), "delay_hours"),
        (lambda value: one_message(timing={"max_follow_ups": value}), "max_follow_ups"),
        (
            lambda value: one_stage(progression_rules={"max_stage_duration_hours": value}),
            "max_stage_duration_hours",
        ),
        (lambda value: settings(frequency_caps={"max_messages": value}), "max_messages"),
        (lambda value: settings(answer_rules={"min_confidence": value}), "min_confidence"),
    ],
)
def test_truth_is_no_number(
    document: Callable[[bool], dict[str, Any]], place: str, *, value: bool
) -> None:
    with pytest.raises(InvalidTemplateError, match=f"{place}: must be a.* number .given: "):
        parse_template(document(value))
