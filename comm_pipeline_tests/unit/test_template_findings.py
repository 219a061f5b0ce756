"""What looks wrong in templates, each with the place that its author has to look at."""

from typing import Any

import pytest

from comm_pipeline.domain.findings import Severity
from comm_pipeline.domain.template_findings import find_in_template
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline_tests.builders import a_template_document

MESSAGE = {"template": "Do you have a minute?"}


def stage(*messages: dict[str, Any], **rules: Any) -> dict[str, Any]:
    return {"messages": list(messages), "progression_rules": rules}


def found(document: dict[str, Any], initial_stage: str | None = None) -> set[tuple[str, str]]:
    findings = find_in_template(parse_template(document), initial_stage)
    return {(finding.rule, finding.place.removeprefix("template.")) for finding in findings}


def with_stages(**stages: Any) -> dict[str, Any]:
    first = next(iter(stages))
    return a_template_document(stages=stages, default_initial_stage=first)


def timed(**timing: Any) -> dict[str, Any]:
    return MESSAGE | {"timing": timing}


CASES = {
    "says nothing, wants an answer, has no end": (
        with_stages(a=stage()),
        ("endless_stage", "stages.a"),
    ),
    "says nothing and waits for nothing": (
        with_stages(a=stage(response_required=False)),
        ("stage_without_effect", "stages.a"),
    ),
    "no time for an answer": (
        with_stages(a=stage(MESSAGE, max_stage_duration_hours=0)),
        ("no_time_to_answer", "stages.a.progression_rules.max_stage_duration_hours"),
    ),
    "escalation without a wanted answer": (
        with_stages(a=stage(MESSAGE, response_required=False, escalation_after_hours=2)),
        ("rule_without_effect", "stages.a.progression_rules.escalation_after_hours"),
    ),
    "a response is named, none is required": (
        with_stages(
            a=stage(MESSAGE, response_required=False, specific_response_required="accept_proposal")
        ),
        ("rule_without_effect", "stages.a.progression_rules.specific_response_required"),
    ),
    "several answers are counted, none is required": (
        with_stages(a=stage(MESSAGE, response_required=False, min_responses_required=3)),
        ("rule_without_effect", "stages.a.progression_rules.min_responses_required"),
    ),
    # The message and 48 hours of silence are all that the stage has: it ends after 48 hours.
    "escalation after the silence": (
        with_stages(a=stage(MESSAGE, escalation_after_hours=100)),
        ("escalation_after_end", "stages.a.progression_rules.escalation_after_hours"),
    ),
    "more answers than messages": (
        with_stages(a=stage(MESSAGE, min_responses_required=3)),
        ("answers_not_asked_for", "stages.a.progression_rules.min_responses_required"),
    ),
    # Follow-ups after 48, 96 and 144 hours; the stage ends after 100.
    "a follow-up too many": (
        with_stages(a=stage(timed(max_follow_ups=3), max_stage_duration_hours=100)),
        ("follow_ups_without_room", "stages.a.messages.0.timing.max_follow_ups"),
    ),
    "a message too late": (
        with_stages(a=stage(MESSAGE, timed(delay_hours=50), max_stage_duration_hours=40)),
        ("message_without_room", "stages.a.messages.1.timing.delay_hours"),
    ),
    "a text for a follow-up that never comes": (
        with_stages(a=stage(MESSAGE | {"follow_up_templates": [MESSAGE]})),
        ("unused_follow_up_text", "stages.a.messages.0.follow_up_templates"),
    ),
    "a condition that was asked before": (
        with_stages(
            a=stage(
                MESSAGE
                | {
                    "conditional_templates": [
                        {"condition": "recipient.vip", "template": "A"},
                        {"condition": " recipient.vip ", "template": "B"},
                    ]
                }
            )
        ),
        ("text_never_chosen", "stages.a.messages.0.conditional_templates.1"),
    ),
    "a stage before the first": (
        a_template_document(default_initial_stage="decision"),
        ("unreachable_stage", "stages.awareness"),
    ),
    "a stage behind the response that ends the conversation": (
        with_stages(
            a=stage(MESSAGE, specific_response_required="accept_proposal"), b=stage(MESSAGE)
        )
        | {"completion_conditions": {"specific_response_received": "accept_proposal"}},
        ("unreachable_stage", "stages.b"),
    ),
    "no success": (
        a_template_document(completion_conditions={"all_stages_completed": False}),
        ("no_success", "completion_conditions.all_stages_completed"),
    ),
    "a success that nobody waits for": (
        with_stages(a=stage(MESSAGE, response_required=False))
        | {"completion_conditions": {"specific_response_received": "accept_proposal"}},
        ("completion_not_awaited", "completion_conditions.specific_response_received"),
    ),
    "a phrase of two responses": (
        a_template_document(responses={"yes": ["go on"], "maybe": ["Go  on"]}),
        ("phrase_with_two_names", "responses.maybe.phrases"),
    ),
    "a strategy for no follow-ups": (
        with_stages(a=stage(MESSAGE))
        | {"global_settings": {"follow_up_strategies": {"none": {"delay_factor": 2}}}},
        ("rule_without_effect", "global_settings.follow_up_strategies"),
    ),
    "another channel where there is one": (
        a_template_document(global_settings={"channels": ["email"], "channel_fallback": True}),
        ("rule_without_effect", "global_settings.channel_fallback"),
    ),
    "an end that a person comes before": (
        with_stages(a=stage(MESSAGE) | {"answer_rules": {"end_on": ["complaint"]}}),
        ("rule_without_effect", "stages.a.answer_rules.end_on"),
    ),
    "two sets of texts in one language": (
        with_stages(
            a=stage(MESSAGE)
            | {
                "answers": {
                    "otherwise": "Thanks.",
                    "languages": {"en": {"otherwise": "Thank you."}},
                }
            }
        ),
        ("language_twice", "stages.a.answers.languages.en"),
    ),
    "preferred times at night": (
        a_template_document(
            global_settings={
                "business_hours": {"start": "09:00", "end": "17:00"},
                "optimal_contact_times": ["20:00-08:00"],
            }
        ),
        ("rule_without_effect", "global_settings.optimal_contact_times"),
    ),
}


