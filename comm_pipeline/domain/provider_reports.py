"""What a provider reports of a message after it has accepted it, as any service may write it down.

Words of providers are translated in ``channels/delivery_statuses.py``; what a report may change is
in ``DELIVERY_TRANSITIONS``: reports come late, twice and in any order, and nothing goes backwards.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Self

from pydantic import Field, model_validator

from comm_pipeline.domain.document import Document, Instant

#: A report that comes before its message is settled waits so long between two looks...
LOOK_AGAIN: Final = timedelta(minutes=1)
#: ...and so often; then it belongs to no message of ours.
MOST_LOOKS: Final = 60
#: The fields of Twilio's status callbacks, as they are posted, and what they are called here.
_TWILIO_FIELDS: Final[Mapping[str, str]] = {
    "MessageSid": "provider_message_id",
    "SmsSid": "provider_message_id",
    "MessageStatus": "event",
    "SmsStatus": "event",
    "ErrorCode": "error_code",
    "ErrorMessage": "detail",
}
TWILIO: Final = "twilio"


class ReportStatus(StrEnum):
    """What has become of a report; WAITING: its message is not known or not settled yet."""

    NEW = "new"
    WAITING = "waiting"
    APPLIED = "applied"
    UNMATCHED = "unmatched"
    MALFORMED = "malformed"


class ProviderReport(Document):
    """A delivery report. It names its message by one of three ids, and what happened as ``event``.

    A callback of Twilio may be stored as it was posted. ``looks`` counts how often its message was
    looked for; ``next_look_at`` is when to look again.
    """

    id: Any = Field(alias="_id")
    event: str = Field(min_length=1, max_length=80)
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=2_000)
    message_id: str | None = Field(default=None, min_length=1, max_length=1_000)
    provider_message_id: str | None = Field(default=None, min_length=1, max_length=1_000)
    provider: str | None = Field(default=None, max_length=40)
    error_code: int | None = None
    detail: str | None = Field(default=None, max_length=4_000)
    received_at: Instant | None = None
    status: ReportStatus = ReportStatus.NEW
    looks: int = 0
    next_look_at: Instant | None = None

    @model_validator(mode="before")
    @classmethod
    def _posted_by_twilio(cls, document: Any) -> Any:
        if not isinstance(document, Mapping) or _TWILIO_FIELDS.keys().isdisjoint(document):
            return document
        posted = {
            ours: document[theirs]
            for theirs, ours in _TWILIO_FIELDS.items()
            if document.get(theirs) not in (None, "")
        }
        return {"provider": TWILIO, **posted, **document}

    @model_validator(mode="after")
    def _names_its_message(self) -> Self:
        if self.idempotency_key or self.message_id or self.provider_message_id:
            return self
        raise ValueError(
            "names no message: give idempotency_key, message_id (its Message-ID) or "
            "provider_message_id (the provider's own id)"
        )
