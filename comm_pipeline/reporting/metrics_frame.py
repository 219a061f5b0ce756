"""From counted rows to the metrics document, and from metrics documents to tables, with pandas.

pandas takes most of a second to import, so this module is imported where it is used, not at the
top of another one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import pandas as pd

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.metrics import (
    CampaignCounts,
    CampaignMetrics,
    ConversationCount,
    DeliveryCount,
    MessageMetrics,
    StageCount,
    StageMetrics,
)
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome

_FUNNEL: Final = {
    "campaign_id": "str",
    "stage": "str",
    "position": "int64",
    "entered": "int64",
    "completed": "int64",
    "conversion": "float64",
    "avg_duration_seconds": "float64",
}
_OVERVIEW: Final = {
    "campaign_id": "str",
    "campaign_name": "str",
    "campaign_type": "str",
    "campaign_status": "str",
    "total_recipients": "int64",
    "active": "int64",
    "escalated": "int64",
    "completed": "int64",
    "failed": "int64",
    "success": "int64",
    "total_sent": "int64",
    "total_received": "int64",
    "response_rate": "float64",
    "updated_at": "datetime64[ms, UTC]",
}
#: Said outright, because a frame without rows has no types of its own.
_STAGE_COLUMNS: Final = {"entered": "int64", "completed": "int64", "mean_seconds": "float64"}


def campaign_metrics(
    campaign: Campaign, counts: CampaignCounts, stage_names: Sequence[str], now: datetime
) -> CampaignMetrics:
    """Return the metrics document of a campaign, counted at ``now``.

    ``stage_names`` gives the order of the stages; what else was counted comes after them.
    """
    conversations = pd.DataFrame(counts.conversations, columns=list(ConversationCount._fields))
    statuses = conversations.groupby("status")["conversations"].sum()
    outcomes = conversations.dropna(subset="outcome").groupby("outcome")["conversations"].sum()
    deliveries = pd.DataFrame(counts.deliveries, columns=list(DeliveryCount._fields))
    return CampaignMetrics(
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        campaign_type=campaign.type,
        campaign_status=campaign.status,
        total_recipients=campaign.total_recipients,
        active_conversations=_count(statuses, ConversationStatus.ACTIVE),
        completed_conversations=_count(statuses, ConversationStatus.COMPLETED),
        failed_conversations=_count(statuses, ConversationStatus.FAILED),
        escalated_conversations=_count(statuses, ConversationStatus.ESCALATED),
        stage_metrics=_stage_metrics(counts.stages, stage_names),
        message_metrics=_message_metrics(conversations, deliveries),
        outcomes=_in_order(outcomes, Outcome),
        deliveries=_in_order(deliveries.groupby("status")["messages"].sum(), DeliveryStatus),
        updated_at=now,
    )


def funnel_frame(metrics: Sequence[CampaignMetrics]) -> pd.DataFrame:
    """Return a row for each campaign and stage; ``position`` counts from 1 within a campaign.

    ``conversion`` is completed / entered, 0 to 1.
    """
    rows = [
        (
            one.campaign_id,
            stage,
            position,
            found.entered,
            found.completed,
            found.conversion,
            found.avg_duration_seconds,
        )
        for one in metrics
        for position, (stage, found) in enumerate(one.stage_metrics.items(), start=1)
    ]
    return pd.DataFrame(rows, columns=list(_FUNNEL)).astype(_FUNNEL)


def overview_frame(metrics: Sequence[CampaignMetrics]) -> pd.DataFrame:
    """Return a row for each campaign; the plain statuses count its conversations."""
    rows = [
        (
            one.campaign_id,
            one.campaign_name,
            one.campaign_type,
            one.campaign_status.value,
            one.total_recipients,
            one.active_conversations,
            one.escalated_conversations,
            one.completed_conversations,
            one.failed_conversations,
            one.outcomes.get(Outcome.SUCCESS.value, 0),
            one.message_metrics.total_sent,
            one.message_metrics.total_received,
            one.message_metrics.response_rate,
            one.updated_at,
        )
        for one in metrics
    ]
    return pd.DataFrame(rows, columns=list(_OVERVIEW)).astype(_OVERVIEW)


def _stage_metrics(
    counts: Sequence[StageCount], stage_names: Sequence[str]
) -> Mapping[str, StageMetrics]:
    counted = pd.DataFrame(counts, columns=list(StageCount._fields)).set_index("stage")
    counted = counted.astype(_STAGE_COLUMNS)
    names = list(dict.fromkeys((*stage_names, *sorted(counted.index))))
    stages = counted.reindex(names, fill_value=0).fillna({"mean_seconds": 0.0})
    return {
        name: StageMetrics(entered=entered, completed=completed, avg_duration_seconds=mean)
        for name, entered, completed, mean in stages.itertuples()
    }


def _message_metrics(conversations: pd.DataFrame, deliveries: pd.DataFrame) -> MessageMetrics:
    sent, received = (
        int(deliveries["accepted"].sum()),
        int(conversations["messages_received"].sum()),
    )
    return MessageMetrics(
        total_sent=sent, total_received=received, response_rate=received / sent if sent else 0.0
    )


def _count(counted: "pd.Series[int]", key: str) -> int:
    return int(counted.get(key, 0))


def _in_order(counted: "pd.Series[int]", order: Iterable[str]) -> dict[str, int]:
    """Return the counts that there are, in the order of their enum, those it lacks at the end."""
    names = dict.fromkeys((*map(str, order), *map(str, counted.index)))
    return {name: _count(counted, name) for name in names if name in counted.index}
