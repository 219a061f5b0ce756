"""Provider gates: which of the messages that may leave a provider may be offered at this moment.

Asked before messages are marked as sending: the provider's circuit breaker, then the limits of
provider, sender, recipient domain, and of a campaign that catches up. Nothing waits here: who may
not be offered is told a time and a reason.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from pymongo.errors import PyMongoError

from comm_pipeline.channels.base import Channel, SendResult, provider_of
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.domain.gates import Withheld
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.rate_limits import SendingLimitRules
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.provider_alerts import ProviderAlerts
from comm_pipeline.services.provider_health import Permission, ProviderHealth, ProviderPermission
from comm_pipeline.services.sending_limits import Sending, SendingLimits
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: For so long a provider that was well is not asked for again.
_STILL_WELL: Final = timedelta(seconds=1)
_ALLOWED: Final = ProviderPermission(Permission.ALLOWED)
_DOWN: Final = "provider_down"
#: What an answer says of the provider, where the channel does not say.
_SAYS: Final = {
    DeliveryStatus.DEFERRED: ProviderAnswer.NEUTRAL,
    DeliveryStatus.UNKNOWN: ProviderAnswer.BAD,
}


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What holds for all providers; a message that is overdue for ``late_after`` catches up."""

    limits: SendingLimitRules
    breaker: BreakerRules
    late_after: timedelta


@dataclass(frozen=True, slots=True)
class Providers:
    """The channels, and what their providers may be offered."""

    channels: ChannelSet
    gates: "ProviderGates"


class _Heard(NamedTuple):
    """What an answer says of the provider, and the answer."""

    answer: ProviderAnswer
    result: SendResult


