"""Rules for a whole campaign, as they come out of ``global_settings``."""

from typing import Any

import pytest

from comm_pipeline.domain.follow_up_strategies import Engagement
from comm_pipeline.domain.stage_order import stage_after
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate, Priority
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline_tests.builders import a_conversation, a_message, a_stage, a_template, a_visit


def with_settings(**settings: Any) -> CampaignTemplate:
    return parse_template({"stages": {"a": {"messages": ["Hi"]}}, "global_settings": settings})


def test_without_settings_every_hour_and_number_is_fine() -> None:
    template = with_settings()
    assert (template.business_hours, template.holidays) == (None, None)
    assert (template.optimal_contact_times, template.follow_up_strategies) == (None, None)
    assert (template.frequency_caps, template.channels) == ((), ())
    assert (template.channel_order, template.channel_fallback) == (("email",), False)
    assert template.priority is Priority.NORMAL


def test_every_setting_becomes_an_attribute() -> None:
    template = with_settings(
        business_hours={"start": "09:00", "end": "17:00"},
        holidays="DE",
        optimal_contact_times=["10:00-12:00"],
        follow_up_strategies={"quick": {"within_hours": 8}},
        frequency_caps={"max_messages": 2, "per_hours": 168},
        priority="low",
        channels=["sms", "email"],
    )
    assert template.business_hours is not None
    assert len(template.business_hours.windows[0]) == 1
    assert template.holidays is not None
    assert template.holidays.country == "DE"
    assert template.optimal_contact_times is not None
    assert [str(one) for one in template.optimal_contact_times.windows] == ["10:00-12:00"]
    assert template.follow_up_strategies is not None
    assert template.follow_up_strategies.quick.within_hours == 8
    (cap,) = template.frequency_caps
    assert (cap.max_messages, cap.per_hours) == (2, 168)
    assert (template.priority, template.channels) == (Priority.LOW, ("sms", "email"))


def test_null_stands_for_not_given() -> None:
    template = with_settings(business_hours=None, frequency_caps=None, priority=None)
    assert (template.business_hours, template.frequency_caps) == (None, ())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"business_hours": {"start": "25:00", "end": "26:00"}}, ["business_hours.start", "25:00"]),
        ({"business_hours": {}}, ["business_hours", "no window"]),
        ({"holidays": 4}, ["global_settings.holidays", "country"]),
        ({"optimal_contact_times": ["9-10"]}, ["optimal_contact_times.windows", "9"]),
        ({"follow_up_strategies": {"fast": {}}}, ["follow_up_strategies.fast", "not a known"]),
        ({"follow_up_strategies": {"slow": {"within_hours": 3}}}, ["slow.within_hours", "not a"]),
        (
            {"follow_up_strategies": {"none": {"delay_factor": 0}}},
            ["global_settings.follow_up_strategies.none.delay_factor", "must be above 0"],
        ),
        ({"frequency_caps": [{"max_messages": 0, "per_hours": 1}]}, ["caps.0.max_messages"]),
        ({"frequency_caps": [{"max_messages": 1}]}, ["frequency_caps.0.per_hours", "is missing"]),
        ({"priority": "urgent"}, ["global_settings.priority", "'high', 'normal' or 'low'"]),
        ({"channels": []}, ["global_settings.channels", "at least 1"]),
        ({"channels": ["sms", "sms"]}, ["global_settings.channels", "'sms' stands twice"]),
        ({"channels": "sms"}, ["global_settings.channels"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_fix(settings: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        with_settings(**settings)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_strategies_change_delay_and_number_of_follow_ups() -> None:
    message = a_message(follow_up_delay_hours=48, max_follow_ups=3)
    strategies = {"quick": {"delay_factor": 0.5}, "none": {"delay_factor": 2, "max_follow_ups": 1}}
    template = a_template(
        a_stage("plain", (message,)),
        a_stage("ruled", (message,), max_follow_ups=2),
        follow_up_strategies=strategies,
    )

    def found(stage: str, engagement: Engagement) -> tuple[int, float]:
        engaged = template.stage_for(stage, engagement)
        (said,) = engaged.messages
        return engaged.max_follow_ups(said), said.timing.follow_up_delay_hours

    assert found("plain", Engagement.QUICK) == (3, 24)
    assert found("plain", Engagement.SLOW) == (3, 48)
    assert found("plain", Engagement.NONE) == (1, 96)
    assert found("ruled", Engagement.QUICK) == (2, 24)
    assert found("ruled", Engagement.NONE) == (1, 96)


def test_a_strategy_never_adds_follow_ups() -> None:
    template = a_template(a_stage("a"), follow_up_strategies={"slow": {"max_follow_ups": 9}})
    stage = template.stage_for("a", Engagement.SLOW)
    assert stage.max_follow_ups(stage.messages[0]) == 0


def test_without_strategies_the_stage_is_the_same_for_all() -> None:
    template = a_template(a_stage("a"))
    for engagement in Engagement:
        assert template.stage_for("a", engagement) is template.stage("a")
    with pytest.raises(KeyError):
        template.stage_for("b", Engagement.NONE)


def test_the_order_passes_over_stages_that_only_own_rules_enter() -> None:
    stages = {"offer": {}, "executive_approval": {"skip_in_order": True}, "contract": {}}
    template = parse_template({"stages": stages})
    following = stage_after(a_conversation(a_visit("offer")), template)
    assert following is not None
    assert following.name == "contract"
    after_approval = stage_after(a_conversation(a_visit("executive_approval")), template)
    assert after_approval == following


def test_conversations_do_not_begin_in_a_stage_out_of_order() -> None:
    template = parse_template({"stages": {"approval": {"skip_in_order": True}, "offer": {}}})
    assert template.initial_stage == "offer"
    with pytest.raises(InvalidTemplateError, match="'a' has skip_in_order, so that nothing would"):
        parse_template({"stages": {"a": {"skip_in_order": True}}})
