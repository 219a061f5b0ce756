"""Campaign types with rules of their own: what their class says goes before the usual decision."""

import asyncio
from typing import Any, Protocol

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Advance, Decision, Wait
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError

#: Usual decisions that no campaign type changes: nothing may follow them.
_FINAL = frozenset({"not_active", "campaign_end"})


class OwnRules(Protocol):
    """What a class for a campaign type has to have; CampaignManager has it."""

    async def evaluate_stage_progression(
        self, conversation_id: str, conversation_state: dict[str, Any]
    ) -> tuple[bool, str | None, dict[str, Any]]:
        """Return whether the conversation leaves its stage, for which, and its state then."""
        ...


async def decide_by_own_rules(
    rules: OwnRules,
    conversation: Conversation,
    template: CampaignTemplate,
    usual: Decision,
    again: Wait,
) -> Decision:
    """Return the decision of a campaign type's own rules, given the usual one.

    A stage that they name is entered at once; where they keep a conversation that would go on, it
    is asked ``again`` later; else the usual decision stands. Only the decision counts: the state
    that they return is not written. Raises InvalidInputError if they name a stage that cannot be
    entered, and whatever they raise.
    """
    if usual.rule in _FINAL:
        return usual
    goes_on, next_stage, _ = await _asked(rules, conversation)
    if goes_on and next_stage is not None:
        if isinstance(usual, Advance) and usual.next_stage == next_stage:
            return usual
        return _enter(next_stage, conversation, template, type(rules).__name__)
    if not goes_on and isinstance(usual, Advance):
        return again
    return usual


async def _asked(
    rules: OwnRules, conversation: Conversation
) -> tuple[bool, str | None, dict[str, Any]]:
    """Ask them; what would end more than this conversation is an error like any other.

    Raises RuntimeError for an await of theirs that was cancelled, and for ``sys.exit``.
    """
    document = conversation.model_dump(by_alias=True)
    try:
        return await rules.evaluate_stage_progression(conversation.id, document)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise  # it is the pass that is to end
        raise RuntimeError(f"{type(rules).__name__}: something it awaited was cancelled") from None
    except SystemExit as error:
        raise RuntimeError(f"{type(rules).__name__}: wanted to end the process ({error})") from None


def _enter(stage: str, conversation: Conversation, template: CampaignTemplate, who: str) -> Advance:
    if stage not in template.stage_names:
        names = ", ".join(template.stage_names)
        raise InvalidInputError(
            f"{who} asks for the stage {stage!r}, which the template does not have; add it with "
            f"skip_in_order, or name one of: {names}"
        )
    if any(visit.name == stage for visit in conversation.stages):
        raise InvalidInputError(
            f"{who} asks for the stage {stage!r}, in which the conversation has been; no stage is "
            "visited twice"
        )
    return Advance("campaign_type", f"{who} asks for the stage {stage}", StageName(stage))
