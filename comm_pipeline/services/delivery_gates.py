"""The gates, asked of the database: which of these messages must not leave now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.gates import GateFacts, SendingFacts, Withheld, gate
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.suppressions import Suppression
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.contact_frequency import ContactFrequency
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class Reserved:
    """Messages in the ledger; ``facts`` are those of their conversations, as of ``at``.

    Messages that have just been committed bring the facts that the commit made; of others (None)
    they are read.
    """

    messages: Sequence[OutboundMessage]
    facts: Mapping[ConversationId, GateFacts] | None
    at: datetime


class DeliveryGates:
    """Asks for everything that may stop a message, as it is at that moment."""

    def __init__(
        self, repositories: Repositories, config_manager: ConfigManager, clock: Clock
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._frequency = ContactFrequency(repositories)
        self._clock = clock

    def are_asked_after_the_mark(self, campaign: Campaign) -> bool:
        """Return whether a message has to be asked for once more when it is marked as sending.

        Of two campaigns that are about to write to one address, neither sees the other's message
        before it is marked.
        """
        return bool(self._config_manager.template_of(campaign).frequency_caps)

    async def stopped(
        self,
        campaign_id: CampaignId,
        messages: Sequence[OutboundMessage],
        facts: Mapping[ConversationId, GateFacts] | None = None,
    ) -> dict[MessageKey, Withheld]:
        """Return those of a campaign's messages that must not leave, with the reason of each.

        ``facts`` are those of their conversations; they are read if they are not given.
        """
        campaign = await self._repositories.campaigns.get(campaign_id)
        if facts is None:
            facts = await self._repositories.conversations.gate_facts(
                [message.conversation_id for message in messages]
            )
        addresses = [message.address for message in messages]
        known = _Known(
            campaign,
            self._config_manager.template_of(campaign),
            self._config_manager.calendars_of(campaign),
            facts,
            await self._repositories.suppressions.find(addresses),
            await self._caps(campaign, messages),
            self._clock(),
        )
        stops = {message.id: known.stop(message) for message in messages}
        return {key: stop for key, stop in stops.items() if stop is not None}

    async def _caps(
        self, campaign: Campaign, messages: Sequence[OutboundMessage]
    ) -> dict[str, CapReached]:
        caps = self._config_manager.template_of(campaign).frequency_caps
        return await self._frequency.reached(
            caps,
            [message.address for message in messages],
            self._clock(),
            besides=[message.id for message in messages],
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known, at one moment, of everything that messages of a campaign are asked for."""

    campaign: Campaign
    template: CampaignTemplate
    calendars: CalendarBook
    facts: Mapping[ConversationId, GateFacts]
    suppressed: Mapping[str, Suppression]
    caps: Mapping[str, CapReached]
    at: datetime

    def stop(self, message: OutboundMessage) -> Withheld | None:
        """Return why a message must not leave now, or None if it may."""
        facts = self.facts.get(message.conversation_id)
        found = self.suppressed.get(message.address)
        try:
            calendar = ALWAYS_OPEN if facts is None else self.calendars.of(facts.contact)
        except InvalidInputError as error:
            return Withheld(DeliveryStatus.CANCELLED, "contact_hours", str(error))
        is_known = message.stage in self.template.stage_names
        return gate(
            message,
            SendingFacts(
                self.campaign.status,
                self.campaign.ends_at,
                facts,
                None if found is None else found.told_if_final,
                calendar,
                self.caps.get(message.address),
                None if found is None else found.told_if_doubtful,
                self.template.stage(message.stage) if is_known else None,
            ),
            self.at,
        )