@pytest.mark.parametrize(("document", "expected"), CASES.values(), ids=CASES.keys())
def test_finds(document: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(document) == {expected}


def test_an_ordinary_template_has_no_findings() -> None:
    assert found(a_template_document()) == set()


def test_a_stage_before_the_one_that_the_request_begins_with() -> None:
    assert found(a_template_document(), "decision") == {("unreachable_stage", "stages.awareness")}


def test_stages_out_of_order_are_reached_by_own_rules() -> None:
    document = a_template_document(default_initial_stage="decision")
    document["stages"]["awareness"]["skip_in_order"] = True
    assert found(document) == set()


@pytest.mark.parametrize(
    "way_out",
    [
        {"advance_on_failure": True},
        {"auto_advance_after_max_duration": True, "max_stage_duration_hours": 72},
        {"specific_response_required": "appointment_accepted"},
    ],
)
def test_a_stage_with_another_way_out_leads_on(way_out: dict[str, Any]) -> None:
    rules = {"specific_response_required": "accept_proposal"} | way_out
    document = with_stages(a=stage(MESSAGE, **rules), b=stage(MESSAGE))
    document["completion_conditions"] = {"specific_response_received": "accept_proposal"}
    assert not [rule for rule, _ in found(document) if rule == "unreachable_stage"]


def test_follow_ups_that_the_strategy_takes_away_need_no_room() -> None:
    document = with_stages(a=stage(timed(max_follow_ups=3), max_stage_duration_hours=50))
    document["global_settings"] = {"follow_up_strategies": {"none": {"max_follow_ups": 1}}}
    assert found(document) == set()


def test_what_only_looks_wrong_is_a_warning() -> None:
    document = with_stages(a=stage(MESSAGE, min_responses_required=3), b=stage())
    severities = {f.rule: f.severity for f in find_in_template(parse_template(document))}
    assert severities == {
        "answers_not_asked_for": Severity.WARNING,
        "endless_stage": Severity.ERROR,
    }
