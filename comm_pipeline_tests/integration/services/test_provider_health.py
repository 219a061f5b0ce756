"""Breakers shared by processes: one probe at a time, whoever dies; no cost while all is well."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.services.provider_health import Permission, ProviderHealth
from comm_pipeline.storage.circuit_breakers import CircuitBreakerRepository
from comm_pipeline.storage.connection import Database, open_database

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SMTP = "email smtp.example"
RULES = BreakerRules()
GOOD, BAD, NEUTRAL = ProviderAnswer.GOOD, ProviderAnswer.BAD, ProviderAnswer.NEUTRAL
ALLOWED, PROBE, WAIT = Permission.ALLOWED, Permission.PROBE, Permission.WAIT


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
async def database(
    anyio_backend: str, mongodb_uri: str, database_name: str
) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        yield opened


def health_of(database: Database) -> ProviderHealth:
    return ProviderHealth(CircuitBreakerRepository(database), RULES)


@pytest.fixture
async def health(database: Database) -> ProviderHealth:
    return health_of(database)


@pytest.fixture
async def another(database: Database) -> ProviderHealth:
    """What another process sees: it shares nothing but the database."""
    return health_of(database)


async def test_a_provider_that_is_well_is_never_written_about(
    database: Database, health: ProviderHealth
) -> None:
    assert (await health.may_offer(SMTP, NOON)).permission is ALLOWED
    for second in range(20):
        await health.note(SMTP, [GOOD, NEUTRAL] * 50, after(second))
    assert not any(
        [await database[one].find_one() for one in await database.list_collection_names()]
    )


async def test_failures_of_all_processes_are_counted_together(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD, BAD], NOON)
    await another.note(SMTP, [BAD, BAD], NOON)
    assert (await health.may_offer(SMTP, NOON)).permission is ALLOWED
    await another.note(SMTP, [BAD], NOON)
    refused = await health.may_offer(SMTP, after(1))
    assert (refused.permission, refused.until) == (WAIT, after(30))
    assert refused.reason == "email smtp.example is left alone for a while: 5 failures in a row"
    assert (await health.may_offer("email other.example", after(1))).permission is ALLOWED


async def test_good_answers_that_were_not_written_count_once_there_are_failures(
    health: ProviderHealth,
) -> None:
    """13 of 53 answers failed: without the 40 it would have been all but three."""
    await health.note(SMTP, [GOOD] * 40, NOON)
    for _ in range(3):
        await health.note(SMTP, [BAD] * 4 + [GOOD], after(1))
    await health.note(SMTP, [BAD], after(2))
    assert (await health.may_offer(SMTP, after(2))).permission is ALLOWED


async def test_a_process_that_goes_well_ends_the_row_of_others(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await another.note(SMTP, [BAD] * 4, NOON)
    await health.may_offer(SMTP, NOON)
    await health.note(SMTP, [GOOD], NOON)
    await another.note(SMTP, [BAD] * 4, NOON)
    assert (await health.may_offer(SMTP, NOON)).permission is ALLOWED


async def test_a_process_that_opens_it_knows_without_asking(health: ProviderHealth) -> None:
    assert health.stopped_until(SMTP, NOON) is None
    await health.note(SMTP, [BAD] * 5, NOON)
    assert health.stopped_until(SMTP, after(1)) == after(30)
    assert health.stopped_until(SMTP, after(31)) == after(31)  # time to ask again


async def test_one_probe_and_the_others_wait(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD] * 5, NOON)
    first = await health.may_offer(SMTP, after(30))
    second = await another.may_offer(SMTP, after(30))
    assert first.permission is PROBE
    assert first.probe is not None
    assert (second.permission, second.until) == (WAIT, after(40))
    assert second.reason == "email smtp.example is being tried with one message after it failed"
    await health.note_probe(SMTP, first.probe, GOOD, after(31))
    assert (await another.may_offer(SMTP, after(31))).permission is ALLOWED
    assert health.stopped_until(SMTP, after(31)) is None


async def test_a_failed_probe_makes_everybody_wait_twice_as_long(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD] * 5, NOON)
    probe = (await health.may_offer(SMTP, after(30))).probe
    assert probe is not None
    await health.note_probe(SMTP, probe, BAD, after(35))
    refused = await another.may_offer(SMTP, after(36))
    assert (refused.permission, refused.until) == (WAIT, after(95))


async def test_a_probe_that_was_not_offered_goes_to_the_next(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD] * 5, NOON)
    probe = (await health.may_offer(SMTP, after(30))).probe
    assert probe is not None
    await health.note_probe(SMTP, probe, NEUTRAL, after(31))
    assert (await another.may_offer(SMTP, after(31))).permission is PROBE


async def test_the_probe_of_a_process_that_died_is_replaced_and_says_nothing_any_more(
    health: ProviderHealth, another: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD] * 5, NOON)
    lost = (await health.may_offer(SMTP, after(30))).probe
    assert lost is not None
    assert (await another.may_offer(SMTP, after(149))).permission is WAIT
    assert (await another.may_offer(SMTP, after(150))).permission is PROBE
    await health.note_probe(SMTP, lost, GOOD, after(151))
    assert (await another.may_offer(SMTP, after(151))).permission is WAIT


async def test_of_many_that_ask_at_once_one_is_the_probe(
    mongodb_uri: str, database_name: str, health: ProviderHealth
) -> None:
    await health.note(SMTP, [BAD] * 5, NOON)
    async with AsyncExitStack() as stack:
        workers = [
            health_of(await stack.enter_async_context(open_database(mongodb_uri, database_name)))
            for _ in range(4)
        ] * 8
        told = await asyncio.gather(*(one.may_offer(SMTP, after(30)) for one in workers))
    assert [one.permission for one in told].count(PROBE) == 1
    assert [one.until for one in told if one.permission is PROBE] == [after(90)]
    assert [one.permission for one in told].count(ALLOWED) == 0
