"""Which stage follows: in the template's order, and none that the conversation has been in."""

from collections.abc import Iterable

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.templates import CampaignTemplate, Stage


def stage_under_way(conversation: Conversation, template: CampaignTemplate) -> Stage:
    """Return the current stage; one without messages if a newer version has left it out."""
    name = conversation.current_stage
    return template.stage(name) if name in template.stage_names else Stage(name=name, title=name)


def stage_after(conversation: Conversation, template: CampaignTemplate) -> Stage | None:
    """Return the stage that follows the current one, or None after the last."""
    position = template.stage_names.index(conversation.current_stage)
    return _first_new(conversation, template.stages[position + 1 :])


def stage_after_removed(conversation: Conversation, template: CampaignTemplate) -> Stage | None:
    """Return the stage that follows one that a newer version of the template has left out.

    It is the first new one after the last stage that was visited and is still there; after the
    beginning if none is.
    """
    visited = _visited(conversation)
    positions = [
        number for number, stage in enumerate(template.stages, start=1) if stage.name in visited
    ]
    return _first_new(conversation, template.stages[max(positions, default=0) :])


def _first_new(conversation: Conversation, stages: Iterable[Stage]) -> Stage | None:
    visited = _visited(conversation)
    return next(
        (stage for stage in stages if not stage.skip_in_order and stage.name not in visited), None
    )


def _visited(conversation: Conversation) -> set[str]:
    return {visit.name for visit in conversation.stages}
