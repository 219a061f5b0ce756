"""Hypothesis strategies for templates whose numbers are as small or large as each field allows."""

from typing import Any

from hypothesis import strategies as st

from comm_pipeline.domain.template_timing import LONGEST_HOURS, MOST_FOLLOW_UPS

_hours = st.sampled_from([0, 1e-9, 1, LONGEST_HOURS])
_some_hours = st.sampled_from([1e-9, 1, LONGEST_HOURS])
_follow_ups = st.sampled_from([0, 1, MOST_FOLLOW_UPS])
_factors = st.sampled_from([1e-9, 1, 1_000])

_timings = st.fixed_dictionaries(
    {},
    optional={
        "delay_hours": _hours,
        "follow_up_delay_hours": _some_hours,
        "max_follow_ups": _follow_ups,
    },
)
_rules = st.fixed_dictionaries(
    {},
    optional={
        "response_required": st.booleans(),
        "min_responses_required": st.sampled_from([1, 2**62]),
        "min_stage_duration_hours": _hours,
        "max_stage_duration_hours": _hours,
        "max_follow_ups": _follow_ups,
        "advance_on_failure": st.booleans(),
        "escalation_after_hours": _hours,
    },
)
_strategies = st.fixed_dictionaries(
    {}, optional={"delay_factor": _factors, "max_follow_ups": _follow_ups}
)
_settings = st.fixed_dictionaries(
    {},
    optional={
        "follow_up_strategies": st.fixed_dictionaries(
            {}, optional={"none": _strategies, "quick": _strategies, "slow": _strategies}
        ),
        "frequency_caps": st.fixed_dictionaries(
            {"max_messages": st.sampled_from([1, 10_000]), "per_hours": _some_hours}
        ),
        "business_hours": st.just({"monday": "09:00-09:01", "timezone": "recipient"}),
    },
)


def _stage(speaks: bool, timing: Any, rules: Any) -> dict[str, Any]:
    messages = [{"template": "Hi", "timing": timing}] if speaks else []
    return {"messages": messages, "progression_rules": rules}


_stages = st.builds(_stage, st.booleans(), _timings, _rules)


@st.composite
def extreme_templates(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a template of alike stages, few or as many as a template may have."""
    stages = draw(st.lists(_stages, min_size=1, max_size=3))
    repeated = draw(st.sampled_from([1, 1, 1, 60]))
    named = {f"s{number}": stage for number, stage in enumerate(stages * repeated)}
    longest = draw(st.sampled_from([None, 1e-9, LONGEST_HOURS]))
    return {
        "stages": named,
        "global_settings": draw(_settings),
        "completion_conditions": {} if longest is None else {"max_duration_hours": longest},
        "fallbacks": {"a." * draw(st.sampled_from([0, 1, 39, 40, 3_000])) + "b": 1},
        "context_data": {"a." * draw(st.sampled_from([0, 1, 39, 40, 3_000])) + "b": 1},
    }