class Passed(NamedTuple):
    """A message that passed the gates, and when; ``probe`` if it tries out a failed provider.

    ``sender`` is who it is to be from, if the channel says.
    """

    message: OutboundMessage
    checked_at: datetime
    probe: str | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What may be offered now, and until when the others wait."""

    admitted: Sequence[Passed]
    waiting: Sequence[tuple[OutboundMessage, Withheld]] = ()


class ProviderGates:
    """The limits and breakers that all processes share, as one process asks and feeds them."""

    def __init__(self, repositories: Repositories, rules: ProviderRules, clock: Clock) -> None:
        self._limits = SendingLimits(repositories.limits, rules.limits)
        self._health = ProviderHealth(repositories.breakers, rules.breaker)
        self._alerts = ProviderAlerts(repositories.alerts)
        self._rules = rules
        self._clock = clock
        self._well_until: dict[str, datetime] = {}
        self._heard: dict[str, list[_Heard]] = {}
        #: Whose message has tried a provider out and got an answer that says nothing of it.
        self._in_vain: dict[str, str | None] = {}
        self._noting = asyncio.Lock()

    async def admit(self, channel: Channel, group: Sequence[Passed]) -> Admission:
        """Return which messages of a group the channel may be offered now, the first ones first.

        Asks no server where nothing is limited and the provider was well a moment ago.
        """
        provider, now = provider_of(channel), self._clock()
        permission = await self._permission(provider, now)
        match permission.permission:
            case Permission.ALLOWED:
                return await self._within_limits(channel, provider, group, now)
            case Permission.PROBE:
                return await self._probing(channel, provider, group, permission, now)
            case Permission.WAIT:
                return Admission((), _all_wait(group, permission.until, permission.reason))

    async def heard(
        self, channel: Channel, passed: Passed, result: SendResult, now: datetime
    ) -> None:
        """Learn from an answer that came at ``now`` how the provider is.

        Never raises for MongoDB: what became of the message is known, and has to be settled.
        """
        answer = result.provider_answer or _SAYS.get(result.status, ProviderAnswer.GOOD)
        try:
            await self._learn(provider_of(channel), passed, _Heard(answer, result), now)
        except PyMongoError as error:
            log.warning("provider_not_noted", channel=channel.name, error=str(error))

    async def _learn(self, provider: str, passed: Passed, heard: "_Heard", now: datetime) -> None:
        if passed.probe is not None:
            if heard.answer is ProviderAnswer.NEUTRAL:
                self._in_vain[provider] = passed.sender
            why = await self._health.note_probe(provider, passed.probe, heard.answer, now)
            await self._tell_if_stopped(provider, why, heard, now)
        elif not self._health.are_harmless(provider, [heard.answer], now):
            self._heard.setdefault(provider, []).append(heard)
            # Many answers come at once; whoever is first notes all of them.
            async with self._noting:
                if noted := self._heard.pop(provider, []):
                    answers = [one.answer for one in noted]
                    why = await self._health.note(provider, answers, now)
                    bad = [one for one in noted if one.answer is ProviderAnswer.BAD]
                    await self._tell_if_stopped(provider, why, [*noted, *bad][-1], now)
        if heard.result.to_correct and heard.answer is ProviderAnswer.NEUTRAL:
            await self._alerts.tell_refused(provider, passed.sender, heard.result, now)

    async def _tell_if_stopped(
        self, provider: str, why: str | None, last: "_Heard", now: datetime
    ) -> None:
        if why is not None:
            await self._alerts.tell_stopped(provider, why, last.result, now)

    async def not_offered(self, channel: Channel, passed: Passed) -> None:
        """Give back the probe of a message that was admitted and is not offered after all.

        Its permits count as used: less is sent, never more.
        """
        if passed.probe is not None:
            provider, now = provider_of(channel), self._clock()
            await self._health.note_probe(provider, passed.probe, ProviderAnswer.NEUTRAL, now)

    async def _permission(self, provider: str, now: datetime) -> ProviderPermission:
        known_well = self._well_until.get(provider)
        is_fresh = known_well is not None and now < known_well
        if is_fresh and self._health.stopped_until(provider, now) is None:
            return _ALLOWED
        permission = await self._health.may_offer(provider, now)
        if permission.permission is Permission.ALLOWED:
            self._well_until[provider] = now + _STILL_WELL
        return permission

    async def _probing(
        self,
        channel: Channel,
        provider: str,
        group: Sequence[Passed],
        permission: ProviderPermission,
        now: datetime,
    ) -> Admission:
        """Let one message try the provider out; the others wait to see how it goes."""
        chosen = self._to_probe_with(provider, group)
        first = chosen._replace(probe=permission.probe)
        admission = await self._within_limits(channel, provider, [first], now)
        if not admission.admitted:
            await self.not_offered(channel, first)
        until = now + self._rules.breaker.look_again
        reason = f"{provider} is being tried with one message after it failed"
        waiting = [
            *admission.waiting,
            *_all_wait([one for one in group if one is not chosen], until, reason),
        ]
        return Admission(admission.admitted, waiting)

    def _to_probe_with(self, provider: str, group: Sequence[Passed]) -> Passed:
        """Return the first message, but not once more of a sender that was refused itself."""
        refused = self._in_vain.get(provider)
        if refused is None:
            return group[0]
        return next((one for one in group if one.sender != refused), group[0])

    async def _within_limits(
        self, channel: Channel, provider: str, group: Sequence[Passed], now: datetime
    ) -> Admission:
        rules = self._rules.limits
        catching_up = {one.message.id for one in group if self.late_since(one.message, now)}
        if not rules and not (catching_up and rules.catch_up):
            return Admission(group)
        batch = [
            Sending(
                id=one.message.id,
                address=one.message.address,
                sender=one.sender,
                channel=channel.name,
                provider=provider,
                catch_up=one.message.campaign_id if one.message.id in catching_up else None,
            )
            for one in group
        ]
        reservation = await self._limits.reserve(batch, now)
        waiting = [
            (one.message, _wait(wait.rule, wait.until, wait.reason))
            for one in group
            if (wait := reservation.waiting.get(one.message.id)) is not None
        ]
        return Admission([one for one in group if one.message.id in reservation.permits], waiting)

    def late_since(self, message: OutboundMessage, now: datetime) -> datetime | None:
        """Return when a message should have left that is overdue, or was when it was written.

        None: it is not late.
        """
        due_at = message.planned_at or message.next_attempt_at
        is_late = due_at is not None and now - due_at > self._rules.late_after
        return due_at if is_late else None


def _all_wait(
    group: Sequence[Passed], until: datetime | None, reason: str | None
) -> list[tuple[OutboundMessage, Withheld]]:
    return [(one.message, _wait(_DOWN, until, reason or "")) for one in group]


def _wait(rule: str, until: datetime | None, reason: str) -> Withheld:
    return Withheld(DeliveryStatus.DEFERRED, rule, reason, until)
