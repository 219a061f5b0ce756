"""``escalations``: conversations handed over to people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.storage.repository import Repository


class EscalationRepository(Repository):
    """Hand-offs, at most one for each conversation and stage."""

    name: ClassVar[str] = "escalations"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("status", 1), ("created_at", 1)], name="open"),
    )

    async def open(
        self, conversation: Conversation, action: str, reason: str, now: datetime
    ) -> None:
        """Record a hand-off; doing it again changes nothing."""
        details: Mapping[str, Any] = {
            "conversation_id": conversation.id,
            "campaign_id": conversation.campaign_id,
            "recipient_id": conversation.user_id,
            "stage": conversation.current_stage,
            "action": action,
            "reason": reason,
            "status": "open",
            "created_at": now,
        }
        await self._collection.update_one(
            {"_id": f"{conversation.id}:{conversation.current_stage}"},
            {"$setOnInsert": details},
            upsert=True,
        )
