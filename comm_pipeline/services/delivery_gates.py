"""The gates, asked of the database: which of these messages must not leave now."""

from collections.abc import Sequence

from comm_pipeline.domain.gates import Withheld, gate
from comm_pipeline.domain.ids import CampaignId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.services.clock import Clock
from comm_pipeline.storage.repositories import Repositories


class DeliveryGates:
    """Asks for everything that may stop a message, as it is at that moment."""

    def __init__(self, repositories: Repositories, clock: Clock) -> None:
        self._repositories = repositories
        self._clock = clock

    async def stopped(
        self, campaign_id: CampaignId, messages: Sequence[OutboundMessage]
    ) -> dict[MessageKey, Withheld]:
        """Return those of a campaign's messages that must not leave, with the reason of each."""
        campaign = await self._repositories.campaigns.get(campaign_id)
        facts = await self._repositories.conversations.gate_facts(
            [message.conversation_id for message in messages]
        )
        suppressed = await self._repositories.suppressions.find(
            [message.address for message in messages]
        )
        now = self._clock()
        stops = (
            gate(
                message,
                campaign.status,
                campaign.ends_at,
                facts.get(message.conversation_id),
                suppressed.get(message.address),
                now,
            )
            for message in messages
        )
        return {
            message.id: stop
            for message, stop in zip(messages, stops, strict=True)
            if stop is not None
        }
