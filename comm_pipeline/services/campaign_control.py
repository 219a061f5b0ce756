"""What people may do to a whole campaign: pause it, let it go on, give it up.

Each is one guarded update of its status. Passes that are under way ask for the status again with
every batch, and delivery before every message that it has not just asked for, so nothing more
leaves after the batch that is being offered.
"""

from dataclasses import asdict
from datetime import datetime

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.sending_health import BY_ITSELF, SendingCounts
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.storage.campaigns import CampaignRepository
from comm_pipeline.storage.repositories import Repositories


async def pause_campaign(
    campaigns: CampaignRepository, campaign_id: CampaignId, reason: str, now: datetime
) -> Campaign:
    """Let nothing leave until the campaign is resumed; replies are taken up meanwhile.

    A last pass plans when people have to be told of hand-offs.

    Raises NotFoundError, and IllegalTransitionError if the campaign has ended or is paused.
    """
    return await campaigns.change_status(
        campaign_id, CampaignStatus.PAUSED, paused_at=now, pause_reason=reason, next_due_at=now
    )


async def resume_campaign(
    repositories: Repositories, campaign_id: CampaignId, now: datetime
) -> Campaign:
    """Let a paused campaign go on from where it was; what has become due meanwhile is due now.

    If it had paused by itself, only bounces and complaints that come from now on count.

    Raises NotFoundError, and IllegalTransitionError if the campaign is not paused.
    """
    campaign = await repositories.campaigns.get(campaign_id)
    counts = campaign.counts_when_resumed
    if (campaign.pause_reason or "").startswith(BY_ITSELF):
        by_status = await repositories.ledger.count_by_status(campaign_id)
        counts = asdict(SendingCounts.of(by_status))
    has_begun = campaign.conversation_states_initialized
    return await repositories.campaigns.change_status(
        campaign_id,
        CampaignStatus.ACTIVE if has_begun else CampaignStatus.SCHEDULED,
        paused_at=None,
        pause_reason=None,
        next_due_at=now,
        wakeups=campaign.wakeups + 1,
        counts_when_resumed=counts,
    )


async def cancel_campaign(
    campaigns: CampaignRepository, campaign_id: CampaignId, reason: str, now: datetime
) -> Campaign:
    """End a campaign for ever; a last pass settles the messages that still wait as cancelled.

    Raises NotFoundError, and IllegalTransitionError if the campaign has ended.
    """
    return await campaigns.change_status(
        campaign_id,
        CampaignStatus.CANCELLED,
        error=f"cancelled: {reason}",
        completed_at=now,
        next_due_at=now,
    )
