"""What the demo's screen shows, read from the database: funnels, and who the recipients are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.statuses import BatchRequestStatus, CampaignStatus
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.errors import NotFoundError
from comm_pipeline.services.submit import SubmittedRequest
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.conversation_states import ConversationStateRepository
from comm_pipeline.storage.repositories import Repositories

#: Before the sensor has found the batch request there is no campaign.
WAITS_FOR_DAGSTER: Final = "waits for Dagster"
_GIVEN_UP: Final = frozenset({CampaignStatus.FAILED.value, CampaignStatus.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One step of a funnel; ``waiting`` conversations are in the stage now."""

    stage: str
    entered: int
    waiting: int
    completed: int


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How a campaign stands; ``status`` is that of the campaign once there is one."""

    campaign_id: CampaignId
    name: str
    status: str
    stages: tuple[StageProgress, ...] = ()
    next_due_at: datetime | None = None
    error: str | None = None

    @property
    def is_completed(self) -> bool:
        """Whether every conversation has ended and nothing waits."""
        return self.status == CampaignStatus.COMPLETED.value

    @property
    def is_given_up(self) -> bool:
        """Whether it will never be completed."""
        return self.status in _GIVEN_UP


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as the screen names them."""

    name: str
    timezone: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.timezone})" if self.timezone else self.name


class Progress:
    """Reads how the submitted requests stand."""

    def __init__(
        self,
        database: Database,
        repositories: Repositories,
        requests: Sequence[tuple[SubmittedRequest, str]],
    ) -> None:
        """Take each request with its name."""
        self._conversations = database[ConversationStateRepository.name]
        self._repositories = repositories
        self._requests = requests
        self._people: dict[str, Person] = {}

    async def read(self) -> list[CampaignProgress]:
        """Return how each campaign stands now."""
        return [await self._one(request, name) for request, name in self._requests]

    async def person(self, conversation_id: str) -> Person:
        """Return who the recipient of a conversation is."""
        if conversation_id not in self._people:
            key = ConversationId(conversation_id)
            state = await self._repositories.conversations.get_conversation_state(key)
            self._people[conversation_id] = person_of(state)
        return self._people[conversation_id]

    async def _one(self, request: SubmittedRequest, name: str) -> CampaignProgress:
        try:
            campaign = await self._repositories.campaigns.get(request.campaign_id)
        except NotFoundError:
            return await self._before_the_campaign(request, name)
        cursor = await self._conversations.aggregate(_funnel_pipeline(campaign.id))
        return CampaignProgress(
            campaign.id,
            name,
            campaign.status.value,
            funnel(campaign, await cursor.to_list()),
            campaign.next_due_at,
            campaign.error,
        )

    async def _before_the_campaign(self, request: SubmittedRequest, name: str) -> CampaignProgress:
        claimed = await self._repositories.requests.find_for_campaign(request.campaign_id) or {}
        is_failed = claimed.get("status") == BatchRequestStatus.FAILED.value
        status = CampaignStatus.FAILED.value if is_failed else WAITS_FOR_DAGSTER
        return CampaignProgress(request.campaign_id, name, status, error=claimed.get("error"))


def funnel(campaign: Campaign, rows: Sequence[Doc]) -> tuple[StageProgress, ...]:
    """Return the stages in the template's order, also those that nobody has entered."""
    counted = {row["_id"]: row for row in rows}
    template = parse_template(campaign.template_document, campaign.template_id)
    nobody = {"entered": 0, "waiting": 0, "completed": 0}
    return tuple(
        StageProgress(name, found["entered"], found["waiting"], found["completed"])
        for name in template.stage_names
        for found in [counted.get(name, nobody)]
    )


def person_of(conversation: Doc) -> Person:
    """Return the recipient of a conversation document; without a name, the id stands for it."""
    recipient: dict[str, Any] = conversation.get("context", {}).get("recipient", {})
    names = (recipient.get("first_name"), recipient.get("last_name"))
    name = " ".join(str(one) for one in names if one)
    return Person(name or str(conversation["user_id"]), recipient.get("timezone"))


def _funnel_pipeline(campaign_id: CampaignId) -> list[Doc]:
    is_open = {"$eq": [{"$ifNull": ["$stages.exited_at", None]}, None]}
    return [
        {"$match": {"campaign_id": campaign_id}},
        {"$project": {"stages.name": 1, "stages.exited_at": 1, "stages.completed": 1}},
        {"$unwind": "$stages"},
        {
            "$group": {
                "_id": "$stages.name",
                "entered": {"$sum": 1},
                "waiting": {"$sum": {"$cond": [is_open, 1, 0]}},
                "completed": {"$sum": {"$cond": ["$stages.completed", 1, 0]}},
            }
        },
    ]
