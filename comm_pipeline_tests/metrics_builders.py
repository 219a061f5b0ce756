"""Campaigns, counts and metrics documents for the tests of metrics and reports."""

from typing import Any

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.metrics import (
    CampaignCounts,
    CampaignMetrics,
    ConversationCount,
    CrossCounts,
    DeliveryCount,
    StageCount,
)
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, a_template_document

#: The metrics document of the class diagram, value for value.
DOCUMENTED = {
    "campaign_id": "campaign123",
    "total_recipients": 100,
    "active_conversations": 80,
    "completed_conversations": 15,
    "failed_conversations": 5,
    "stage_metrics": {
        "awareness": {"entered": 100, "completed": 50, "avg_duration_seconds": 3600},
        "consideration": {"entered": 50, "completed": 20, "avg_duration_seconds": 7200},
        "decision": {"entered": 20, "completed": 15, "avg_duration_seconds": 10800},
    },
    "message_metrics": {"total_sent": 250, "total_received": 120, "response_rate": 0.48},
    "updated_at": "2023-06-05T12:00:00Z",
}

#: Rows of which the documented document is made: 100 + 50 + 20 = 170 visits of 100 conversations.
COUNTS = CampaignCounts(
    conversations=[
        ConversationCount("active", None, 80, 200, 100, 50),
        ConversationCount("completed", "success", 15, 45, 20, 20),
        ConversationCount("failed", "bounced", 5, 7, 0, 0),
    ],
    stages=[
        StageCount("decision", 20, 15, 10_800.0),
        StageCount("awareness", 100, 50, 3_600.0),
        StageCount("consideration", 50, 20, 7_200.0),
    ],
    deliveries=[
        DeliveryCount("sent", 249, 249),
        DeliveryCount("bounced", 2, 1),
        DeliveryCount("queued", 1, 0),
    ],
)
CROSS = CrossCounts(written=252, heard=120, unreserved=0, applied_replies=120, waiting_replies=0)
STAGES = ("awareness", "consideration", "decision")


def a_campaign(**overrides: Any) -> Campaign:
    """Return an active, initialised campaign of 100 recipients."""
    fields: dict[str, Any] = {
        "id": CAMPAIGN_ID,
        "name": "Spring campaign",
        "template_id": "template_1",
        "template_version": "1",
        "template_document": a_template_document(),
        "type": "sales",
        "initial_stage": "awareness",
        "status": "active",
        "conversation_states_initialized": True,
        "created_at": START,
        "total_recipients": 100,
    }
    return Campaign.model_validate(fields | overrides)


def some_metrics(**overrides: Any) -> CampaignMetrics:
    """Return the documented metrics, with what stands beside them."""
    beside = {
        "campaign_name": "Spring campaign",
        "campaign_type": "sales",
        "campaign_status": "active",
        "outcomes": {"success": 15, "bounced": 5},
        "deliveries": {"queued": 1, "sent": 249, "bounced": 2},
    }
    return CampaignMetrics.model_validate(DOCUMENTED | beside | overrides)
