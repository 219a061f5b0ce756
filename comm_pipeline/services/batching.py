"""How stages of work that run beside each other hand over: in batches, and never too many at once.

While one write is under way the next items gather, so a busy writer writes large batches and an
idle one writes at once; no timer is involved.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Gathering(Generic[T]):
    """Items of many tasks, for one taker, who gets all that have gathered since it took the last.

    Iterate over it for the batches; the iteration ends when it is closed and empty.
    """

    def __init__(self) -> None:
        self._items: list[T] = []
        self._is_closed = False
        self._has_changed = asyncio.Event()

    def add(self, item: T) -> None:
        """Add an item; never waits."""
        self._items.append(item)
        self._has_changed.set()

    def close(self) -> None:
        """Say that nothing more is added."""
        self._is_closed = True
        self._has_changed.set()

    async def __aiter__(self) -> AsyncIterator[list[T]]:
        """Yield batches, none of them empty."""
        while self._items or not self._is_closed:
            if not self._items:
                self._has_changed.clear()
                await self._has_changed.wait()
                await asyncio.sleep(0)  # let every task that is ready add its item first
            batch, self._items = self._items, []
            if batch:
                yield batch


class Backlog(Generic[T]):
    """Items for one taker that may be left out: what does not fit into it is forgotten.

    Iterate over it for the items; the iteration ends when it is closed and empty.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: asyncio.Queue[T | None] = asyncio.Queue()

    def add(self, item: T) -> None:
        """Add an item if there is room; never waits."""
        if self._items.qsize() < self._most:
            self._items.put_nowait(item)

    def close(self) -> None:
        """Say that nothing more is added."""
        self._items.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield the items, as they come."""
        while (item := await self._items.get()) is not None:
            yield item


class Places:
    """So many places as items may be under way; one taker takes as many at once as are free."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._is_freed = asyncio.Event()

    async def take(self, most: int) -> int:
        """Wait until a place is free; take up to ``most`` and return how many."""
        while not self._free:
            self._is_freed.clear()
            await self._is_freed.wait()
        taken = min(most, self._free)
        self._free -= taken
        return taken

    def give_back(self, count: int) -> None:
        """Free places for others."""
        self._free += count
        self._is_freed.set()


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Do work to its end, also if this task is cancelled meanwhile; that follows then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


@asynccontextmanager
async def ahead(source: AsyncIterable[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Give what ``source`` yields (never None), which makes the next one while one is used.

    Only that one: what is made too early may be stale when its turn comes.
    """
    made: asyncio.Queue[T | None] = asyncio.Queue()

    async def make() -> None:
        async for item in source:
            made.put_nowait(item)
            await made.join()  # taken: only then the one after it is begun
        made.put_nowait(None)

    async def items() -> AsyncIterator[T]:
        while (item := await made.get()) is not None:
            made.task_done()
            yield item

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(make())
        yield items()
