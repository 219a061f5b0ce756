"""Delivery: offers the ledger's waiting messages to a channel, each once.

For each message: gates, mark as sending, offer, settle. The gates are asked again at the moment of
the offer if it comes more than a second later. The mark is durable before the offer, so an
offer whose answer was lost (the process died, or the connection) is known as such: it becomes
``unknown``, unless the channel itself refuses second copies, and is never offered again by itself.
"""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self

from comm_pipeline.channels.base import Channel, ChannelMessage, SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.gates import GateFacts
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.batching import ahead
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.delivery_gates import DeliveryGates, Reserved
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.offering import Offering, Passed, Steps
from comm_pipeline.services.provider_answers import storable
from comm_pipeline.services.settlements import DeliveryRules, answered, withheld
from comm_pipeline.storage.outbound_messages import Postponement, Settlement
from comm_pipeline.storage.repositories import Repositories

_END_OF_TIME = datetime.max.replace(tzinfo=UTC, microsecond=0)
#: For so long a message that has passed the gates is not asked again.
_STILL_CHECKED = timedelta(seconds=1)


@dataclass
class DeliveryReport:
    """What became of the messages of one pass, in counts by delivery status."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, status: DeliveryStatus, count: int = 1) -> None:
        """Count messages that got a status."""
        self.counts[status.value] = self.counts.get(status.value, 0) + count

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(dict(Counter(self.counts) + Counter(other.counts)))


class DeliveryService:
    """Delivers the due messages of campaigns through one channel."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        channel: Channel,
        layout: EmailLayout,
        rules: DeliveryRules,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._gates = DeliveryGates(repositories, config_manager, clock)
        self._channel = channel
        self._layout = layout
        self._rules = rules
        self._clock = clock

    async def deliver_campaign(self, campaign: Campaign, hold: Hold) -> DeliveryReport:
        """Offer everything of the campaign that is due. The campaign must be held."""
        report = DeliveryReport()
        if not hold.is_tidied:
            await self._resolve_interrupted(campaign, hold, report)
        if campaign.status is CampaignStatus.PAUSED:
            return report
        await self._offer_all(campaign, hold, self._due(campaign), report)
        return report

    async def deliver_messages(
        self, campaign: Campaign, hold: Hold, batches: AsyncIterable[Reserved]
    ) -> DeliveryReport:
        """Offer messages that are in the ledger and due. The campaign must be held.

        Those that are not offered, for whatever reason, stay due.
        """
        report = DeliveryReport()
        await self._offer_all(campaign, hold, batches, report)
        return report

    async def cancel_campaign(self, campaign: Campaign, hold: Hold) -> DeliveryReport:
        """Settle everything of an ended campaign that still waits, whenever it would be due."""
        report = DeliveryReport()
        await self._resolve_interrupted(campaign, hold, report)
        batches = self._repositories.ledger.stream_due(
            campaign.id, _END_OF_TIME, self._rules.batch_size
        )
        async for batch in batches:
            await self._pass_gates(campaign, batch, report)
        return report

    async def _resolve_interrupted(
        self, campaign: Campaign, hold: Hold, report: DeliveryReport
    ) -> None:
        """Settle what a worker that died was offering: nobody knows whether it arrived."""
        is_safe = self._channel.accepts_idempotency_key
        status = DeliveryStatus.DEFERRED if is_safe else DeliveryStatus.UNKNOWN
        reason = "the worker died while it was offering the message" + (
            "; the provider refuses second copies, so it is offered again" if is_safe else ""
        )
        ledger = self._repositories.ledger
        while left := await ledger.find_interrupted(
            campaign.id, hold.owner, self._rules.batch_size
        ):
            for entry in left:
                await ledger.resolve_interrupted(entry, status, reason, self._clock())
                report.add(status)

    async def _offer_all(
        self,
        campaign: Campaign,
        hold: Hold,
        batches: AsyncIterable[Reserved],
        report: DeliveryReport,
    ) -> None:
        offering = Offering(
            self._repositories.ledger,
            self._channel,
            hold,
            self._clock,
            Steps(
                still_passing=partial(self._still_passing, campaign, report),
                frame=self._channel_message,
                offer=partial(self._offer_if_it_may_still_leave, campaign),
                on_settled=report.add,
            ),
        )
        async with ahead(self._checked(campaign, hold, batches, report)) as checked:
            await offering.run(checked)
        if hold.is_lost:  # the next holder may have settled as unknown what has been answered since
            await self._repositories.campaigns.look_again(campaign.id, self._clock())

    async def _checked(
        self,
        campaign: Campaign,
        hold: Hold,
        batches: AsyncIterable[Reserved],
        report: DeliveryReport,
    ) -> AsyncIterator[list[Passed]]:
        """Yield the messages that may leave; settle those that must not."""
        async for batch in batches:
            if hold.must_end:
                return
            now = self._clock()
            is_fresh = batch.facts is not None and now - batch.at <= _STILL_CHECKED
            facts = batch.facts if is_fresh else None
            passed = await self._pass_gates(campaign, batch.messages, report, facts)
            yield [Passed(message, now) for message in passed]

    async def _due(self, campaign: Campaign) -> AsyncIterator[Reserved]:
        now = self._clock()
        batches = self._repositories.ledger.stream_due(campaign.id, now, self._rules.batch_size)
        async for batch in batches:
            yield Reserved(batch, None, now)

    async def _pass_gates(
        self,
        campaign: Campaign,
        messages: Sequence[OutboundMessage],
        report: DeliveryReport,
        facts: Mapping[ConversationId, GateFacts] | None = None,
    ) -> list[OutboundMessage]:
        """Return those that may leave; settle the others, or let them wait for better times."""
        stopped = await self._gates.stopped(campaign.id, messages, facts)
        now, ledger = self._clock(), self._repositories.ledger
        stops = [(one, stop) for one in messages if (stop := stopped.get(one.id)) is not None]
        settled = [
            withheld(message, stop, now)
            for message, stop in stops
            if stop.status is not DeliveryStatus.DEFERRED
        ]
        postponed = [
            Postponement(message.id, stop.until, f"{stop.rule}: {stop.reason}")
            for message, stop in stops
            if stop.status is DeliveryStatus.DEFERRED and stop.until is not None
        ]
        await ledger.withhold(settled)
        await ledger.postpone(postponed, now)
        for _, stop in stops:
            report.add(stop.status)
        return [message for message in messages if message.id not in stopped]

    async def _still_passing(
        self, campaign: Campaign, report: DeliveryReport, group: Sequence[Passed]
    ) -> Sequence[Passed]:
        """Ask the gates once more for those of a group that have waited since they were asked.

        Together, because a channel that is slow would make each of them wait.
        """
        now = self._clock()
        waited = [one.message for one in group if now - one.checked_at > _STILL_CHECKED]
        if not waited:
            return group
        passed = await self._pass_gates(campaign, waited, report)
        others = [one for one in group if now - one.checked_at <= _STILL_CHECKED]
        return [*others, *(Passed(message, now) for message in passed)]

    async def _offer_if_it_may_still_leave(
        self, campaign: Campaign, passed: Passed, offer: ChannelMessage
    ) -> Settlement:
        """Offer a message; ask the gates once more if they were asked a while ago."""
        message = passed.message
        is_old = self._clock() - passed.checked_at > _STILL_CHECKED
        if is_old or self._gates.are_asked_after_the_mark(campaign):
            stopped = await self._gates.stopped(message.campaign_id, [message])
            if stop := stopped.get(message.id):
                return withheld(message, stop, self._clock())
        result = await self._offer(offer)
        return answered(message, result, self._rules, self._clock())

    def _channel_message(self, message: OutboundMessage) -> ChannelMessage:
        text, html = self._layout.frame(message.subject, message.text, message.html)
        return ChannelMessage(
            idempotency_key=message.id,
            message_id=message.message_id,
            recipient_address=message.address,
            subject=message.subject,
            text=text,
            html=html,
            in_reply_to=message.in_reply_to,
            references=message.references,
        )

    async def _offer(self, offer: ChannelMessage) -> SendResult:
        try:
            result = await self._channel.send(offer)
        except Exception as error:  # a bug in a channel: what it did is not known
            reason = f"{type(error).__name__}: {error}"
            result = SendResult(status=DeliveryStatus.UNKNOWN, detail=reason)
        return storable(result)
