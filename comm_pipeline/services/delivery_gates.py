"""The gates, asked of the database: which of these messages must not leave now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.gates import GateFacts, SendingFacts, Withheld, gate
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.suppressions import Suppression
from comm_pipeline.errors import InvalidInputError
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
        suppressed = await self._repositories.suppressions.find(addresses)
        caps = await self._caps(campaign, messages)
        stops = {
            message.id: self._ask(campaign, message, facts, suppressed, caps)
            for message in messages
        }
        return {key: stop for key, stop in stops.items() if stop is not None}

    def _ask(
        self,
        campaign: Campaign,
        message: OutboundMessage,
        facts: Mapping[ConversationId, GateFacts],
        suppressed: Mapping[str, Suppression],
        caps: Mapping[str, CapReached],
    ) -> Withheld | None:
        known, found = facts.get(message.conversation_id), suppressed.get(message.address)
        template = self._config_manager.template_of(campaign)
        is_known = message.stage in template.stage_names
        try:
            calendar = self._calendar(campaign, known)
        except InvalidInputError as error:
            return Withheld(DeliveryStatus.CANCELLED, "contact_hours", str(error))
        return gate(
            message,
            SendingFacts(
                campaign.status,
                campaign.ends_at,
                known,
                None if found is None else found.told_if_final,
                calendar,
                caps.get(message.address),
                None if found is None else found.told_if_doubtful,
                template.stage(message.stage) if is_known else None,
            ),
            self._clock(),
        )

    def _calendar(self, campaign: Campaign, known: GateFacts | None) -> ContactCalendar:
        if known is None:
            return ALWAYS_OPEN
        return self._config_manager.calendars_of(campaign).of(known.contact)

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
