"""Stages that hand over to each other: nothing is lost, nothing waits for what is not there."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from comm_pipeline.services.batching import Backlog, Gathering, Places, ahead, uninterrupted

pytestmark = pytest.mark.anyio


async def test_what_gathers_while_a_batch_is_used_is_the_next_batch() -> None:
    gathering = Gathering[int]()
    batches = []
    gathering.add(1)
    async for batch in gathering:
        batches.append(batch)
        if len(batches) == 1:
            gathering.add(2)
            gathering.add(3)
            gathering.close()
    assert batches == [[1], [2, 3]]


async def test_the_taker_waits_for_the_first_item() -> None:
    gathering = Gathering[int]()

    async def take() -> list[list[int]]:
        return [batch async for batch in gathering]

    taking = asyncio.create_task(take())
    await asyncio.sleep(0)
    gathering.add(1)
    gathering.add(2)
    gathering.close()
    assert await taking == [[1, 2]]


async def test_an_empty_gathering_ends_when_it_is_closed() -> None:
    gathering = Gathering[int]()
    gathering.close()
    assert [batch async for batch in gathering] == []


async def test_a_full_backlog_forgets() -> None:
    backlog = Backlog[int](2)
    for number in range(4):
        backlog.add(number)
    backlog.close()
    assert [item async for item in backlog] == [0, 1]


async def test_as_many_places_are_taken_as_are_free() -> None:
    places = Places(3)
    assert await places.take(2) == 2
    assert await places.take(2) == 1
    taking = asyncio.create_task(places.take(5))
    await asyncio.sleep(0)
    assert not taking.done()
    places.give_back(2)
    assert await taking == 2


async def test_the_next_item_is_made_while_one_is_used() -> None:
    made: list[int] = []

    async def source() -> AsyncIterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    async with ahead(source()) as items:
        assert await anext(items) == 0
        for _ in range(5):
            await asyncio.sleep(0)
        assert made == [0, 1]  # one is ready; what it says would grow old if more were
        assert [item async for item in items] == [1, 2]


async def test_what_the_source_raises_reaches_the_user() -> None:
    async def source() -> AsyncIterator[int]:
        yield 1
        raise LookupError("no more")

    async def use() -> None:
        async with ahead(source()) as items:
            async for _ in items:
                pass

    with pytest.raises(ExceptionGroup) as raised:
        await use()
    assert raised.group_contains(LookupError, match="no more")


async def test_work_that_is_begun_is_done_before_its_task_is_cancelled() -> None:
    may_end, done = asyncio.Event(), []

    async def work() -> None:
        await may_end.wait()
        done.append("all")

    task = asyncio.create_task(uninterrupted(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["all"]
