"""How campaigns stand right now: counted when asked, from indexes, for the command line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class CampaignOverview:
    """One campaign: conversations and messages by status, and who holds it."""

    campaign_id: CampaignId
    name: str
    type: str
    status: str
    recipients: int
    next_due_at: datetime | None
    error: str | None
    pause_reason: str | None
    conversations: dict[str, int]
    messages: dict[str, int]
    held_by: str | None


@dataclass(frozen=True, slots=True)
class SystemOverview:
    """The whole system: campaigns and replies by status, the latest campaigns, latest alerts."""

    campaigns: dict[str, int]
    replies: dict[str, int]
    latest: list[CampaignOverview]
    alerts: list[dict[str, Any]]


async def campaign_overview(repositories: Repositories, campaign_id: str) -> CampaignOverview:
    """Return how a campaign stands. Raises NotFoundError if there is none of that id."""
    campaign = await repositories.campaigns.get(CampaignId(campaign_id))
    return await _overview(repositories, campaign)


async def system_overview(repositories: Repositories, most: int) -> SystemOverview:
    """Return how everything stands, with the ``most`` latest campaigns."""
    latest = await repositories.campaigns.find_latest(most)
    return SystemOverview(
        campaigns=await repositories.campaigns.count_by_status(),
        replies=await repositories.inbound.count_by_status(),
        latest=[await _overview(repositories, campaign) for campaign in latest],
        alerts=await repositories.alerts.find_latest(5),
    )


async def _overview(repositories: Repositories, campaign: Campaign) -> CampaignOverview:
    holder = await repositories.leases.holder(campaign.id)
    return CampaignOverview(
        campaign_id=campaign.id,
        name=campaign.name,
        type=campaign.type,
        status=campaign.status.value,
        recipients=campaign.total_recipients,
        next_due_at=campaign.next_due_at,
        error=campaign.error,
        pause_reason=campaign.pause_reason,
        conversations=await repositories.conversations.count_by_status(campaign.id),
        messages=await repositories.ledger.count_by_status(campaign.id),
        held_by=holder["owner"] if holder else None,
    )
