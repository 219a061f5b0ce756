"""A campaign in virtual time: the real services, called as a live system would call them.

The clock jumps from due time to due time: of the campaign, and of the replies that people have in
mind. As a live system looks only every so often, two looks lie at least a *tick* apart, and what
became due between them is done together. Only the next message of somebody whose last one has
just left is not let wait for a tick: a sequence of ten would take ten. Each look does what a round
of the sweep does: replies, then passes until nothing is due.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.decision import NEXT_PASS
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus
from comm_pipeline.domain.timing import earliest
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.leases import Hold
from comm_pipeline.simulation.channel import SimulatedChannel
from comm_pipeline.simulation.correspondence import Correspondence
from comm_pipeline.simulation.groups import Groups
from comm_pipeline.simulation.time_zones import read_time_zones
from comm_pipeline.simulation.virtual_clock import VirtualClock
from comm_pipeline.storage.campaigns import CampaignRepository
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.inbound_messages import InboundMessageRepository
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository

#: Passes at one instant; what is due again at once after so many has its turn at the next look.
_MOST_PASSES: Final = 20
_OPEN: Final = (ConversationStatus.ACTIVE, ConversationStatus.ESCALATED)
#: Real seconds between two reports of how far a simulation is.
_PROGRESS_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a simulation is: its time, and how many of all conversations have ended."""

    now: datetime
    ended: int
    conversations: int


@dataclass
class VirtualRun:
    """One campaign, the clock that drives it, and the people it writes to.

    ``looks`` and ``passes`` are counted; ``deferrals`` are the messages that had to wait when they
    were about to leave, which no document keeps once they have left.
    """

    engine: Engine
    database: Database
    clock: VirtualClock
    channel: SimulatedChannel
    correspondence: Correspondence
    campaign_id: CampaignId
    tick: timedelta
    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    deferrals: Groups = field(default_factory=Groups)
    looks: int = 0
    passes: int = 0

    async def until(self, end: datetime, progress: Callable[[Progress], object]) -> bool:
        """Let time pass until nothing is planned any more (True), or to ``end`` (False).

        ``progress`` is told now and then how far it is. A request to stop ends it too (False).
        Raises what a pass raises, and EnvironmentFailure if the campaign's lease is lost.
        """
        told_at, due_at = 0.0, await self._next_due_at()
        async with self.engine.passes.held(self.campaign_id) as hold:
            while not self.engine.stop.is_made:
                due_at = await self._look(hold, due_at)
                if asyncio.get_running_loop().time() - told_at >= _PROGRESS_EVERY:
                    progress(await self._progress())
                    told_at = asyncio.get_running_loop().time()
                following = earliest((due_at, self.correspondence.next_due_at))
                if following is None:
                    return True
                if due_at is None or due_at > self.clock() + NEXT_PASS:
                    following = max(following, self.clock() + self.tick)
                if following > end:
                    self.clock.jump_to(end)
                    return False
                self.clock.jump_to(following)
        return False

    async def _look(self, hold: Hold, due_at: datetime | None) -> datetime | None:
        """Do everything that is due now, the campaign at ``due_at``; return when it is due next."""
        self.looks += 1
        if await self._write_replies():
            due_at = await self._next_due_at()
        for _ in range(_MOST_PASSES):
            if due_at is None or due_at > self.clock() or self.engine.stop.is_made:
                break
            due_at = await self._pass(hold)
        return due_at

    async def _pass(self, hold: Hold) -> datetime | None:
        """Do what is due, and have what left read; return when the campaign is due next."""
        report = await self.engine.passes.run_held(self.campaign_id, hold)
        if hold.is_lost:
            raise EnvironmentFailure(
                "MongoDB was away for longer than a lease lasts; simulate again"
            )
        self.passes += 1
        if report.initialized:
            self.zones |= await read_time_zones(self.database, self.campaign_id)
        if report.delivery.counts.get(DeliveryStatus.DEFERRED):
            await self._note_deferrals()
        self.correspondence.receive(self.channel.take_accepted(), self.zones, self.clock())
        return report.next_due_at

    async def _write_replies(self) -> bool:
        """Write what people have in mind for now; return whether there was anything."""
        replies = self.correspondence.take_due(self.clock())
        if replies:
            inbox = self.database[InboundMessageRepository.name]
            await inbox.insert_many(replies, ordered=False)
            await self.engine.inbox.take_up(self.engine.settings.max_batch_size)
        return bool(replies)

    async def _next_due_at(self) -> datetime | None:
        campaigns = self.database[CampaignRepository.name]
        document = await campaigns.find_one({"_id": self.campaign_id}, {"next_due_at": 1})
        return document["next_due_at"] if document else None

    async def _progress(self) -> Progress:
        counts = await self.engine.repositories.conversations.count_by_status(self.campaign_id)
        everybody = sum(counts.values())
        still_open = sum(counts.get(status.value, 0) for status in _OPEN)
        return Progress(self.clock(), everybody - still_open, everybody)

    async def _note_deferrals(self) -> None:
        query: dict[str, Any] = {
            "campaign_id": self.campaign_id,
            "status": DeliveryStatus.DEFERRED.value,
            "settled_at": self.clock(),
        }
        ledger = self.database[OutboundMessageRepository.name]
        async for entry in ledger.find(query, {"reason": 1, "recipient_id": 1}).sort("_id", 1):
            rule, _, reason = str(entry.get("reason") or "").partition(": ")
            self.deferrals.add(f"waited: {rule}", reason, entry["recipient_id"])
