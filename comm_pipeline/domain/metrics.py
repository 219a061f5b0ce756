"""What is counted of a campaign: the metrics document, what it is made of, and how counts agree.

The counts come from three places that are written one after the other: the conversations, the send
ledger and the replies. ``reconcile`` holds the rules by which they must agree all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.document import Instant
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CampaignStatus, ConversationStatus


class _Counts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StageMetrics(_Counts):
    """One stage. No conversation visits a stage twice, so visits are conversations.

    ``entered``               conversations that have been in the stage
    ``completed``             those of them that did what the stage wanted and went on or succeeded
    ``avg_duration_seconds``  mean seconds from entering to leaving, of the visits that are over
                              however they ended; 0 while none is. May come from a sample.
    """

    entered: int = 0
    completed: int = 0
    avg_duration_seconds: float = 0.0

    @property
    def conversion(self) -> float:
        """The share of those who entered that has completed, 0 to 1; 0 while nobody entered."""
        return self.completed / self.entered if self.entered else 0.0


class MessageMetrics(_Counts):
    """Messages of a campaign.

    ``total_sent``      messages that a provider accepted, whatever came later: the ledger says
                        sent, delivered or complained, or bounced with a provider's id for it.
                        Refused, waiting, withheld and unknown ones are not sent.
    ``total_received``  replies that were taken into a conversation
    ``response_rate``   total_received / total_sent, not rounded; 0 while nothing is sent. Above 1
                        where people write more often than we do.
    """

    total_sent: int = 0
    total_received: int = 0
    response_rate: float = 0.0


class CampaignMetrics(_Counts):
    """The campaign metrics document of the class diagram, and what stands beside it.

    ``total_recipients``        recipients of the campaign, also those who cannot be written to
    ``…_conversations``         conversations by status; each recipient has one once the campaign is
                                initialised. Escalated ones are with a person.
    ``stage_metrics``           by stage, in the template's order; stages nobody entered too
    ``outcomes``                ended conversations by outcome
    ``deliveries``              ledger entries by delivery status
    ``updated_at``              the instant just before the counting began
    """

    campaign_id: CampaignId
    total_recipients: int
    active_conversations: int = 0
    completed_conversations: int = 0
    failed_conversations: int = 0
    stage_metrics: Mapping[str, StageMetrics] = {}
    message_metrics: MessageMetrics = MessageMetrics()
    updated_at: Instant
    escalated_conversations: int = 0
    outcomes: Mapping[str, int] = {}
    deliveries: Mapping[str, int] = {}
    campaign_name: str = ""
    campaign_type: str = ""
    campaign_status: CampaignStatus


class ConversationCount(NamedTuple):
    """Conversations of one status and outcome, with the sums of their own metrics."""

    status: str
    outcome: str | None
    conversations: int
    messages_sent: int
    messages_received: int
    stage_progressions: int


class StageCount(NamedTuple):
    """Visits to one stage.

    ``mean_seconds`` is how long those that are over lasted, or those of them that are in the
    sample; None if there are none. The other counts are of all visits.
    """

    stage: str
    entered: int
    completed: int
    mean_seconds: float | None


class DeliveryCount(NamedTuple):
    """Ledger entries of one status; ``accepted`` of them were accepted by a provider."""

    status: str
    messages: int
    accepted: int


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """All that the metrics document is made of."""

    conversations: Sequence[ConversationCount]
    stages: Sequence[StageCount]
    deliveries: Sequence[DeliveryCount]


@dataclass(frozen=True, slots=True)
class CrossCounts:
    """The same things counted where else they are written, to be compared.

    ``written`` and ``heard`` are outbound and inbound history entries. ``unreserved`` messages are
    in an outbox and not yet in the ledger. ``applied_replies`` are settled as such;
    ``waiting_replies``, of any campaign, may already be in a history.
    """

    written: int
    heard: int
    unreserved: int
    applied_replies: int
    waiting_replies: int


def reconcile(campaign: Campaign, counts: CampaignCounts, cross: CrossCounts) -> list[str]:
    """Return each disagreement in words; none means that the counts agree.

    1. Conversations by status sum to the recipients, once the campaign is initialised.
    2. Ended conversations have an outcome, the others none.
    3. Stages entered are one for each conversation and one for each progression.
    4. Messages that conversations count are those in their histories.
    5. Written messages are in the ledger, or still in an outbox.
    6. Replies that conversations count are those in their histories.
    7. Replies in histories are settled as applied, or wait to be.
    """
    return [*_people(campaign, counts), *_stages(counts), *_messages(counts, cross)]


_ENDED = (ConversationStatus.COMPLETED.value, ConversationStatus.FAILED.value)


def _people(campaign: Campaign, counts: CampaignCounts) -> Iterator[str]:
    total = sum(row.conversations for row in counts.conversations)
    if campaign.conversation_states_initialized and total != campaign.total_recipients:
        yield f"recipients: {campaign.total_recipients}, but conversations of any status: {total}"
    for row in counts.conversations:
        if (row.status in _ENDED) != (row.outcome is not None):
            outcome = row.outcome or "no outcome"
            yield f"outcomes: {row.conversations} {row.status} conversations have {outcome}"


def _stages(counts: CampaignCounts) -> Iterator[str]:
    entered = sum(row.entered for row in counts.stages)
    expected = sum(row.conversations + row.stage_progressions for row in counts.conversations)
    if entered != expected:
        yield f"stages entered: {entered}, but conversations and their progressions: {expected}"


def _messages(counts: CampaignCounts, cross: CrossCounts) -> Iterator[str]:
    sent = sum(row.messages_sent for row in counts.conversations)
    received = sum(row.messages_received for row in counts.conversations)
    ledger = sum(row.messages for row in counts.deliveries)
    if sent != cross.written:
        yield f"messages_sent: {sent}, but outbound history entries: {cross.written}"
    if cross.written != ledger + cross.unreserved:
        yield (
            f"outbound history entries: {cross.written}, but ledger entries: {ledger}, "
            f"and in outboxes only: {cross.unreserved}"
        )
    if received != cross.heard:
        yield f"messages_received: {received}, but inbound history entries: {cross.heard}"
    if not 0 <= cross.heard - cross.applied_replies <= cross.waiting_replies:
        yield (
            f"inbound history entries: {cross.heard}, but applied replies: "
            f"{cross.applied_replies}, and waiting ones: {cross.waiting_replies}"
        )
