"""Reading a simulation's database when its time is over: every conversation with its messages.

Conversations come in the order of their ids, a page at a time, so memory does not grow with them.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.conversation_states import ConversationStateRepository
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository

_PAGE: Final = 500
_LEDGER_FIELDS: Final = {
    "conversation_id": 1,
    "status": 1,
    "reason": 1,
    "channel": 1,
    "sending_at": 1,
    "settled_at": 1,
    "attempts": 1,
}
#: Statuses of messages that have left.
_LEFT: Final = frozenset({"sent", "delivered", "complained", "unknown"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One conversation as it is stored, and its entries of the ledger by message key."""

    conversation: Mapping[str, Any]
    ledger: Mapping[str, Mapping[str, Any]]
    zone: ZoneInfo | None

    @property
    def recipient_id(self) -> str:
        """Whose conversation it is."""
        return str(self.conversation["user_id"])

    @property
    def last_decision(self) -> Mapping[str, Any]:
        """The decision that was made last; empty if there is none."""
        decisions = self.conversation.get("decisions")
        return decisions[-1] if decisions else {}

    def left_at(self, message_key: str) -> datetime | None:
        """Return when a message left; None if it did not."""
        entry = self.ledger.get(message_key, {})
        at = entry.get("sending_at") or entry.get("settled_at")
        return at if entry.get("status") in _LEFT else None


async def stream_evidence(
    database: Database, campaign_id: CampaignId, zones: Mapping[str, ZoneInfo]
) -> AsyncIterator[Evidence]:
    """Yield every conversation of a campaign, in the order of their ids."""
    after = ""
    while page := await _page(database, campaign_id, after):
        after = page[-1]["_id"]
        ledger = await _ledger_of(database, page)
        for document in page:
            zone = zones.get(document["user_id"])
            yield Evidence(document, ledger.get(document["_id"], {}), zone)


async def _page(database: Database, campaign_id: CampaignId, after: str) -> list[Doc]:
    query = {"campaign_id": campaign_id, "_id": {"$gt": after}}
    cursor = database[ConversationStateRepository.name].find(query).sort("_id", 1)
    return await cursor.limit(_PAGE).to_list()


async def _ledger_of(database: Database, page: Sequence[Doc]) -> dict[str, dict[str, Doc]]:
    """Return the ledger entries of conversations, by conversation and by message key."""
    keys = [
        entry["message_id"]
        for document in page
        for entry in document.get("message_history", ())
        if entry["direction"] == "outbound"
    ]
    found: dict[str, dict[str, Doc]] = {}
    cursor = database[OutboundMessageRepository.name].find({"_id": {"$in": keys}}, _LEDGER_FIELDS)
    async for entry in cursor:
        found.setdefault(entry["conversation_id"], {})[entry["_id"]] = entry
    return found
