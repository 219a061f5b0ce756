"""Where simulated people live, as far as their conversations know."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.conversation_states import ConversationStateRepository

_NAMES = ("timezone", "time_zone")


async def read_time_zones(database: Database, campaign_id: CampaignId) -> dict[str, ZoneInfo]:
    """Return the time zone of each person of a campaign whose own is known, by recipient."""
    fields = {"user_id": 1, "contact.time_zone": 1, "contact.time_zone_source": 1} | {
        f"context.recipient.{name}": 1 for name in _NAMES
    }
    collection = database[ConversationStateRepository.name]
    zones = {}
    async for document in collection.find({"campaign_id": campaign_id}, fields):
        zone = _zone_of(document)
        if zone is not None:
            zones[document["user_id"]] = zone
    return zones


def _zone_of(document: Mapping[str, Any]) -> ZoneInfo | None:
    """Return the zone that the pipeline has found out, else the one that the contact data name."""
    contact = document.get("contact") or {}
    recipient = (document.get("context") or {}).get("recipient") or {}
    known = contact.get("time_zone") if contact.get("time_zone_source") != "campaign" else None
    names = (known, *(recipient.get(name) for name in _NAMES))
    return next((zone for name in names if (zone := zone_or_none(name)) is not None), None)


def zone_or_none(name: object) -> ZoneInfo | None:
    """Return the time zone of that name, or None if there is none."""
    return _zone(name) if isinstance(name, str) else None


@lru_cache(maxsize=1_024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
