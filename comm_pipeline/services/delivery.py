"""Delivery: offers the ledger's waiting messages to a channel, each once.

For each message: gates, mark as sending, offer, settle. The mark is durable before the offer, so an
offer whose answer was lost (the process died, or the connection) is known as such: it becomes
``unknown``, unless the channel itself refuses second copies, and is never offered again by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from comm_pipeline.channels.base import Channel, ChannelMessage, SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.gates import gate
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.batching import GroupCommit
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.provider_answers import asked_wait, storable
from comm_pipeline.storage.outbound_messages import Settlement
from comm_pipeline.storage.repositories import Repositories

#: However often a message was deferred, it is tried again after this long: a mail server that was
#: down for a night gets it the next morning.
_LONGEST_DELAY = timedelta(hours=6)
#: Messages under way for each call that the channel takes at once: while one is offered, another is
#: marked and a third settled. Their number is also how many a process that dies leaves unknown.
_UNDER_WAY_PER_CALL = 3
_END_OF_TIME = datetime.max.replace(tzinfo=UTC, microsecond=0)
#: Endings that the conversation has to be told: it cannot go on as if its message had left.
_REFUSALS = frozenset({DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED})


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """How messages are read and tried again.

    ``batch_size`` are read at once; a deferred one is offered ``max_attempts`` times at most, first
    after ``retry_delay``, then after twice as long each time, but never after more than 6 hours.
    """

    batch_size: int
    max_attempts: int
    retry_delay: timedelta


@dataclass
class DeliveryReport:
    """What became of the messages of one pass, in counts by delivery status."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, status: DeliveryStatus, count: int = 1) -> None:
        """Count messages that got a status."""
        self.counts[status.value] = self.counts.get(status.value, 0) + count


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
        workers = self._channel.max_in_flight * _UNDER_WAY_PER_CALL
        calls = asyncio.Semaphore(self._channel.max_in_flight)
        queue: asyncio.Queue[OutboundMessage | None] = asyncio.Queue(self._rules.batch_size)
        mark = GroupCommit[OutboundMessage, bool](lambda batch: self._mark(batch, hold.owner))
        settle = GroupCommit[Settlement, None](lambda batch: self._settle(batch, hold.owner))

        async def work() -> None:
            while (message := await queue.get()) is not None:
                if not hold.must_end and await mark(message):
                    async with calls:
                        result = await self._offer(message)
                    settlement = self._settlement(message, result)
                    await settle(settlement)
                    report.add(settlement.status)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(workers):
                tasks.create_task(work())
            async for message in self._due_messages(campaign, hold, report):
                await queue.put(message)
            for _ in range(workers):
                await queue.put(None)

    async def _due_messages(
        self, campaign: Campaign, hold: Hold, report: DeliveryReport
    ) -> AsyncIterator[OutboundMessage]:
        """Yield the messages that may leave; settle those that must not."""
        batches = self._repositories.ledger.stream_due(
            campaign.id, self._clock(), self._rules.batch_size
        )
        async for batch in batches:
            if hold.must_end:
                return
            for message in await self._pass_gates(campaign, batch, report):
                yield message

    async def _pass_gates(
        self, campaign: Campaign, messages: Sequence[OutboundMessage], report: DeliveryReport
    ) -> list[OutboundMessage]:
        now = self._clock()
        current = await self._repositories.campaigns.get(campaign.id)
        if current.status is CampaignStatus.PAUSED:
            return []  # they wait until it goes on
        facts = await self._repositories.conversations.gate_facts(
            [message.conversation_id for message in messages]
        )
        suppressed = await self._repositories.suppressions.find(
            [message.address for message in messages]
        )
        passed, withheld = [], []
        for message in messages:
            stop = gate(
                message,
                current.status,
                current.ends_at,
                facts.get(message.conversation_id),
                suppressed.get(message.address),
                now,
            )
            if stop is None:
                passed.append(message)
            else:
                withheld.append(_settled(message, stop.status, f"{stop.rule}: {stop.reason}", now))
                report.add(stop.status)
        await self._repositories.ledger.withhold(withheld)
        return passed

    async def _mark(self, messages: Sequence[OutboundMessage], owner: str) -> list[bool]:
        keys = [message.id for message in messages]
        taken = await self._repositories.ledger.mark_sending(
            keys, owner, self._channel.name, self._clock()
        )
        return [key in taken for key in keys]

    async def _settle(self, settlements: Sequence[Settlement], owner: str) -> list[None]:
        await self._repositories.ledger.settle(settlements, owner)
        return [None] * len(settlements)

    async def _offer(self, message: OutboundMessage) -> SendResult:
        text, html = self._layout.frame(message.subject, message.text, message.html)
        try:
            result = await self._channel.send(
                ChannelMessage(
                    idempotency_key=message.id,
                    message_id=message.message_id,
                    recipient_address=message.address,
                    subject=message.subject,
                    text=text,
                    html=html,
                    in_reply_to=message.in_reply_to,
                    references=message.references,
                )
            )
        except Exception as error:  # a bug in a channel: what it did is not known
            reason = f"{type(error).__name__}: {error}"
            result = SendResult(status=DeliveryStatus.UNKNOWN, detail=reason)
        return storable(result)

    def _settlement(self, message: OutboundMessage, result: SendResult) -> Settlement:
        now = self._clock()
        if result.status is not DeliveryStatus.DEFERRED:
            return _settled(message, result.status, result.detail, now, result)
        attempts = message.attempts + 1
        if attempts >= self._rules.max_attempts:
            reason = f"deferred {attempts} times; the last: {result.detail}"
            return _settled(message, DeliveryStatus.FAILED, reason, now, result)
        delay = min(self._rules.retry_delay * 2 ** min(attempts - 1, 16), _LONGEST_DELAY)
        return Settlement(
            message.id,
            DeliveryStatus.DEFERRED,
            result.detail,
            now,
            next_attempt_at=now + max(delay, asked_wait(result)),
            raw=result.raw,
        )


def _settled(
    message: OutboundMessage,
    status: DeliveryStatus,
    reason: str,
    now: datetime,
    result: SendResult | None = None,
) -> Settlement:
    return Settlement(
        message.id,
        status,
        reason,
        now,
        provider_message_id=result.provider_message_id if result else None,
        is_handled=status not in _REFUSALS,
        raw=result.raw if result else None,
    )
