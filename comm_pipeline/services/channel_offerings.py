"""Channel offerings: each message goes to the offering of its own channel.

The offerings of several channels work beside each other, each with as many calls at once as its
channel takes, so that a slow channel holds up a fast one only when it is far behind.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from typing import Final

from comm_pipeline.channels.base import Channel
from comm_pipeline.services.offering import Offering
from comm_pipeline.services.provider_gates import Passed

#: Batches that wait for one channel while others go on.
_BATCHES_AHEAD: Final = 10

_Batches = asyncio.Queue[Sequence[Passed] | None]


async def offer_by_channel(
    batches: AsyncIterable[Sequence[tuple[Channel, Sequence[Passed]]]],
    begin: Callable[[Channel], Offering],
) -> None:
    """Offer the messages of all batches, each part to the offering that ``begin`` makes for it.

    If no more batches come, for whatever reason, what is marked is still offered and settled.
    """
    queues: dict[int, _Batches] = {}
    async with asyncio.TaskGroup() as tasks:
        async for batch in batches:
            for channel, part in batch:
                if id(channel) not in queues:
                    queues[id(channel)] = asyncio.Queue(_BATCHES_AHEAD)
                    tasks.create_task(begin(channel).run(_taken_from(queues[id(channel)])))
                await queues[id(channel)].put(part)
        for queue in queues.values():
            await queue.put(None)


async def _taken_from(queue: _Batches) -> AsyncIterator[Sequence[Passed]]:
    while (part := await queue.get()) is not None:
        yield part
