"""The four things called status, each with the table of its legal transitions.

A batch request is what another service asks for; a campaign is what we make of it; a conversation
is one recipient's way through the campaign; a delivery is one message's way through a provider.
The *stage* of a conversation is named by its template and is no status.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from comm_pipeline.errors import IllegalTransitionError


class BatchRequestStatus(StrEnum):
    """What has become of a batch request."""

    NEW = "new"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    INITIALIZING = "initializing"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ConversationStatus(StrEnum):
    """Whether a conversation goes on."""

    ACTIVE = "active"
    ESCALATED = "escalated"
    COMPLETED = "completed"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a conversation ended; stands beside its status."""

    SUCCESS = "success"
    NO_RESPONSE = "no_response"
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    EXPIRED = "expired"
    HANDED_OFF = "handed_off"
    ERROR = "error"


class DeliveryStatus(StrEnum):
    """Where one message stands between us and its recipient.

    QUEUED     reserved in the ledger, not yet offered to a provider
    SENDING    about to be offered, or being offered, to a provider
    SENT       accepted by the provider
    DELIVERED  reported as delivered
    DEFERRED   refused for now; tried again at ``next_attempt_at``
    BOUNCED    refused for ever by the recipient's side
    COMPLAINED delivered, and reported as unwanted
    FAILED     refused for ever by the provider, or could not be offered
    SUPPRESSED not offered: the recipient must not be written to
    CANCELLED  not offered: the conversation or campaign no longer wants it
    UNKNOWN    offered, and the answer was lost; never retried silently
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


StatusT = TypeVar("StatusT", BatchRequestStatus, CampaignStatus, ConversationStatus, DeliveryStatus)

#: A request that died while processing is taken up again: processing may follow itself.
BATCH_REQUEST_TRANSITIONS: Mapping[BatchRequestStatus, frozenset[BatchRequestStatus]] = {
    BatchRequestStatus.NEW: frozenset({BatchRequestStatus.PROCESSING}),
    BatchRequestStatus.PROCESSING: frozenset(
        {BatchRequestStatus.PROCESSING, BatchRequestStatus.COMPLETED, BatchRequestStatus.FAILED}
    ),
    BatchRequestStatus.COMPLETED: frozenset(),
    BatchRequestStatus.FAILED: frozenset(),
}

_ENDED_CAMPAIGN = {CampaignStatus.COMPLETED, CampaignStatus.CANCELLED, CampaignStatus.FAILED}

CAMPAIGN_TRANSITIONS: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    CampaignStatus.SCHEDULED: frozenset(
        {
            CampaignStatus.PENDING,
            CampaignStatus.PAUSED,
            CampaignStatus.CANCELLED,
            CampaignStatus.FAILED,
        }
    ),
    CampaignStatus.PENDING: frozenset(
        {
            CampaignStatus.INITIALIZING,
            CampaignStatus.PAUSED,
            CampaignStatus.CANCELLED,
            CampaignStatus.FAILED,
        }
    ),
    CampaignStatus.INITIALIZING: frozenset(
        {CampaignStatus.ACTIVE, CampaignStatus.CANCELLED, CampaignStatus.FAILED}
    ),
    CampaignStatus.ACTIVE: frozenset({CampaignStatus.PAUSED, *_ENDED_CAMPAIGN}),
    #: One that was paused before it began waits for its time again.
    CampaignStatus.PAUSED: frozenset(
        {CampaignStatus.ACTIVE, CampaignStatus.SCHEDULED, *_ENDED_CAMPAIGN}
    ),
    CampaignStatus.COMPLETED: frozenset(),
    CampaignStatus.CANCELLED: frozenset(),
    CampaignStatus.FAILED: frozenset(),
}

CONVERSATION_TRANSITIONS: Mapping[ConversationStatus, frozenset[ConversationStatus]] = {
    ConversationStatus.ACTIVE: frozenset(
        {ConversationStatus.ESCALATED, ConversationStatus.COMPLETED, ConversationStatus.FAILED}
    ),
    ConversationStatus.ESCALATED: frozenset(
        {ConversationStatus.ACTIVE, ConversationStatus.COMPLETED, ConversationStatus.FAILED}
    ),
    ConversationStatus.COMPLETED: frozenset(),
    ConversationStatus.FAILED: frozenset(),
}

_NOT_OFFERED = {DeliveryStatus.SUPPRESSED, DeliveryStatus.CANCELLED}
_REPORTED_LATER = {DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED}
_ANSWERED = {
    DeliveryStatus.SENT,
    DeliveryStatus.DEFERRED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.FAILED,
}

DELIVERY_TRANSITIONS: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.QUEUED: frozenset(
        {DeliveryStatus.SENDING, DeliveryStatus.FAILED, *_NOT_OFFERED}
    ),
    #: Also not offered after all: the gates are asked once more at the last moment. A report may be
    #: faster than the answer.
    DeliveryStatus.SENDING: frozenset(
        {DeliveryStatus.UNKNOWN, *_ANSWERED, *_NOT_OFFERED, *_REPORTED_LATER}
    ),
    #: A provider may accept a message and report later that it could not be delivered.
    DeliveryStatus.SENT: frozenset({*_REPORTED_LATER, DeliveryStatus.FAILED}),
    DeliveryStatus.DELIVERED: frozenset({DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED}),
    DeliveryStatus.DEFERRED: frozenset(
        {DeliveryStatus.SENDING, DeliveryStatus.FAILED, *_NOT_OFFERED}
    ),
    DeliveryStatus.UNKNOWN: frozenset(
        {*_ANSWERED, *_REPORTED_LATER, DeliveryStatus.QUEUED, DeliveryStatus.CANCELLED}
    ),
    DeliveryStatus.BOUNCED: frozenset(),
    DeliveryStatus.COMPLAINED: frozenset(),
    DeliveryStatus.FAILED: frozenset(),
    DeliveryStatus.SUPPRESSED: frozenset(),
    DeliveryStatus.CANCELLED: frozenset(),
}


def check_transition(
    table: Mapping[StatusT, frozenset[StatusT]], current: StatusT, following: StatusT
) -> StatusT:
    """Return ``following`` if the table lets it follow ``current``.

    Raises IllegalTransitionError otherwise; nothing has been changed then.
    """
    if following not in table[current]:
        legal = ", ".join(sorted(table[current])) or "nothing: it is final"
        raise IllegalTransitionError(
            f"{type(current).__name__}: {current} may not become {following}; it may become {legal}"
        )
    return following


def sources_of(table: Mapping[StatusT, frozenset[StatusT]], following: StatusT) -> list[StatusT]:
    """Return every status that ``following`` may follow: the filter of a guarded update."""
    return [current for current, legal in table.items() if following in legal]
