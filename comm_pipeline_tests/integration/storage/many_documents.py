"""A database of realistic size: three large campaigns, a tiny one, and years of what has ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bson import ObjectId

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.builders import START, at
from comm_pipeline_tests.integration.storage.documents import campaign, conversation, entry

LARGE = tuple(CampaignId(f"campaign_{number}") for number in (1, 2, 3))
TINY = CampaignId("campaign_4")
#: Recipients of each large campaign.
SIZE = 3000
#: Documents of each other collection.
MANY = 3000
#: Of each large campaign: conversations and messages that are due, and the rare cases of each.
DUE = 60
RARE = 7


async def fill(database: Database) -> None:
    """Make the indexes and the documents."""
    await Repositories.of(database).initialize()
    for name, documents in _all_documents().items():
        await database[name].insert_many(documents, ordered=False)


def _all_documents() -> dict[str, list[dict[str, Any]]]:
    return {
        "conversation_states": list(_conversations()),
        "outbound_messages": list(_ledger()),
        "campaigns": list(_campaigns()),
        "agent_batch_requests": list(_requests()),
        "inbound_messages": list(_inbound()),
        "work_leases": list(_leases()),
        **_plain_collections(),
    }


def _conversations() -> Iterator[dict[str, Any]]:
    for campaign_id in LARGE:
        for number in range(SIZE):
            yield to_document(conversation(number, campaign_id, **_conversation_state(number)))
    yield to_document(conversation(0, TINY, outbox=("message",)))


def _conversation_state(number: int) -> dict[str, Any]:
    """Return what is special: the first are due, some wait, most have ended or wait for long."""
    if number < DUE:
        outbox = ("message",) if number < RARE else ()
        return {"next_action_at": START - timedelta(minutes=number), "outbox": outbox}
    if number % 3 == 0:
        status, outcome = ConversationStatus.COMPLETED, Outcome.NO_RESPONSE
        return {"status": status, "outcome": outcome, "next_action_at": None}
    if number % 10 == 1:
        return {"status": ConversationStatus.ESCALATED, "next_action_at": None}
    return {"next_action_at": at(1 + number % 100)}


def _ledger() -> Iterator[dict[str, Any]]:
    for campaign_id in LARGE:
        for number in range(SIZE):
            yield to_document(entry(number, campaign_id, **_ledger_state(number)))
    yield to_document(entry(0, TINY, status=DeliveryStatus.SENDING, owner="gone", is_handled=False))


def _ledger_state(number: int) -> dict[str, Any]:
    if number < DUE:
        return {"next_attempt_at": START - timedelta(minutes=number)}
    if number < DUE + RARE:
        sending = {"status": DeliveryStatus.SENDING, "owner": "gone", "sending_at": START}
        return {"next_attempt_at": None} | sending
    if number < DUE + 2 * RARE:
        bounced = {"status": DeliveryStatus.BOUNCED, "is_handled": False}
        return {"next_attempt_at": None} | bounced
    if number % 100 == 0:
        return {"status": DeliveryStatus.DEFERRED, "next_attempt_at": at(number)}
    sent = {"status": DeliveryStatus.SENT, "sending_at": START, "settled_at": START}
    return sent | {"next_attempt_at": None, "sender": f"{number % 3}@acme.example"}


def _campaigns() -> Iterator[dict[str, Any]]:
    ended = list(CampaignStatus)
    for number in range(1, MANY):
        state: dict[str, Any] = {"status": ended[number % len(ended)], "next_due_at": None}
        if number < RARE:
            state = {"next_due_at": START - timedelta(minutes=number)}
        elif number % 10 == 0:
            state = {"next_due_at": at(number)}
        yield to_document(campaign(number, **state)) | {"recipients": ["user_1", "user_2"]}


def _requests() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        yield {
            "_id": f"request_{number}",
            "servicetype": "communication" if number % 2 == 0 else "translation",
            "recipients": [{"id": f"user_{one}"} for one in range(5)],
            "campaign_id": f"campaign_{number}",
            **_request_state(number),
        }


def _request_state(number: int) -> dict[str, Any]:
    if number < 2 * RARE:
        return {"status": "new"}
    if number < 4 * RARE:
        until = START - timedelta(minutes=1)
        return {"status": "processing", "claim": {"owner": "gone", "until": until, "attempts": 1}}
    if number < 6 * RARE:
        return {"status": "processing", "claim": {"owner": "busy", "until": at(1), "attempts": 1}}
    return {"status": "completed" if number % 3 else "failed"}


def _inbound() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        status = {"status": "applied"} if number >= 2 * RARE else {}
        yield {
            "_id": ObjectId(),
            "text": "Yes",
            "received_at": START,
            "provider_id": f"provider_{number}",
            **({"status": "new" if number % 2 else f"odd {number}"} if number < RARE else status),
        }


def _leases() -> Iterator[dict[str, Any]]:
    for number in range(MANY):
        yield {"_id": f"campaign:campaign_{number}", "owner": None, "until": START}
    for slot in range(RARE):
        yield {"_id": f"slot:{slot}", "slot": slot, "owner": None, "until": START}


def _plain_collections() -> dict[str, list[dict[str, Any]]]:
    return {
        "suppressions": [
            {"_id": f"user_{number}@example.com", "reason": "opt_out"} for number in range(MANY)
        ],
        "contacts": [{"_id": f"user_{number}"} for number in range(MANY)],
        "campaign_templates": [{"_id": f"template_{number}"} for number in range(MANY)],
        "campaign_metrics": [
            {"_id": f"campaign_{number}", "campaign_id": f"campaign_{number}", "day": "latest"}
            for number in range(MANY)
        ],
        "escalations": [
            {
                "_id": f"conversation_{number}:decision",
                "conversation_id": f"conversation_{number}",
                "campaign_id": f"campaign_{number}",
                "recipient_id": f"user_{number}",
                "stage": "decision",
                "action": "notify_manager",
                "reason": "why",
                "status": "open",
                "created_at": START,
            }
            for number in range(MANY)
        ],
        "operator_alerts": [
            {"_id": f"alert_{number}", "last_at": at(-number)} for number in range(MANY)
        ],
    }
