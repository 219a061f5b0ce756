"""Numbered documents of any campaign: the storage tests need many of each kind."""

from datetime import timedelta
from typing import Any

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation, HistoryEntry
from comm_pipeline.domain.ids import (
    CampaignId,
    MessageKey,
    RecipientId,
    StageName,
    conversation_id,
    message_key,
    rfc_message_id,
)
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.domain.transition import with_message
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.outbound_messages import Settlement
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    DOMAIN,
    START,
    TEXT,
    a_conversation,
    a_ledger_entry,
    a_send,
    at,
)

HOLD = timedelta(minutes=5)


def conversation(
    number: int, campaign_id: CampaignId = CAMPAIGN_ID, **overrides: Any
) -> Conversation:
    """Return an active conversation with the recipient of that number, due at START."""
    recipient = RecipientId(f"user_{number}")
    own = {
        "id": conversation_id(campaign_id, recipient),
        "user_id": recipient,
        "campaign_id": campaign_id,
        "address": f"user_{number}@example.com",
    }
    return a_conversation(**(own | overrides))


def key_of(number: int, campaign_id: CampaignId = CAMPAIGN_ID) -> MessageKey:
    """Return the ledger key of the first message to the recipient of that number."""
    owner = conversation_id(campaign_id, RecipientId(f"user_{number}"))
    return message_key(owner, StageName("awareness"), 0, 0)


def entry(number: int, campaign_id: CampaignId = CAMPAIGN_ID, **overrides: Any) -> OutboundMessage:
    """Return a queued ledger entry to the recipient of that number, due at START."""
    key = key_of(number, campaign_id)
    own = {
        "id": key,
        "campaign_id": campaign_id,
        "conversation_id": conversation_id(campaign_id, RecipientId(f"user_{number}")),
        "message_id": rfc_message_id(key, DOMAIN),
    }
    return a_ledger_entry(number, **(own | overrides))


def campaign(number: int = 1, **overrides: Any) -> Campaign:
    """Return an active campaign, due at START."""
    made = Campaign(
        id=CampaignId(f"campaign_{number}"),
        name="Spring campaign",
        template_id="template_1",
        template_version="1",
        type="sales",
        initial_stage=StageName("awareness"),
        status=CampaignStatus.ACTIVE,
        created_at=START,
        batch_request_id=f"request_{number}",
        next_due_at=START,
    )
    return made.model_copy(update=overrides)


def speaking(before: Conversation) -> Commit:
    """Return the commit in which a conversation says its first message, next due in 48 hours."""
    after, said = with_message(before, a_send(), TEXT, DOMAIN, START)
    return Commit(before, after.model_copy(update={"next_action_at": at(48)}), (said,))


def said_in(document: dict[str, Any]) -> list[str]:
    """Return the ids of the messages in a stored conversation's history."""
    return [HistoryEntry.model_validate(one).message_id for one in document["message_history"]]


def settlement(
    key: MessageKey, status: DeliveryStatus = DeliveryStatus.SENT, **overrides: Any
) -> Settlement:
    """Return what became of a message, an hour after START."""
    fields: dict[str, Any] = {"reason": "for the test", "settled_at": at(1)}
    return Settlement(key, status, **(fields | overrides))
