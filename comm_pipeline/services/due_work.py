"""What is due now, asked by index: the cost follows what is due, not what exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError
from pymongo.errors import PyMongoError

from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.errors import told
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

#: Due campaigns looked at in one go; the longest due come first, the rest has its turn next.
_CAMPAIGNS_AT_ONCE: Final = 200
_REQUESTS_AT_ONCE: Final = 1000
#: How long a campaign that cannot be read is left alone.
_UNREADABLE_RESTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueWork:
    """Due campaigns: ``large`` ones deserve a run of their own; ``held`` ones are worked on."""

    large: Sequence[CampaignId]
    small: Sequence[CampaignId]
    held: Sequence[CampaignId]
    has_replies: bool
    has_reports: bool = False


async def find_waiting_requests(repositories: Repositories, now: datetime) -> list[Doc]:
    """Return batch requests to take up: ``_id``, ``status`` and ``claim`` of each."""
    return await repositories.requests.find_waiting(now, _REQUESTS_AT_ONCE)


async def find_due_work(repositories: Repositories, settings: Settings, now: datetime) -> DueWork:
    """Return what is due at ``now``."""
    due = await repositories.campaigns.find_due(now, _CAMPAIGNS_AT_ONCE)
    held = await repositories.leases.held(due)
    large: list[CampaignId] = []
    small: list[CampaignId] = []
    for campaign_id in due:
        if campaign_id not in held:
            threshold = settings.large_campaign_due
            has_much = await has_much_due_if_readable(repositories, campaign_id, threshold, now)
            if has_much is not None:
                (large if has_much else small).append(campaign_id)
    return DueWork(
        large,
        small,
        sorted(held, key=str),
        has_replies=await repositories.inbound.has_new(),
        has_reports=await repositories.provider_reports.has_due(now),
    )


async def has_much_due_if_readable(
    repositories: Repositories, campaign_id: CampaignId, threshold: int, now: datetime
) -> bool | None:
    """Return what ``has_much_due`` says; None for a campaign that cannot be read.

    That one is postponed, with an alert, so that it does not stop the others.
    """
    try:
        return await has_much_due(repositories, campaign_id, threshold, now)
    except PyMongoError:
        raise
    except Exception as error:  # broken documents fail in many ways
        reason = f"the campaign cannot be read: {explain(error)}"
        await repositories.campaigns.postpone(campaign_id, now + _UNREADABLE_RESTS, reason)
        await repositories.alerts.raise_alert(f"campaign:{campaign_id}", reason, now)
        return None


def explain(error: Exception) -> str:
    """Return in one line what is wrong with a document, or what else happened."""
    if isinstance(error, ValidationError):
        return explain_validation_error(error)
    return told(error)


async def has_much_due(
    repositories: Repositories, campaign_id: CampaignId, threshold: int, now: datetime
) -> bool:
    """Return whether a campaign has so much to do that it gets a run of its own.

    Before its conversations exist, all of its recipients are ahead.
    """
    campaign = await repositories.campaigns.get(campaign_id)
    if campaign.status is not CampaignStatus.ACTIVE:
        return campaign.total_recipients >= threshold
    due = await repositories.conversations.count_due(campaign_id, now, threshold)
    if due < threshold:
        due += await repositories.ledger.count_due(campaign_id, now, threshold)
    return due >= threshold
