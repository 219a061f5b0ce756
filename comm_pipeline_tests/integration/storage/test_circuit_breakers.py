"""A breaker is changed by whoever has read its latest version, and by nobody else."""

import asyncio
from datetime import UTC, datetime

import pytest

from comm_pipeline.domain.circuit_breaker import Breaker, ProviderAnswer, answered, begin_probe
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.storage.repositories import Repositories

pytestmark = pytest.mark.anyio

SMTP = "email smtp.example.com"
NOW = datetime(2026, 3, 2, 12, 0, 0, 123_000, tzinfo=UTC)
RULES = BreakerRules()
FAILING = answered(Breaker(), [ProviderAnswer.GOOD, ProviderAnswer.BAD], NOW, RULES)


async def test_a_new_provider_is_well(repositories: Repositories) -> None:
    assert await repositories.breakers.get(SMTP) == (0, Breaker())


@pytest.mark.parametrize("breaker", [FAILING, begin_probe(FAILING, "token", NOW, RULES)])
async def test_a_breaker_comes_back_as_it_was_written(
    breaker: Breaker, repositories: Repositories
) -> None:
    assert await repositories.breakers.replace(SMTP, 0, breaker)
    assert await repositories.breakers.get(SMTP) == (1, breaker)
    assert await repositories.breakers.get("email other.example.com") == (0, Breaker())


async def test_who_has_read_an_old_version_writes_nothing(repositories: Repositories) -> None:
    breakers = repositories.breakers
    await breakers.replace(SMTP, 0, FAILING)
    assert not await breakers.replace(SMTP, 0, Breaker())
    assert not await breakers.replace(SMTP, 2, Breaker())
    assert await breakers.get(SMTP) == (1, FAILING)


@pytest.mark.parametrize("version", [0, 1])
async def test_of_many_one_writes(version: int, repositories: Repositories) -> None:
    if version:
        await repositories.breakers.replace(SMTP, 0, Breaker())
    written = await asyncio.gather(
        *(repositories.breakers.replace(SMTP, version, FAILING) for _ in range(30))
    )
    assert written.count(True) == 1
