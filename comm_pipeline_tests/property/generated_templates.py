"""Hypothesis strategies for templates: every combination of rules that a template may have."""

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.templates import (
    CampaignTemplate,
    CompletionConditions,
    MessageTemplate,
    ProgressionRules,
    Stage,
    Timing,
)

#: Names that templates may wait for; replies choose from them.
NAMED = ("accept_proposal", "appointment_accepted")

_hours = st.sampled_from([0, 0, 1, 4, 24, 48])
_timing = st.builds(
    Timing,
    delay_hours=_hours,
    follow_up_delay_hours=st.sampled_from([1, 24, 48]),
    max_follow_ups=st.integers(0, 3),
)
_message = st.builds(MessageTemplate, template=st.just("Hello"), timing=_timing)
_completion = st.builds(
    CompletionConditions, specific_response_received=st.sampled_from([None, None, NAMED[0]])
)


@st.composite
def progression_rules(draw: st.DrawFn, *, has_maximum: bool) -> ProgressionRules:
    """Draw rules that fit together; ``has_maximum`` gives every stage an end in time."""
    minimum = draw(_hours)
    maxima = st.sampled_from([minimum, minimum + 1, minimum + 72])
    maximum = draw(maxima if has_maximum else st.none() | maxima)
    calls = [None, None, *(h for h in (0, 24, 100) if maximum is None or h <= maximum)]
    fields: dict[str, Any] = {
        "response_required": draw(st.booleans()),
        "min_responses_required": draw(st.sampled_from([1, 1, 2])),
        "specific_response_required": draw(st.sampled_from([None, None, *NAMED])),
        "min_stage_duration_hours": minimum,
        "max_stage_duration_hours": maximum,
        "auto_advance_after_max_duration": maximum is not None and draw(st.booleans()),
        "max_follow_ups": draw(st.sampled_from([None, 0, 1, 3])),
        "advance_on_failure": draw(st.booleans()),
        "escalation_after_hours": draw(st.sampled_from(calls)),
    }
    return ProgressionRules(**fields)


@st.composite
def _stages(draw: st.DrawFn, number: int, *, has_maximum: bool) -> Stage:
    messages = tuple(draw(st.lists(_message, max_size=3)))
    rules = draw(progression_rules(has_maximum=has_maximum))
    maximum = rules.max_stage_duration_hours
    escalation = rules.escalation_after_hours if rules.response_required else None
    delay = messages[0].timing.delay_hours if messages else -1
    assume(not maximum or delay < maximum)
    assume(escalation is None or delay < escalation)
    return Stage(name=StageName(f"stage {number}"), title="", messages=messages, progression=rules)


@st.composite
def templates(draw: st.DrawFn, *, has_maximum: bool = False) -> CampaignTemplate:
    """Draw a template of one to four stages with up to three messages each."""
    stages = tuple(
        draw(_stages(number, has_maximum=has_maximum)) for number in range(draw(st.integers(1, 4)))
    )
    return CampaignTemplate(
        template_id="generated",
        name="Generated",
        type="sales",
        stages=stages,
        initial_stage=stages[0].name,
        completion=draw(_completion),
    )
