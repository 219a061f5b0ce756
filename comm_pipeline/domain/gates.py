"""What is checked when a message is about to leave, whatever was true when it was planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)

#: Endings after which nothing more is said. A success lets its last message leave.
_SILENT_OUTCOMES = frozenset(
    {Outcome.BOUNCED, Outcome.EXPIRED, Outcome.HANDED_OFF, Outcome.ERROR, Outcome.OPTED_OUT}
)


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What is true of a conversation at the moment of sending; ``stage`` is the current one."""

    status: ConversationStatus
    outcome: Outcome | None
    last_response_at: datetime | None
    stage: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read the facts from a conversation document with its last stage visit."""
        outcome, visit = document.get("outcome"), document["stages"][-1]
        return cls(
            status=ConversationStatus(document["status"]),
            outcome=None if outcome is None else Outcome(outcome),
            last_response_at=visit.get("last_response_at"),
            stage=visit["name"],
        )


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that must not leave: the status it gets, the rule, and why.

    With the status DEFERRED it waits; with the others it never leaves.
    """

    status: DeliveryStatus
    rule: str
    reason: str


def gate(
    message: OutboundMessage,
    campaign_status: CampaignStatus,
    campaign_ends_at: datetime | None,
    facts: GateFacts | None,
    suppression: str | None,
    now: datetime,
) -> Withheld | None:
    """Return why a message must not leave at ``now``, or None if it may.

    ``facts`` is None if its conversation is gone; ``suppression`` the reason why its address is on
    the suppression list.
    """
    if suppression is not None or (facts and facts.outcome is Outcome.OPTED_OUT):
        reason = suppression or "the recipient opted out"
        return Withheld(DeliveryStatus.SUPPRESSED, "suppression", reason)
    if campaign_status is CampaignStatus.PAUSED:
        return Withheld(DeliveryStatus.DEFERRED, "campaign_status", "the campaign is paused")
    if campaign_status is not CampaignStatus.ACTIVE:
        return _cancelled("campaign_status", f"the campaign is {campaign_status}")
    if campaign_ends_at is not None and now >= campaign_ends_at:
        return _cancelled("campaign_end", "the campaign has reached its end")
    return _conversation_gate(message, facts)


def _conversation_gate(message: OutboundMessage, facts: GateFacts | None) -> Withheld | None:
    if facts is None:
        return _cancelled("conversation", "the conversation does not exist any more")
    if facts.status is ConversationStatus.ESCALATED or facts.outcome in _SILENT_OUTCOMES:
        state = facts.outcome or facts.status
        return _cancelled("conversation", f"the conversation has ended: {state}")
    if message.follow_up and message.stage != facts.stage:
        return _cancelled("stage", f"the conversation has gone on to the stage {facts.stage}")
    answered_at = facts.last_response_at
    if message.follow_up and answered_at is not None and answered_at >= message.created_at:
        return _cancelled("reply", "the recipient has answered meanwhile")
    return None


def _cancelled(rule: str, reason: str) -> Withheld:
    return Withheld(DeliveryStatus.CANCELLED, rule, reason)
