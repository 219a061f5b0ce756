"""Stages of a template that nobody reaches, and why."""

from collections.abc import Collection, Iterator

from comm_pipeline.domain.findings import Finding, warning
from comm_pipeline.domain.templates import CampaignTemplate, Stage

_RULE = "unreachable_stage"


def find_unreached(template: CampaignTemplate, initial_stage: str) -> Iterator[Finding]:
    """Yield the stages of the order that no conversation comes to."""
    if initial_stage not in template.stage_names:
        return
    first = template.stage_names.index(template.stage(initial_stage).name)
    for stage in _in_order(template.stages[:first]):
        yield warning(
            _RULE,
            f"template.stages.{stage.name}",
            f"nobody reaches the stage {stage.name}: conversations begin in {initial_stage}, "
            "which comes after it, and go forward only",
            "begin with this stage (default_initial_stage), move it, or remove it",
        )
    yield from _find_behind_success(template, _in_order(template.stages[first:]))


def find_led_to_by_nobody(
    template: CampaignTemplate, initial_stage: str, campaign_type: str, own_types: Collection[str]
) -> Iterator[Finding]:
    """Yield the stages out of order of a campaign whose type has no class of its own.

    ``own_types`` are the campaign types that have one.
    """
    if campaign_type in own_types:
        return
    for stage in template.stages:
        if stage.skip_in_order and stage.name != initial_stage:
            yield warning(
                _RULE,
                f"template.stages.{stage.name}",
                f"nobody reaches the stage {stage.name}: it has skip_in_order, and no class is "
                f"registered for the campaign type {campaign_type} that could lead into it",
                "register the class (CAMPAIGN_TYPES), correct the type, or remove skip_in_order",
            )


def _in_order(stages: Collection[Stage]) -> list[Stage]:
    return [stage for stage in stages if not stage.skip_in_order]


def _find_behind_success(template: CampaignTemplate, stages: list[Stage]) -> Iterator[Finding]:
    """Yield the stages behind one that only the response leaves which ends the conversation."""
    wanted = template.completion.specific_response_received
    ends = next((n for n, stage in enumerate(stages) if _is_left_only_by(stage, wanted)), None)
    for stage in stages[ends + 1 :] if ends is not None else ():
        yield warning(
            _RULE,
            f"template.stages.{stage.name}",
            f"nobody reaches the stage {stage.name}: the only way out of an earlier stage is the "
            f"response {wanted}, which ends the conversation (completion_conditions)",
            "demand another response there, advance_on_failure, or change "
            "completion_conditions.specific_response_received",
        )


def _is_left_only_by(stage: Stage, response: str | None) -> bool:
    rules = stage.progression
    return (
        response is not None
        and rules.specific_response_required == response
        and rules.response_required
        and not rules.advance_on_failure
        and not rules.auto_advance_after_max_duration
    )
