"""Provider health: asks and feeds the circuit breakers that all processes share.

Ask ``may_offer`` once a batch, note answers in groups. A provider without failures costs one read a
batch and no write: good answers are counted here until there is a failure to weigh them against.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from comm_pipeline.domain.answer_counts import AnswerCount, with_answers
from comm_pipeline.domain.circuit_breaker import (
    Breaker,
    BreakerState,
    ProviderAnswer,
    answered,
    begin_probe,
    probe_answered,
    wait_until,
    with_good_counts,
)
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.storage.circuit_breakers import CircuitBreakerRepository


class Permission(StrEnum):
    """Whether messages may be offered to a provider."""

    ALLOWED = "allowed"
    PROBE = "probe"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class ProviderPermission:
    """What may be done now.

    PROBE: exactly one message may be offered, not after ``until``, and its answer must be noted
    with ``probe``. WAIT: nothing before ``until``, for this ``reason``.
    """

    permission: Permission
    probe: str | None = None
    until: datetime | None = None
    reason: str | None = None


_ALLOWED: Final = ProviderPermission(Permission.ALLOWED)
_CLOSED: Final = Breaker()


class ProviderHealth:
    """The breakers of providers, each named by channel and host, as one process sees them."""

    def __init__(self, repository: CircuitBreakerRepository, rules: BreakerRules) -> None:
        self._repository = repository
        self._rules = rules
        self._known: dict[str, Breaker] = {}
        self._good: dict[str, tuple[AnswerCount, ...]] = {}

    async def may_offer(self, provider: str, now: datetime) -> ProviderPermission:
        """Return whether the provider may be offered messages.

        Of all processes that ask when an open time is over, one is told PROBE.
        """
        token = uuid4().hex

        def probe_if_due(breaker: Breaker) -> Breaker:
            is_closed = breaker.state is BreakerState.CLOSED
            if is_closed or wait_until(breaker, now, self._rules):
                return breaker
            return begin_probe(breaker, token, now, self._rules)

        _, breaker = await self._change(provider, probe_if_due)
        if breaker.state is BreakerState.CLOSED:
            return _ALLOWED
        if breaker.probe == token:
            begin_by = now + self._rules.longest_call
            return ProviderPermission(Permission.PROBE, probe=token, until=begin_by)
        until = wait_until(breaker, now, self._rules)
        return ProviderPermission(Permission.WAIT, until=until, reason=_reason(provider, breaker))

    def stopped_until(self, provider: str, now: datetime) -> datetime | None:
        """Return when to ask ``may_offer`` again, None if the breaker is closed.

        As far as this process knows; asks no server. For messages of a batch that was allowed, just
        before each is marked.
        """
        breaker = self._known.get(provider, _CLOSED)
        if breaker.state is BreakerState.CLOSED:
            return None
        return wait_until(breaker, now, self._rules) or now

    def are_harmless(self, provider: str, answers: Sequence[ProviderAnswer], now: datetime) -> bool:
        """Return whether answers change nothing for the provider; the good ones are kept here.

        Asks no server. Those for which this is False are to be given to ``note``.
        """
        if ProviderAnswer.BAD in answers or self._known.get(provider, _CLOSED).has_failures:
            return False
        if good := answers.count(ProviderAnswer.GOOD):
            kept = self._good.get(provider, ())
            self._good[provider] = with_answers(kept, now, self._rules.share_window, good=good)
        return True

    async def note(
        self, provider: str, answers: Sequence[ProviderAnswer], now: datetime
    ) -> str | None:
        """Count answers to messages that were no probe, oldest first.

        Returns why the provider is left alone if that begins with these answers.
        """
        if self.are_harmless(provider, answers, now):
            return None
        good = self._good.pop(provider, ())

        def counted(breaker: Breaker) -> Breaker:
            return answered(with_good_counts(breaker, good), answers, now, self._rules)

        return _why_opened(provider, *await self._change(provider, counted))

    async def note_probe(
        self, provider: str, probe: str, answer: ProviderAnswer, now: datetime
    ) -> str | None:
        """Say what became of the probe: GOOD closes the breaker, BAD opens it for longer.

        NEUTRAL, also for a probe that was not offered after all, gives it to whoever asks next.
        Returns why the provider is left alone if that begins again with this answer.
        """
        before, after = await self._change(
            provider, lambda breaker: probe_answered(breaker, probe, answer, now, self._rules)
        )
        return _why_opened(provider, before, after)

    async def _change(
        self, provider: str, change: Callable[[Breaker], Breaker]
    ) -> tuple[Breaker, Breaker]:
        """Write what ``change`` makes of the latest breaker; return that one and what is there.

        Coming second means that somebody else was first, so this ends.
        """
        while True:
            version, breaker = await self._repository.get(provider)
            changed = change(breaker)
            if changed is breaker or await self._repository.replace(provider, version, changed):
                self._known[provider] = changed
                return breaker, changed


def _why_opened(provider: str, before: Breaker, after: Breaker) -> str | None:
    is_opened = after.state is BreakerState.OPEN and after is not before
    return _reason(provider, after) if is_opened else None


def _reason(provider: str, breaker: Breaker) -> str:
    if breaker.state is BreakerState.HALF_OPEN:
        return f"{provider} is being tried with one message after it failed"
    return f"{provider} is left alone for a while: {breaker.reason}"
