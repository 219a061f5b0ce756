"""What people do about messages that had no effect: look at them, and say whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.domain.ids import CampaignId, RecipientId, conversation_id
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

#: Characters of a text that are shown.
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A message from outside, for people; ``kind`` is what it was taken as, or says that it is."""

    id: str
    status: str
    reason: str
    kind: str
    received_at: str
    from_address: str
    subject: str
    text: str
    source: str


async def find_replies(
    repositories: Repositories, statuses: Sequence[InboundStatus], limit: int
) -> list[ShownReply]:
    """Return the messages of some statuses that came last, newest first of each."""
    found: list[Doc] = []
    for status in statuses:
        found += await repositories.inbound.find_latest(status, limit)
    return [_shown(document) for document in found]


async def assign_reply(
    repositories: Repositories, reply_id: str, campaign_id: str, recipient_id: str, now: datetime
) -> None:
    """Have a message taken up again, as one of a conversation; whoever does so vouches for it.

    Raises NotFoundError for an unknown message or conversation, and IllegalTransitionError for a
    message that has had its effect or waits to be taken up.
    """
    key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
    await repositories.conversations.get_conversation_state(key)
    where = {"conversation_id": key, "campaign_id": campaign_id, "recipient_id": recipient_id}
    if await repositories.inbound.assign(reply_id, where, now):
        return
    status = await repositories.inbound.get_status(reply_id)
    if status is None:
        raise NotFoundError(f"there is no reply {reply_id!r}; `comm-pipeline replies` lists them")
    raise IllegalTransitionError(
        f"the reply {reply_id!r} is {status}; only those that are unmatched, malformed or ignored "
        "can be assigned"
    )


def _shown(document: Doc) -> ShownReply:
    received_at: Any = document.get("received_at")
    return ShownReply(
        id=str(document["_id"]),
        status=_text(document, "status"),
        reason=_text(document, "reason"),
        kind=_text(document, "taken_as") or _text(document, "kind"),
        received_at=received_at.isoformat() if isinstance(received_at, datetime) else "",
        from_address=_text(document, "from_address"),
        subject=_text(document, "subject"),
        text=" ".join(_text(document, "text").split())[:_SHOWN],
        source=_text(document, "source"),
    )


def _text(document: Doc, field: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else ""
