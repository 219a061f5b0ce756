"""Offering: messages that have passed the gates are marked, offered and settled.

Three stages work beside each other, because the database takes longer for a mark than many a
channel for a message: one marks as many as may be under way, as many as the channel takes at once
are offered, and one settles what was answered meanwhile. If no more messages come, for whatever
reason, those that are marked are still offered and settled.
"""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from comm_pipeline.channels.base import Channel, ChannelMessage, provider_of
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.batching import Gathering, Places, uninterrupted
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.provider_gates import Passed
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository, Settlement

#: Messages under way for each call that the channel takes at once: while one is offered, another is
#: marked and a third settled. Their number is also how many a process that dies leaves unknown...
_UNDER_WAY_PER_CALL: Final = 3
#: ...but for a channel that refuses second copies: there it costs nothing, and more are written
#: together.
_UNDER_WAY_PER_SAFE_CALL: Final = 8


@dataclass(frozen=True, slots=True)
class _Offer:
    passed: Passed
    content: ChannelMessage


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done to a message besides marking and settling it.

    ``admit`` returns which messages the provider may be offered now, each with its sender, and lets
    the others wait; ``frame`` makes of a message what the channel is given; ``offer`` offers that
    and returns what to settle; ``on_left`` is told of a message that was admitted and not marked;
    ``on_settled`` is told each status that was written.
    """

    admit: Callable[[Channel, Sequence[Passed]], Awaitable[Sequence[Passed]]]
    frame: Callable[[Passed], ChannelMessage]
    offer: Callable[[Channel, Passed, ChannelMessage], Awaitable[Settlement]]
    on_left: Callable[[Channel, Passed], Awaitable[None]]
    on_settled: Callable[[DeliveryStatus], None]


class Offering:
    """Marks, offers and settles messages of one campaign and channel, for the lease's holder."""

    def __init__(
        self,
        ledger: OutboundMessageRepository,
        channel: Channel,
        hold: Hold,
        clock: Clock,
        steps: Steps,
    ) -> None:
        per_call = (
            _UNDER_WAY_PER_SAFE_CALL if channel.accepts_idempotency_key else _UNDER_WAY_PER_CALL
        )
        self._ledger = ledger
        self._channel = channel
        self._hold = hold
        self._clock = clock
        self._steps = steps
        self._places = Places(channel.max_in_flight * per_call)
        self._marked: asyncio.Queue[_Offer | None] = asyncio.Queue()
        self._settlements = Gathering[Settlement]()

    async def run(self, batches: AsyncIterable[Sequence[Passed]]) -> None:
        """Offer all messages of the batches, or as many as the hold allows."""
        async with asyncio.TaskGroup() as tasks:
            settling = tasks.create_task(self._settle())
            calling = [tasks.create_task(self._call()) for _ in range(self._channel.max_in_flight)]
            try:
                async for batch in batches:
                    await self._mark_in_turn(batch)
            finally:
                for _ in calling:
                    self._marked.put_nowait(None)
                await asyncio.wait(calling)
                self._settlements.close()
                await asyncio.wait({settling})

    async def _mark_in_turn(self, batch: Sequence[Passed]) -> None:
        rest = batch
        while rest:
            count = await self._places.take(len(rest))
            group, rest = rest[:count], rest[count:]
            marked = 0 if self._hold.must_end else await uninterrupted(self._mark(group))
            self._places.give_back(count - marked)

    async def _mark(self, group: Sequence[Passed]) -> int:
        group = await self._steps.admit(self._channel, group)
        if not group:
            return 0
        # Made before the mark: a broken frame must not leave marks without an offer.
        offers = {one.message.id: _Offer(one, self._steps.frame(one)) for one in group}
        taken = await self._ledger.mark_sending(
            list(offers),
            self._hold.owner,
            provider_of(self._channel),
            self._clock(),
            {key: offer.passed.sender for key, offer in offers.items()},
        )
        for key, offer in offers.items():
            if key in taken:
                self._marked.put_nowait(offer)
            else:
                await self._steps.on_left(self._channel, offer.passed)
        return len(taken)

    async def _call(self) -> None:
        while (offer := await self._marked.get()) is not None:
            self._settlements.add(
                await self._steps.offer(self._channel, offer.passed, offer.content)
            )

    async def _settle(self) -> None:
        async for settlements in self._settlements:
            await self._ledger.settle(settlements, self._hold.owner)
            self._places.give_back(len(settlements))
            for settlement in settlements:
                self._steps.on_settled(settlement.status)
