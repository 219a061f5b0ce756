"""Channel offerings: each message goes to the offering of its own channel.

The offerings of several channels work beside each other, each with as many calls at once as its
channel takes, so that a slow channel holds up a fast one only when it is far behind.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, Final

from comm_pipeline.channels.base import Channel
from comm_pipeline.services.delivery_gates import Reserved

#: Batches that wait for one channel while others go on.
_BATCHES_AHEAD: Final = 10

_Batches = asyncio.Queue[Reserved | None]


async def offer_by_channel(
    batches: AsyncIterable[Sequence[tuple[Channel, Reserved]]],
    offer: Callable[[Channel, AsyncIterator[Reserved]], Coroutine[Any, Any, None]],
) -> None:
    """Give the messages of all batches to their channels: ``offer`` takes all that are of one.

    It must take every part, because who waits for it waits for the other channels' parts, too.
    """
    queues: dict[int, _Batches] = {}
    async with asyncio.TaskGroup() as tasks:
        async for batch in batches:
            for channel, part in batch:
                if id(channel) not in queues:
                    queues[id(channel)] = asyncio.Queue(_BATCHES_AHEAD)
                    tasks.create_task(offer(channel, _taken_from(queues[id(channel)])))
                await queues[id(channel)].put(part)
        for queue in queues.values():
            await queue.put(None)


async def _taken_from(queue: _Batches) -> AsyncIterator[Reserved]:
    while (part := await queue.get()) is not None:
        yield part
