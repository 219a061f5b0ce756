"""Delivery: offers the ledger's waiting messages to a channel, each once.

For each message: gates, mark as sending, offer, settle. The gates are asked again at the moment of
the offer if it comes more than a second later. The mark is durable before the offer, so an
offer whose answer was lost (the process died, or the connection) is known as such: it becomes
``unknown``, unless the channel itself refuses second copies, and is never offered again by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from comm_pipeline.channels.base import Channel, ChannelMessage, SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.batching import GroupCommit
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.delivery_gates import DeliveryGates
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.provider_answers import storable
from comm_pipeline.services.settlements import DeliveryRules, answered, withheld
from comm_pipeline.storage.outbound_messages import Settlement
from comm_pipeline.storage.repositories import Repositories

#: Messages under way for each call that the channel takes at once: while one is offered, another is
#: marked and a third settled. Their number is also how many a process that dies leaves unknown...
_UNDER_WAY_PER_CALL = 3
#: ...but for a channel that refuses second copies: there it costs nothing, and more are written
#: together.
_UNDER_WAY_PER_SAFE_CALL = 8
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


@dataclass(frozen=True, slots=True)
class _Passed:
    """A message that passed the gates, and when."""

    message: OutboundMessage
    checked_at: datetime


class DeliveryService:
    """Delivers the due messages of campaigns through one channel."""

    def __init__(
        self,
        repositories: Repositories,
        channel: Channel,
        layout: EmailLayout,
        rules: DeliveryRules,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._gates = DeliveryGates(repositories, clock)
        self._channel = channel
        self._layout = layout
        self._rules = rules
        self._clock = clock

    async def deliver_campaign(self, campaign: Campaign, hold: Hold) -> DeliveryReport:
        """Offer everything of the campaign that is due. The campaign must be held."""
        report = DeliveryReport()
        await self._resolve_interrupted(campaign, hold, report)
        if campaign.status is CampaignStatus.PAUSED:
            return report
        await self._offer_all(campaign, hold, report)
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

    async def _offer_all(self, campaign: Campaign, hold: Hold, report: DeliveryReport) -> None:
        """Offer as many messages at once as the channel takes, and mark and settle others beside.

        The database takes longer for a mark than many a channel for a message, so workers that
        offered as soon as they had marked would leave the channel idle most of the time.
        """
        is_safe = self._channel.accepts_idempotency_key
        per_call = _UNDER_WAY_PER_SAFE_CALL if is_safe else _UNDER_WAY_PER_CALL
        workers = self._channel.max_in_flight * per_call
        calls = asyncio.Semaphore(self._channel.max_in_flight)
        queue: asyncio.Queue[_Passed | None] = asyncio.Queue(self._rules.batch_size)
        mark = GroupCommit[OutboundMessage, bool](lambda batch: self._mark(batch, hold.owner))
        settle = GroupCommit[Settlement, None](lambda batch: self._settle(batch, hold.owner))

        async def work() -> None:
            while (passed := await queue.get()) is not None:
                # Made before the mark: a broken frame must not leave marks without an offer.
                offer = self._channel_message(passed.message)
                if not hold.must_end and await mark(passed.message):
                    async with calls:
                        settlement = await self._offer_if_it_may_still_leave(passed, offer)
                    await settle(settlement)
                    report.add(settlement.status)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(workers):
                tasks.create_task(work())
            async for passed in self._due_messages(campaign, hold, report):
                await queue.put(passed)
            for _ in range(workers):
                await queue.put(None)
        if hold.is_lost:  # the next holder may have settled as unknown what has been answered since
            await self._repositories.campaigns.look_again(campaign.id, self._clock())

    async def _due_messages(
        self, campaign: Campaign, hold: Hold, report: DeliveryReport
    ) -> AsyncIterator[_Passed]:
        """Yield the messages that may leave; settle those that must not."""
        batches = self._repositories.ledger.stream_due(
            campaign.id, self._clock(), self._rules.batch_size
        )
        async for batch in batches:
            if hold.must_end:
                return
            checked_at = self._clock()
            for message in await self._pass_gates(campaign, batch, report):
                yield _Passed(message, checked_at)

    async def _pass_gates(
        self, campaign: Campaign, messages: Sequence[OutboundMessage], report: DeliveryReport
    ) -> list[OutboundMessage]:
        """Return those that may leave; settle the others, but those that wait for better times."""
        stopped = await self._gates.stopped(campaign.id, messages)
        now = self._clock()
        settled = [
            withheld(message, stop, now)
            for message in messages
            if (stop := stopped.get(message.id)) and stop.status is not DeliveryStatus.DEFERRED
        ]
        await self._repositories.ledger.withhold(settled)
        for settlement in settled:
            report.add(settlement.status)
        return [message for message in messages if message.id not in stopped]

    async def _offer_if_it_may_still_leave(
        self, passed: _Passed, offer: ChannelMessage
    ) -> Settlement:
        """Offer a message; ask the gates once more if they were asked a while ago."""
        message = passed.message
        if self._clock() - passed.checked_at > _STILL_CHECKED:
            stopped = await self._gates.stopped(message.campaign_id, [message])
            if stop := stopped.get(message.id):
                return withheld(message, stop, self._clock())
        result = await self._offer(offer)
        return answered(message, result, self._rules, self._clock())

    async def _mark(self, messages: Sequence[OutboundMessage], owner: str) -> list[bool]:
        keys = [message.id for message in messages]
        taken = await self._repositories.ledger.mark_sending(
            keys, owner, self._channel.name, self._clock()
        )
        return [key in taken for key in keys]

    async def _settle(self, settlements: Sequence[Settlement], owner: str) -> list[None]:
        await self._repositories.ledger.settle(settlements, owner)
        return [None] * len(settlements)

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
