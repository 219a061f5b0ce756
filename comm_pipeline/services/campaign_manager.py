"""Campaign Manager: the documented interface to a campaign's conversations.

Its methods have the names, arguments and results of the class diagram, and take and give documents.
They are for callers who ask about or move single conversations. Passes over due work go through the
Worker Service and ask the same rules in ``domain``. A class derived from this one may be registered
for a campaign type (``campaign_types``): then passes over campaigns of that type ask its
``evaluate_stage_progression`` first.
"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import OperationFailure

from comm_pipeline.domain.awaited_messages import as_all_left, awaited_delivery, awaited_keys
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Advance, CampaignFacts, Complete, decide
from comm_pipeline.domain.ids import CampaignId, ConversationId, StageName
from comm_pipeline.domain.progression import Verdict, evaluate_progression
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.transition import conclude, enter_stage, without_message
from comm_pipeline.errors import (
    ConflictError,
    IllegalTransitionError,
    InvalidInputError,
    NotFoundError,
)
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.conversation_setup import set_up_conversations
from comm_pipeline.services.conversation_updates import check_updates
from comm_pipeline.services.metrics_collector import MetricsCollector
from comm_pipeline.services.worker_service import WorkerService
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

Document = dict[str, Any]
#: How often a change is tried again when somebody else changed the conversation first.
_TRIES = 5
#: Rules of a Complete that say that nothing is left to do, and not that the stage has failed.
_DONE = frozenset({"specific_response_received", "all_stages_completed"})
#: MongoDB's answer to a path that goes through a value: PathNotViable.
_PATH_NOT_VIABLE = 28


class CampaignManager:
    """Initialises conversations, evaluates and moves their stages, and tells how they are."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        metrics: MetricsCollector,
        worker: WorkerService,
        clock: Clock,
        *,
        batch_size: int = 100,
        delay_factor: float = 1.0,
    ) -> None:
        self.conversation_state_repository = repositories.conversations
        self.config_manager = config_manager
        self.metrics = metrics
        self._repositories = repositories
        self._worker = worker
        self._clock = clock
        self._batch_size = batch_size
        self._delay_factor = delay_factor

    async def initialize_campaign_conversations(self, campaign_id: str) -> int:
        """Create a conversation for each recipient and return how many there are.

        Doing it again creates those that are missing. Raises NotFoundError for an unknown campaign.
        """
        campaign = await self._campaign(campaign_id)
        template = self.config_manager.template_of(campaign)
        return await set_up_conversations(
            self._repositories, campaign, template, self._clock(), self._batch_size
        )

    async def get_pending_conversations(
        self,
        campaign_id: str,
        stage: str | None = None,
        limit: int = 100,
        status: str = "active",
    ) -> list[Document]:
        """Return conversations that are due, longest due first, without their history."""
        return await self.conversation_state_repository.find_pending(
            CampaignId(campaign_id), self._clock(), limit, stage, status
        )

    async def evaluate_stage_progression(
        self,
        conversation_id: str,  # noqa: ARG002 - documented signature; the state has it too
        conversation_state: Document,
    ) -> tuple[bool, str | None, Document]:
        """Return whether the conversation should leave its stage, for which, and its state then.

        No next stage with True means that the conversation is done: the last stage is, or the
        response has come that completes the campaign's conversations. The state is the one given
        where nothing changes. Nothing is written. Raises NotFoundError if its campaign does not
        exist.
        """
        campaign = await self._campaign(conversation_state["campaign_id"])
        template = self.config_manager.template_of(campaign)
        conversation, now = Conversation.model_validate(conversation_state), self._clock()
        facts = CampaignFacts(self._delay_factor, campaign.ends_at)
        deliveries = await self._repositories.ledger.delivery_facts(awaited_keys(conversation))
        conversation = as_all_left(conversation, deliveries)
        calendars = self.config_manager.calendars_of(campaign)
        decision = decide(
            conversation,
            template,
            facts,
            now,
            awaited_delivery(conversation, deliveries),
            calendars.of(conversation.contact, campaign.learned_hours),
        )
        if isinstance(decision, Advance) or (
            isinstance(decision, Complete) and decision.rule in _DONE
        ):
            next_stage = decision.next_stage if isinstance(decision, Advance) else None
            after = without_message(conversation, decision, now)
            return True, next_stage, _updated(conversation_state, after)
        return False, None, conversation_state

    async def advance_conversation_stage(self, conversation_id: str, next_stage: str) -> Document:
        """Move a conversation to a stage that it has not been in, and return it.

        Raises NotFoundError, ConflictError, and IllegalTransitionError if the conversation has
        ended or the stage is unknown or was visited.
        """

        def advance(conversation: Conversation, template: CampaignTemplate) -> Conversation:
            _check_may_enter(conversation, template, next_stage)
            return enter_stage(conversation, StageName(next_stage), self._clock())

        return await self._change(conversation_id, advance)

    async def get_campaign_metrics(self, campaign_id: str) -> Document:
        """Return the campaign's metrics document, at most as old as the metrics' time to live."""
        metrics: Document = await self.metrics.get_campaign_metrics(CampaignId(campaign_id))
        return metrics

    async def update_conversation_state(
        self, conversation_id: str, updates: Mapping[str, Any]
    ) -> Document:
        """Set fields of a conversation, e.g. ``{"context.deal_size": 5}``, and return it.

        Its campaign becomes due. Raises NotFoundError, and InvalidInputError for fields that only
        rules may change and for paths that cannot be set.
        """
        check_updates(updates)
        try:
            state = await self.conversation_state_repository.update_conversation_state(
                conversation_id, updates
            )
        except OperationFailure as error:
            if error.code != _PATH_NOT_VIABLE:
                raise
            raise InvalidInputError(f"a path goes through a value: {error}") from error
        await self._repositories.campaigns.wake([state["campaign_id"]], self._clock())
        return state

    async def get_conversation_history(self, conversation_id: str) -> list[Document]:
        """Return every message of a conversation, oldest first."""
        state = await self.conversation_state_repository.get_conversation_state(conversation_id)
        return list(state["message_history"])

    async def mark_conversation_complete(self, conversation_id: str) -> Document:
        """End a conversation as a success and return it.

        Raises NotFoundError, IllegalTransitionError if it has ended, ConflictError.
        """
        return await self._change(
            conversation_id,
            lambda conversation, _: conclude(
                conversation, Outcome.SUCCESS, "marked as complete", self._clock()
            ),
        )

    def _get_stage_data(self, conversation_state: Document, stage: str) -> Document:
        """Return a stage of the template in ``conversation_state["template"]``, as a document."""
        template = parse_template(conversation_state["template"])
        try:
            return template.stage(stage).model_dump()
        except KeyError:
            raise NotFoundError(f"the template has no stage {stage!r}") from None

    def _get_stages_for_campaign_type(
        self,
        template: Document,
        campaign_type: str,  # noqa: ARG002 - documented signature, for classes derived from this
    ) -> list[str]:
        """Return the names of a template's stages in order; the same for every type here."""
        return list(parse_template(template).stage_names)

    def _should_advance_to_next_stage(
        self, conversation_state: Document, stage_data: Document
    ) -> tuple[bool, str]:
        """Return whether the rules of a stage let a conversation go on, and why or why not."""
        conversation = Conversation.model_validate(conversation_state)
        stage = Stage.model_validate(stage_data)
        found = evaluate_progression(conversation.visit, stage, self._delay_factor, self._clock())
        return found.verdict is Verdict.ADVANCE, f"{found.rule}: {found.reason}"

    async def _campaign(self, campaign_id: str) -> Campaign:
        return await self._repositories.campaigns.get(CampaignId(campaign_id))

    async def _change(self, conversation_id: str, change: Any) -> Document:
        """Apply a pure change by compare-and-set, reading again when somebody was faster."""
        key = ConversationId(conversation_id)
        for _ in range(_TRIES):
            conversation = (await self.conversation_state_repository.load([key])).get(key)
            if conversation is None:
                raise NotFoundError(f"there is no conversation {conversation_id!r}")
            campaign = await self._campaign(conversation.campaign_id)
            after = change(conversation, self.config_manager.template_of(campaign))
            if await self._worker.commit([Commit(conversation, after)]):
                await self._repositories.campaigns.wake([campaign.id], self._clock())
                return await self.conversation_state_repository.get_conversation_state(key)
        raise ConflictError(f"conversation {conversation_id} is changed by others all the time")


def _updated(state: Document, after: Conversation) -> Document:
    """Return ``state`` with the fields that ``after`` has set; what was not given stays away."""
    return {**state, **after.model_dump(include=after.model_fields_set - {"id"})}


def _check_may_enter(
    conversation: Conversation, template: CampaignTemplate, next_stage: str
) -> None:
    if not conversation.is_active:
        raise IllegalTransitionError(f"conversation {conversation.id} is {conversation.status}")
    if next_stage not in template.stage_names:
        names = ", ".join(template.stage_names)
        raise IllegalTransitionError(f"{next_stage!r} is not one of the stages: {names}")
    if any(visit.name == next_stage for visit in conversation.stages):
        raise IllegalTransitionError(
            f"conversation {conversation.id} has been in {next_stage!r}; no stage is visited twice"
        )
