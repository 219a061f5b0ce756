"""Holding a campaign: its lease and one of the slots, renewed while the work goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from pymongo.errors import PyMongoError

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.storage.work_leases import WorkLeaseRepository


@dataclass
class Hold:
    """A campaign held by ``owner``; ``is_lost`` once somebody else has taken it.

    ``is_tidied`` once what earlier holders may have left behind has been taken up.
    """

    owner: str
    stop: StopRequest = field(default_factory=StopRequest)
    is_lost: bool = False
    is_tidied: bool = False

    @property
    def must_end(self) -> bool:
        """Whether nothing more may be begun."""
        return self.is_lost or self.stop.is_made


@dataclass(frozen=True, slots=True)
class HoldRules:
    """``slots`` campaigns are held at once by everybody; a hold lasts ``duration`` unrenewed."""

    slots: int
    duration: timedelta


@asynccontextmanager
async def hold_campaign(
    leases: WorkLeaseRepository,
    campaign_id: CampaignId,
    owner: str,
    rules: HoldRules,
    stop: StopRequest,
) -> AsyncIterator[Hold | None]:
    """Hold a campaign for the block; None if another owner holds it or no slot is free."""
    slot = await leases.acquire_slot(rules.slots, owner, rules.duration)
    if slot is None:
        yield None
        return
    slot_lease, campaign_lease = f"slot:{slot}", f"campaign:{campaign_id}"
    try:
        if not await leases.acquire(campaign_id, owner, rules.duration):
            yield None
            return
        hold = Hold(owner, stop)
        renewal = asyncio.create_task(
            _renew(leases, (slot_lease, campaign_lease), hold, rules.duration)
        )
        try:
            yield hold
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            await leases.release(campaign_lease, owner)
    finally:
        await leases.release(slot_lease, owner)


async def _renew(
    leases: WorkLeaseRepository, names: tuple[str, ...], hold: Hold, duration: timedelta
) -> None:
    """Renew until the hold is lost: to another owner, or because the database was away too long."""
    held_until = _now() + duration.total_seconds()
    while not hold.is_lost:
        await asyncio.sleep(duration.total_seconds() / 3)
        asked_at = _now()
        try:
            renewed = [await leases.renew(name, hold.owner, duration) for name in names]
        except PyMongoError:
            hold.is_lost = _now() >= held_until
        else:
            hold.is_lost = not all(renewed)
            held_until = asked_at + duration.total_seconds()


def _now() -> float:
    """Return the loop's own time, in seconds: leases run in real time, whatever a test's clock."""
    return asyncio.get_running_loop().time()
