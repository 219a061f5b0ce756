"""Permits are counted once, by however many processes, and what is over is deleted."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from comm_pipeline.domain.rate_limits import RateLimits, parse_rate_limits
from comm_pipeline.storage.connection import DURABLE, Database, open_database
from comm_pipeline.storage.rate_limits import Demand, RateLimitRepository
from comm_pipeline.storage.repositories import Repositories

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURLY = parse_rate_limits("100/hour")


async def _taken(limits: RateLimitRepository, key: str, count: int, now: datetime = NOON) -> int:
    return (await limits.acquire({key: Demand(HOURLY, count)}, now))[key].count


async def test_permits_are_counted_from_call_to_call(repositories: Repositories) -> None:
    taken = [await _taken(repositories.limits, "one", 40) for _ in range(4)]
    assert taken == [40, 40, 20, 0]
    assert await _taken(repositories.limits, "other", 200) == 100
    assert await _taken(repositories.limits, "one", 40, NOON + timedelta(minutes=61)) == 40


async def test_everything_that_counts_is_stored(repositories: Repositories) -> None:
    limits = RateLimits(parse_rate_limits("7/second,8/hour").sliding, 10, (9, 20))
    for _ in range(2):
        await repositories.limits.acquire({"one": Demand(limits, 2)}, NOON)
    found = await repositories.limits.acquire({"one": Demand(limits, 9)}, NOON)
    assert found["one"].count == 3
    usage = found["one"].usage
    assert [sum(slots.values()) for slots in usage.sliding.values()] == [7, 7]
    assert usage.days == {date(2026, 3, 2): 7}
    assert usage.first_day == date(2026, 3, 2)


async def test_permits_given_back_are_there_again(repositories: Repositories) -> None:
    limits = repositories.limits
    await _taken(limits, "one", 100)
    await limits.give_back({"one": Demand(HOURLY, 30), "none": Demand(HOURLY, 5)}, NOON)
    assert await _taken(limits, "one", 100, NOON + timedelta(minutes=1)) == 30
    assert await _taken(limits, "none", 200) == 100


class _Commands(CommandListener):
    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: object) -> None:
        pass

    def failed(self, event: object) -> None:
        pass


async def test_a_batch_costs_two_calls_and_one_if_nothing_is_left(
    mongodb_uri: str, database_name: str, database: Database
) -> None:
    commands = _Commands()
    client = AsyncMongoClient[dict[str, Any]](mongodb_uri, event_listeners=[commands])
    async with client:
        limits = RateLimitRepository(client.get_database(database_name, write_concern=DURABLE))
        demands = {f"domain {number}": Demand(HOURLY, 100) for number in range(60)}
        assert {one.count for one in (await limits.acquire(demands, NOON)).values()} == {100}
        assert {one.count for one in (await limits.acquire(demands, NOON)).values()} == {0}
        await limits.acquire({}, NOON)
        names = tuple(commands.names)
    assert names == ("find", "update", "find")


async def test_who_comes_first_for_one_does_not_matter_for_the_others(
    repositories: Repositories,
) -> None:
    """Everybody wants some of everything at once; nothing is granted twice or lost."""
    keys = [f"domain {number}" for number in range(8)]

    async def acquire(seed: int) -> dict[str, int]:
        wanted = random.Random(seed).sample(keys, 5)
        granted = await repositories.limits.acquire({k: Demand(HOURLY, 9) for k in wanted}, NOON)
        return {key: one.count for key, one in granted.items()}

    answers = await asyncio.gather(*(acquire(seed) for seed in range(16)))
    for key in keys:
        granted = sum(answer.get(key, 0) for answer in answers)
        wanted = sum(9 for answer in answers if key in answer)
        assert granted == min(wanted, 100)


@pytest.fixture
async def four_clients(
    anyio_backend: str, mongodb_uri: str, database: Database, database_name: str
) -> AsyncIterator[list[RateLimitRepository]]:
    async with AsyncExitStack() as stack:
        yield [
            RateLimitRepository(
                await stack.enter_async_context(open_database(mongodb_uri, database_name))
            )
            for _ in range(4)
        ]


class _SharedClock:
    """Goes on with each call that is made, so that calls overlap in its time as they do."""

    def __init__(self) -> None:
        self.now = NOON

    def move_on(self, chance: random.Random) -> datetime:
        self.now += timedelta(milliseconds=chance.choice([0, 0, 1, 5, 40, 500]))
        return self.now


@pytest.mark.parametrize("seed", range(3))
async def test_four_workers_with_clients_of_their_own_never_exceed_a_limit(
    seed: int, four_clients: list[RateLimitRepository]
) -> None:
    limits = parse_rate_limits("10/second,100/minute")
    clock, taken, delays = _SharedClock(), list[tuple[datetime, int]](), [timedelta()]

    async def work(repository: RateLimitRepository, chance: random.Random) -> None:
        for _ in range(50):
            now = clock.move_on(chance)
            demand = {"one": Demand(limits, chance.randint(1, 6))}
            granted = (await repository.acquire(demand, now))["one"].count
            delays.append(clock.now - now)
            unused = chance.choice([0, 0, 0, granted // 2])
            await repository.give_back({"one": Demand(limits, unused)}, now)
            taken.append((now, granted - unused))

    workers = [work(one, random.Random(4 * seed + n)) for n, one in enumerate(four_clients)]
    await asyncio.gather(*workers)
    assert sum(count for _, count in taken) > 50
    for limit in limits.sliding:
        # A call that was under way for a while is like a clock that is slow by as much.
        assert _most_in(taken, limit.length - max(delays)) <= limit.maximum


def _most_in(taken: list[tuple[datetime, int]], length: timedelta) -> int:
    return max(sum(n for at, n in taken if end - length <= at <= end) for end, _ in taken)


async def test_many_workers_at_one_instant_get_what_there_is(
    four_clients: list[RateLimitRepository],
) -> None:
    async def work(repository: RateLimitRepository) -> int:
        return sum([await _taken(repository, "one", 3) for _ in range(10)])

    assert sum(await asyncio.gather(*map(work, four_clients * 2))) == 100


async def test_what_is_over_is_deleted_by_the_server_and_a_warm_up_is_not(
    database: Database, repositories: Repositories
) -> None:
    warm_up = RateLimits(warm_up=(50, 100))
    demands = {"domain": Demand(HOURLY, 1), "sender": Demand(warm_up, 1)}
    await repositories.limits.acquire(demands, NOON)
    found = {one["_id"]: one["expires_at"] async for one in database["rate_limits"].find()}
    hello: dict[str, Any] = await database.command("hello", codec_options=database.codec_options)
    left = found["domain"] - hello["localTime"]
    # An hour and two days of the server's time, whatever NOON is.
    assert timedelta(hours=48) < left < timedelta(hours=50)
    assert found["sender"] is None
    indexes = await database["rate_limits"].index_information()
    assert indexes["expiry"]["expireAfterSeconds"] == 0
