"""Sending limits: which messages of a batch may be offered now, and until when the others wait.

A message needs a permit of its provider, of its sender and of its recipient's domain. Permits are
taken from the count that all processes share, before messages are marked as sending. Nothing waits
here: who gets no permit is told a time, which becomes its ``next_attempt_at``. Those times are
spread, as permits will become free, so that a long queue is not looked at again and again.

The limits hold for the instants at which permits are taken. What is offered later than that by a
varying delay can be closer together by as much, so offer a batch soon after it was reserved.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comm_pipeline.domain.rate_limits import (
    NO_LIMITS,
    RateLimits,
    SendingLimitRules,
    domain_of_address,
)
from comm_pipeline.domain.rate_usage import RateUsage, schedule
from comm_pipeline.storage.rate_limits import Demand, Granted, RateLimitRepository

#: How the counts of campaigns that catch up are called.
_CATCH_UP: Final = "overdue messages of"


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that is about to be offered: to whom, from whom, by which channel and provider.

    ``id`` is the message's key; ``provider`` names channel and host. ``catch_up`` is the campaign
    of a message that is overdue.
    """

    id: str
    address: str
    sender: str | None
    channel: str
    provider: str
    catch_up: str | None = None


@dataclass(frozen=True, slots=True)
class LimitWait:
    """A message that is over a limit waits ``until`` then, by this ``rule`` and ``reason``."""

    until: datetime
    reason: str
    rule: str = "rate_limit"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What may be offered, by message id, with the names of the limits that it has permits of.

    ``taken_at`` is when; ``waiting`` are the others.
    """

    taken_at: datetime
    permits: Mapping[str, tuple[str, ...]]
    waiting: Mapping[str, LimitWait]


#: One kind of limit: by message id, the name and the limits of what is counted for the message.
_Kind = Mapping[str, tuple[str, RateLimits]]


class SendingLimits:
    """Reserves permits. One instance a process: it remembers who is already waiting."""

    def __init__(self, repository: RateLimitRepository, rules: SendingLimitRules) -> None:
        self._repository = repository
        self._rules = rules
        self._limits: dict[str, RateLimits] = {}
        self._queues: dict[str, tuple[RateUsage, datetime]] = {}

    async def reserve(self, batch: Sequence[Sending], now: datetime) -> Reservation:
        """Take the permits of as many messages as may be offered, the first ones first.

        Asks the server nothing if nothing is limited, and once or twice for each of the three kinds
        of limits that is there.
        """
        permits: dict[str, tuple[str, ...]] = {message.id: () for message in batch}
        waiting: dict[str, LimitWait] = {}
        unused: Counter[str] = Counter()
        for kind in self._kinds(batch):
            refused = await self._take(kind, permits, now)
            for message_id in refused:
                unused.update(permits.pop(message_id))
            waiting |= refused
        await self._give_back(unused, now)
        return Reservation(now, permits, waiting)

    async def release(self, reservation: Reservation, message_ids: Iterable[str]) -> None:
        """Give back the permits of messages that will not be offered after all.

        Call it once a message, and never for one whose offer was begun.
        """
        unused: Counter[str] = Counter()
        for message_id in message_ids:
            unused.update(reservation.permits.get(message_id, ()))
        await self._give_back(unused, reservation.taken_at)

    async def _take(
        self, kind: _Kind, permits: dict[str, tuple[str, ...]], now: datetime
    ) -> dict[str, LimitWait]:
        """Add the permits of one kind; return the messages that get none."""
        queues: dict[str, list[str]] = {}
        for message_id in permits:
            if message_id in kind:
                queues.setdefault(kind[message_id][0], []).append(message_id)
        if not queues:
            return {}
        demands = {key: Demand(self._limits[key], len(queue)) for key, queue in queues.items()}
        granted = await self._repository.acquire(demands, now)
        refused: dict[str, LimitWait] = {}
        for key, queue in queues.items():
            count = granted[key].count
            for message_id in queue[:count]:
                permits[message_id] += (key,)
            refused |= self._wait(key, queue[count:], granted[key], now)
        return refused

    def _wait(
        self, key: str, queue: Sequence[str], granted: Granted, now: datetime
    ) -> dict[str, LimitWait]:
        """Return until when each waits, behind those who wait already."""
        if not queue:
            return {}
        limits = self._limits[key]
        usage, last_at = self._queues.get(key, (granted.usage, now))
        if last_at <= now:
            usage, last_at = granted.usage, now
        usage, times = schedule(usage, limits, len(queue), last_at)
        self._queues[key] = (usage, times[-1])
        reason = f"rate limit of {key}: {limits}"
        rule = "catch_up" if key.startswith(_CATCH_UP) else "rate_limit"
        return {
            message_id: LimitWait(until, reason, rule)
            for message_id, until in zip(queue, times, strict=True)
        }

    async def _give_back(self, unused: Counter[str], taken_at: datetime) -> None:
        demands = {key: Demand(self._limits[key], count) for key, count in unused.items() if count}
        if demands:
            await self._repository.give_back(demands, taken_at)

    def _kinds(self, batch: Sequence[Sending]) -> Iterator[_Kind]:
        """Yield the kinds of limits; the widest first, whose refusal then costs no write."""
        for limits_of in (
            self._of_catch_up,
            self._of_provider,
            self._of_sender,
            self._of_domain,
        ):
            found = {message.id: limits_of(message) for message in batch}
            kind = {message_id: one for message_id, one in found.items() if one[1]}
            self._limits.update(kind.values())
            yield kind

    def _of_catch_up(self, message: Sending) -> tuple[str, RateLimits]:
        if message.catch_up is None:
            return "", NO_LIMITS
        return f"{_CATCH_UP} {message.catch_up}", self._rules.catch_up

    def _of_provider(self, message: Sending) -> tuple[str, RateLimits]:
        limits = self._rules.providers.get(message.channel, NO_LIMITS)
        return f"provider {message.provider}", limits

    def _of_sender(self, message: Sending) -> tuple[str, RateLimits]:
        if message.sender is None:
            return "", NO_LIMITS
        return f"sender {message.sender.lower()}", self._rules.sender

    def _of_domain(self, message: Sending) -> tuple[str, RateLimits]:
        domain = domain_of_address(message.address)
        if domain is None:
            return "", NO_LIMITS
        return f"recipient domain {domain}", self._rules.of_domain(domain)
