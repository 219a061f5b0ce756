"""Delivery: offers the ledger's waiting messages to their channels, each once.

For each message: gates, mark as sending, offer, settle. The gates are asked again at the moment of
the offer if it comes more than a second later. The mark is durable before the offer, so an
offer whose answer was lost (the process died, or the connection) is known as such: it becomes
``unknown``, unless the channel itself refuses second copies, and is never offered again by itself.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from comm_pipeline.channels.base import Channel, ChannelMessage, SendResult
from comm_pipeline.channels.log import NOTHING_IS_SENT, LogChannel
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.gates import GateFacts, Withheld
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.domain.timing import earliest
from comm_pipeline.errors import InvalidSettingError, told
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.batching import ahead
from comm_pipeline.services.campaign_guard import CampaignGuard
from comm_pipeline.services.channel_offerings import offer_by_channel
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.delivery_gates import DeliveryGates, Reserved
from comm_pipeline.services.delivery_report import DeliveryReport
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.offering import Offering, Steps
from comm_pipeline.services.provider_answers import storable
from comm_pipeline.services.provider_gates import Passed, Providers
from comm_pipeline.services.settlements import OFFERED_AGAIN, DeliveryRules, answered, withheld
from comm_pipeline.storage.outbound_messages import Postponement, Settlement
from comm_pipeline.storage.repositories import Repositories

_END_OF_TIME = datetime.max.replace(tzinfo=UTC, microsecond=0)
#: For so long a message that has passed the gates is not asked again.
_STILL_CHECKED = timedelta(seconds=1)
#: So many bounces within a pass are looked at together.
_BOUNCES_AT_ONCE = 10
#: Channels that take a plain text as it is, without the frame of a mail.
_WITHOUT_FRAME = frozenset({"sms", "whatsapp", "chat"})


class DeliveryService:
    """Delivers the due messages of campaigns, each through its channel."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        providers: Providers,
        guard: CampaignGuard,
        layout: EmailLayout,
        rules: DeliveryRules,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._gates = DeliveryGates(repositories, config_manager, clock)
        self._channels = providers.channels
        self._provider_gates = providers.gates
        self._guard = guard
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
        ledger = self._repositories.ledger
        while left := await ledger.find_interrupted(
            campaign.id, hold.owner, self._rules.batch_size
        ):
            for entry in left:
                status, why = self._fate_of_interrupted(entry)
                reason = f"the worker died while it was offering the message{why}"
                await ledger.resolve_interrupted(entry, status, reason, self._clock())
                report.add(status)

    def _fate_of_interrupted(self, entry: OutboundMessage) -> tuple[DeliveryStatus, str]:
        """Return what a message becomes that may or may not have been taken, and why."""
        try:
            is_safe = self._channels.named(entry.channel).accepts_idempotency_key
        except InvalidSettingError:  # not set up any more: nobody can say
            is_safe = False
        if is_safe:
            why = "; the provider refuses second copies, so it is offered again"
            return DeliveryStatus.DEFERRED, why
        if entry.channel in self._rules.retry_unknown:
            return DeliveryStatus.DEFERRED, f"; {OFFERED_AGAIN}"
        return DeliveryStatus.UNKNOWN, ""

    async def _offer_all(
        self,
        campaign: Campaign,
        hold: Hold,
        batches: AsyncIterable[Reserved],
        report: DeliveryReport,
    ) -> None:
        steps = Steps(
            admit=partial(self._admit, campaign, report),
            frame=self._channel_message,
            offer=partial(self._offer_if_it_may_still_leave, campaign),
            on_left=self._provider_gates.not_offered,
            on_settled=report.add,
        )
        bounces = _Bounces(report)

        async def offer(channel: Channel, parts: AsyncIterable[Reserved]) -> None:
            offering = Offering(self._repositories.ledger, channel, hold, self._clock, steps)
            async with ahead(self._checked(campaign, hold, parts, report, bounces)) as checked:
                await offering.run(checked)
            if isinstance(channel, LogChannel):
                await self._repositories.alerts.raise_alert(
                    f"channel:{channel.name}", NOTHING_IS_SENT, self._clock()
                )

        await offer_by_channel(self._parts(campaign, hold, batches, report), offer)
        if hold.is_lost:  # the next holder may have settled as unknown what has been answered since
            await self._repositories.campaigns.look_again(campaign.id, self._clock())

    async def _parts(
        self,
        campaign: Campaign,
        hold: Hold,
        batches: AsyncIterable[Reserved],
        report: DeliveryReport,
    ) -> AsyncIterator[list[tuple[Channel, Reserved]]]:
        async for batch in batches:
            if hold.must_end:
                return
            yield await self._by_channel(campaign, batch, report)

    async def _checked(
        self,
        campaign: Campaign,
        hold: Hold,
        parts: AsyncIterable[Reserved],
        report: DeliveryReport,
        bounces: "_Bounces",
    ) -> AsyncIterator[list[Passed]]:
        """Yield the messages of one channel that may leave; settle those that must not.

        Asked no sooner than the channel has room for more, so that most answers are still fresh
        when the messages are marked.
        """
        async for part in parts:
            if hold.must_end:
                continue
            if bounces.are_many_more():
                await self._guard.check(campaign.id)  # if it pauses, the gates stop what follows
            now = self._clock()
            is_fresh = part.facts is not None and now - part.at <= _STILL_CHECKED
            facts = part.facts if is_fresh else None
            passed = await self._pass_gates(campaign, part.messages, report, facts)
            yield [Passed(one, now) for one in passed]

    async def _due(self, campaign: Campaign) -> AsyncIterator[Reserved]:
        now = self._clock()
        batches = self._repositories.ledger.stream_due(campaign.id, now, self._rules.batch_size)
        async for batch in batches:
            yield Reserved(batch, None, now)

    async def _by_channel(
        self, campaign: Campaign, batch: Reserved, report: DeliveryReport
    ) -> list[tuple[Channel, Reserved]]:
        """Give each message to its channel; one whose channel is not set up waits, with alert."""
        parts: dict[int, tuple[Channel, list[OutboundMessage]]] = {}
        without: dict[str, list[OutboundMessage]] = {}
        for message in batch.messages:
            try:
                channel = self._channels.named(message.channel)
            except InvalidSettingError as error:
                without.setdefault(str(error), []).append(message)
            else:
                parts.setdefault(id(channel), (channel, []))[1].append(message)
        for reason, messages in without.items():
            await self._wait_for_channel(campaign, messages, reason, report)
        return [(channel, replace(batch, messages=part)) for channel, part in parts.values()]

    async def _wait_for_channel(
        self,
        campaign: Campaign,
        messages: Sequence[OutboundMessage],
        reason: str,
        report: DeliveryReport,
    ) -> None:
        passed = await self._pass_gates(campaign, messages, report)
        if not passed:
            return
        now = self._clock()
        await self._repositories.alerts.raise_alert(f"channel:{passed[0].channel}", reason, now)
        until = now + self._rules.retry_delay
        stop = Withheld(DeliveryStatus.DEFERRED, "channel", reason, until)
        await self._stop([(message, stop) for message in passed], report)

    async def _admit(
        self,
        campaign: Campaign,
        report: DeliveryReport,
        channel: Channel,
        group: Sequence[Passed],
    ) -> Sequence[Passed]:
        """Return those that may still leave, and that the provider may be offered now.

        The others wait, until the campaign's end at the latest, so that they are settled.
        """
        group = await self._still_passing(campaign, report, group)
        if not group:
            return group
        admission = await self._provider_gates.admit(channel, group)
        if admission.waiting:
            stops = [
                (message, replace(stop, until=earliest((stop.until, campaign.ends_at))))
                for message, stop in admission.waiting
            ]
            await self._stop(stops, report)
        return admission.admitted

    async def _pass_gates(
        self,
        campaign: Campaign,
        messages: Sequence[OutboundMessage],
        report: DeliveryReport,
        facts: Mapping[ConversationId, GateFacts] | None = None,
    ) -> list[OutboundMessage]:
        """Return those that may leave; settle the others, or let them wait for better times."""
        stopped = await self._gates.stopped(campaign.id, messages, facts)
        stops = [(one, stop) for one in messages if (stop := stopped.get(one.id)) is not None]
        if stops:
            await self._stop(stops, report)
        return [message for message in messages if message.id not in stopped]

    async def _stop(
        self, stops: Sequence[tuple[OutboundMessage, Withheld]], report: DeliveryReport
    ) -> None:
        """Settle messages that must not leave, or let them wait for better times."""
        now, ledger = self._clock(), self._repositories.ledger
        settled = [
            withheld(message, stop, now)
            for message, stop in stops
            if stop.status is not DeliveryStatus.DEFERRED
        ]
        postponed = [
            Postponement(
                message.id,
                stop.until,
                f"{stop.rule}: {stop.reason}",
                self._provider_gates.late_since(message, now),
            )
            for message, stop in stops
            if stop.status is DeliveryStatus.DEFERRED and stop.until is not None
        ]
        await ledger.withhold(settled)
        await ledger.postpone(postponed, now)
        for _, stop in stops:
            report.add_stop(stop)

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
        self, campaign: Campaign, channel: Channel, passed: Passed, offer: ChannelMessage
    ) -> Settlement:
        """Offer a message; ask the gates once more if they were asked a while ago."""
        message = passed.message
        is_old = self._clock() - passed.checked_at > _STILL_CHECKED
        if is_old or self._gates.are_asked_after_the_mark(campaign):
            stopped = await self._gates.stopped(message.campaign_id, [message])
            if stop := stopped.get(message.id):
                await self._provider_gates.not_offered(channel, passed)
                return replace(withheld(message, stop, self._clock()), was_offered=False)
        result = await _offer(channel, offer)
        answered_at = self._clock()
        await self._provider_gates.heard(channel, passed, result, answered_at)
        return answered(message, result, self._rules, answered_at)

    def _channel_message(self, message: OutboundMessage) -> ChannelMessage:
        text, html = message.text, message.html
        if message.channel not in _WITHOUT_FRAME:
            text, html = self._layout.frame(message.subject, text, html)
        return ChannelMessage(
            idempotency_key=message.id,
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            recipient_address=message.address,
            recipient_name=message.recipient_name,
            subject=message.subject,
            text=text,
            html=html,
            in_reply_to=message.in_reply_to,
            references=message.references,
        )


async def _offer(channel: Channel, offer: ChannelMessage) -> SendResult:
    try:
        result = await channel.send(offer)
    except Exception as error:  # a bug in a channel: what it did is not known
        result = SendResult(
            status=DeliveryStatus.DEFERRED
            if channel.accepts_idempotency_key
            else DeliveryStatus.UNKNOWN,
            detail=told(error),
            provider_answer=ProviderAnswer.BAD,
        )
    return storable(result)


class _Bounces:
    """Whether many more messages have bounced since the last look."""

    def __init__(self, report: DeliveryReport) -> None:
        self._counts = report.counts
        self._looked_at = 0

    def are_many_more(self) -> bool:
        """Return True once for every few bounces."""
        bounced = self._counts.get(DeliveryStatus.BOUNCED.value, 0)
        if bounced < self._looked_at + _BOUNCES_AT_ONCE:
            return False
        self._looked_at = bounced
        return True
