"""Leases: held by one at a time, for as long as the server's clock says, and never too many."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandListener

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.integration.storage.documents import HOLD

pytestmark = pytest.mark.anyio

ONE, TWO = CampaignId("campaign_1"), CampaignId("campaign_2")
LEASE = f"campaign:{ONE}"
SHORT = timedelta(milliseconds=80)
#: How long a test waits for what must happen, in seconds.
PATIENCE = 10.0


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; each time asks the server, so this is no busy loop."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            pass


async def test_a_lease_has_one_holder(repositories: Repositories) -> None:
    leases = repositories.leases
    assert await leases.acquire(ONE, "me", HOLD)
    assert not await leases.acquire(ONE, "you", HOLD)
    assert await leases.acquire(TWO, "you", HOLD)
    holder = await leases.holder(ONE)
    assert holder is not None
    assert holder["owner"] == "me"
    assert await leases.held([ONE, TWO, CampaignId("none")]) == {ONE, TWO}


async def test_many_acquire_and_one_does(repositories: Repositories) -> None:
    for _ in range(3):  # a lease that is new, and then one that was held before
        won = await asyncio.gather(
            *(repositories.leases.acquire(ONE, f"owner_{n}", HOLD) for n in range(30))
        )
        assert won.count(True) == 1
        await repositories.leases.release(LEASE, f"owner_{won.index(True)}")


async def test_a_released_lease_is_free_at_once(repositories: Repositories) -> None:
    leases = repositories.leases
    await leases.acquire(ONE, "me", HOLD)
    await leases.release(LEASE, "you")  # not theirs to release
    assert not await leases.acquire(ONE, "you", HOLD)
    await leases.release(LEASE, "me")
    assert await leases.holder(ONE) is None
    assert await leases.held([ONE]) == set()
    assert await leases.acquire(ONE, "you", HOLD)


async def test_a_lease_that_is_not_renewed_ends_by_itself(repositories: Repositories) -> None:
    leases = repositories.leases
    await leases.acquire(ONE, "dead", SHORT)
    await _until(lambda: leases.acquire(ONE, "me", HOLD))
    assert not await leases.renew(LEASE, "dead", HOLD)
    holder = await leases.holder(ONE)
    assert holder is not None
    assert holder["owner"] == "me"


async def test_a_renewed_lease_outlasts_its_first_hold(
    database: Database, repositories: Repositories
) -> None:
    leases = repositories.leases
    await leases.acquire(ONE, "me", SHORT)
    assert await leases.renew(LEASE, "me", HOLD)
    start = await _server_time(database)

    async def is_past_the_first_hold() -> bool:
        return await _server_time(database) > start + SHORT

    await _until(is_past_the_first_hold)
    assert not await leases.acquire(ONE, "you", HOLD)
    assert not await leases.renew("campaign:none", "me", HOLD)


async def _server_time(database: Database) -> datetime:
    answer = await database.command("hello")
    time: datetime = answer["localTime"]
    return time


async def test_the_clocks_of_workers_do_not_matter(
    mongodb_uri: str, database_name: str, repositories: Repositories
) -> None:
    """A worker whose clock is a year ahead neither takes a lease nor holds one for longer."""
    sent = _TimesSent()
    client = AsyncMongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[sent])
    async with client:
        leases = Repositories.of(client[database_name]).leases
        await leases.acquire(ONE, "me", HOLD)
        await leases.acquire_slot(2, "me", HOLD)
        await leases.renew(LEASE, "me", HOLD)
        await leases.holder(ONE)
        await leases.release(LEASE, "me")
    assert sent.times == []


class _TimesSent(CommandListener):
    """Keeps every time in the statements that a client sends."""

    def __init__(self) -> None:
        self.times: list[datetime] = []

    def started(self, event: Any) -> None:
        own = {key: value for key, value in event.command.items() if not key.startswith("$")}
        self.times += _times_in(own)

    def succeeded(self, event: Any) -> None:
        pass

    def failed(self, event: Any) -> None:
        pass


def _times_in(tree: Any) -> list[datetime]:
    if isinstance(tree, dict):
        return [time for value in tree.values() for time in _times_in(value)]
    if isinstance(tree, list):
        return [time for value in tree for time in _times_in(value)]
    return [tree] if isinstance(tree, datetime) else []


async def test_an_owner_may_look_like_an_expression(repositories: Repositories) -> None:
    assert await repositories.leases.acquire(ONE, "$until", HOLD)
    holder = await repositories.leases.holder(ONE)
    assert holder is not None
    assert holder["owner"] == "$until"


async def test_slots_run_out(repositories: Repositories) -> None:
    leases = repositories.leases
    taken = [await leases.acquire_slot(3, f"owner_{n}", HOLD) for n in range(4)]
    assert sorted(slot for slot in taken if slot is not None) == [0, 1, 2]
    assert taken[3] is None
    await leases.release("slot:1", "owner_1")
    assert await leases.acquire_slot(3, "owner_4", HOLD) == 1


async def test_the_slots_of_the_dead_come_back(repositories: Repositories) -> None:
    leases = repositories.leases
    for owner in ("dead", "also dead"):
        await leases.acquire_slot(2, owner, SHORT)

    async def is_free() -> bool:
        return await leases.acquire_slot(2, "me", HOLD) is not None

    await _until(is_free)


async def test_slots_may_become_more_and_fewer(repositories: Repositories) -> None:
    leases = repositories.leases
    assert await leases.acquire_slot(1, "a", HOLD) == 0
    assert await leases.acquire_slot(1, "b", HOLD) is None
    assert await leases.acquire_slot(3, "b", HOLD) in {1, 2}
    await leases.acquire_slot(3, "c", HOLD)
    assert await leases.acquire_slot(1, "d", HOLD) is None
    await leases.release("slot:2", "b")
    await leases.release("slot:2", "c")
    assert await leases.acquire_slot(2, "d", HOLD) is None


@pytest.mark.parametrize("slots", [1, 3])
async def test_never_more_holders_than_slots(slots: int, repositories: Repositories) -> None:
    leases = repositories.leases
    holders: set[int] = set()
    most = 0

    async def work(owner: str) -> None:
        nonlocal most
        done = 0
        while done < 5:
            slot = await leases.acquire_slot(slots, owner, HOLD)
            if slot is None:
                continue
            assert slot not in holders
            holders.add(slot)
            most = max(most, len(holders))
            assert await leases.renew(f"slot:{slot}", owner, HOLD)
            holders.remove(slot)
            await leases.release(f"slot:{slot}", owner)
            done += 1

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for number in range(12):
            tasks.create_task(work(f"owner_{number}"))
    assert most == slots


async def test_never_two_holders_of_a_lease(repositories: Repositories) -> None:
    """Some holders die without a word; their lease ends by itself and goes to one other."""
    leases = repositories.leases
    holder: list[str] = []

    async def work(owner: str, *, dies: bool) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await leases.acquire(ONE, owner, SHORT if dies else HOLD):
                pass
        if dies:
            return
        holder.append(owner)
        assert holder == [owner]
        assert await leases.renew(LEASE, owner, HOLD)
        assert holder.pop() == owner
        await leases.release(LEASE, owner)

    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(work(f"owner_{number}", dies=number % 4 == 0))
