"""Workers interleaved at will: never two probes at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pymongo import AsyncMongoClient

from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.services.provider_health import Permission, ProviderHealth
from comm_pipeline.storage.circuit_breakers import CircuitBreakerRepository
from comm_pipeline.storage.connection import DURABLE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SMTP = "email smtp.example"
RULES = BreakerRules()


class _Workers:
    """Workers on one provider, on one clock that everything they do moves on."""

    def __init__(self) -> None:
        self.now = NOON
        self.calls: dict[str, datetime] = {}
        self.begun = 0
        self.most_at_once = 0

    async def act(self, health: ProviderHealth, step: int, fate: str) -> None:
        """Ask, and if told to probe do with it what fate says."""
        self.now += timedelta(seconds=step)
        asked_at = self.now
        told = await health.may_offer(SMTP, asked_at)
        if told.permission is Permission.ALLOWED:
            await health.note(SMTP, [ProviderAnswer.BAD] * 3, self.now)
        if told.probe is None or told.until is None:
            return
        if self.now >= told.until:  # others moved the clock on while it asked
            await health.note_probe(SMTP, told.probe, ProviderAnswer.NEUTRAL, self.now)
        else:
            await self._probe(health, told.probe, fate)

    async def _probe(self, health: ProviderHealth, probe: str, fate: str) -> None:
        """Offer a message for as long as the provider may take; some processes die of it."""
        self.begun += 1
        self.calls[probe] = self.now + RULES.longest_call
        live = [one for one, deadline in self.calls.items() if deadline > self.now]
        self.most_at_once = max(self.most_at_once, len(live))
        await health.may_offer("email another.example", self.now)  # meanwhile others go on
        if fate != "dies":
            # Over before it is written that it is: from then on somebody else may be the probe.
            del self.calls[probe]
            await health.note_probe(SMTP, probe, ProviderAnswer(fate), self.now)


acts = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 40), st.sampled_from(["dies", "good", "bad", "neutral"])
    ),
    min_size=20,
    max_size=60,
)


async def _interleave(uri: str, database: str, script: list[tuple[int, int, str]]) -> _Workers:
    workers = _Workers()
    async with AsyncMongoClient[dict[str, Any]](uri, tz_aware=True) as client:
        opened = client.get_database(database, write_concern=DURABLE)
        await opened["circuit_breakers"].delete_many({})
        healths = [ProviderHealth(CircuitBreakerRepository(opened), RULES) for _ in range(4)]

        async def work(number: int) -> None:
            for worker, step, fate in script:
                if worker == number:
                    await workers.act(healths[number], step, fate)

        await healths[0].note(SMTP, [ProviderAnswer.BAD] * 5, NOON)
        await asyncio.gather(*map(work, range(4)))
    return workers


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=acts)
def test_never_two_probes_at_once(
    mongodb_uri: str, database_name: str, script: list[tuple[int, int, str]]
) -> None:
    workers = asyncio.run(_interleave(mongodb_uri, database_name, script))
    assert workers.most_at_once <= 1
    event(f"probes: {min(workers.begun, 5)}")
