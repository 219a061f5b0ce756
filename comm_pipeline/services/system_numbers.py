"""How the system stands, for whoever watches it: by index, whatever the number of campaigns."""

from datetime import datetime
from typing import Final

from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.reporting.prometheus import CampaignNumbers, SystemNumbers
from comm_pipeline.storage.repositories import Repositories

#: Campaigns that are told one by one, those that were counted last; every one is a time series.
_CAMPAIGNS: Final = 100
#: Where counting what waits ends: more is a flood, whatever the number.
_MOST: Final = 1_000


async def read_numbers(repositories: Repositories, now: datetime) -> SystemNumbers:
    """Return the numbers of this moment; those of campaigns are as old as their metrics."""
    documents = await repositories.metrics.find_latest(_CAMPAIGNS)
    latest = [CampaignMetrics.model_validate(document) for document in documents]
    return SystemNumbers(
        campaigns=await repositories.campaigns.count_by_status(),
        replies=await repositories.inbound.count_by_status(),
        requests_waiting=len(await repositories.requests.find_waiting(now, _MOST)),
        campaigns_due=len(await repositories.campaigns.find_due(now, _MOST)),
        escalations_open=await repositories.escalations.count_open(_MOST),
        alerts=len(await repositories.alerts.find_latest(_MOST)),
        latest={one.campaign_id: _numbers(one, now) for one in latest},
    )


def _numbers(metrics: CampaignMetrics, now: datetime) -> CampaignNumbers:
    conversations = {
        ConversationStatus.ACTIVE.value: metrics.active_conversations,
        ConversationStatus.ESCALATED.value: metrics.escalated_conversations,
        ConversationStatus.COMPLETED.value: metrics.completed_conversations,
        ConversationStatus.FAILED.value: metrics.failed_conversations,
    }
    age = (now - metrics.updated_at).total_seconds()
    return CampaignNumbers(conversations, metrics.deliveries, age)
