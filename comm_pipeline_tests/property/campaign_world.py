"""A world of campaigns on a real MongoDB: its people, its workers that may die, and its clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.gates import HELD
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.campaign_control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from comm_pipeline.services.engine import Engine, build_engine
from comm_pipeline.services.leases import HoldRules
from comm_pipeline.services.sweep import sweep
from comm_pipeline.services.template_update import TemplateUpdate, UpdateRules
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import DURABLE, Database, Doc
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.fault_injection import Fuse, FusedChannel, Killed, fused, is_death
from comm_pipeline_tests.harness import MovedClock
from comm_pipeline_tests.property.generated_campaigns import address_of, recipients
from comm_pipeline_tests.property.offers import Provider

#: How long the claim of a dead worker on a batch request holds at most.
_CLAIM: Final = timedelta(seconds=301)
_PASS: Final = timedelta(days=1)
_HOLD: Final = HoldRules(5, timedelta(seconds=30))


_WAITING = {"queued", "deferred"}


@dataclass
class World:
    """What outlives a worker. ``suffix`` is part of every address and of every request's id."""

    settings: Settings
    database: Database
    suffix: str
    clock: MovedClock = field(default_factory=MovedClock)
    requests: list[dict[str, Any]] = field(default_factory=list)
    stopped: dict[str, int] = field(default_factory=dict)
    workers: int = 0
    replies: int = 0

    def __post_init__(self) -> None:
        self.provider = Provider(self.clock)
        self.repositories = Repositories.of(self.database)
        self.engine = self.worker()

    def worker(self, fuse: Fuse | None = None) -> Engine:
        """Start a worker that nobody has seen before."""
        self.workers += 1
        fuse = fuse or Fuse()
        return build_engine(
            self.settings,
            self.clock,
            f"worker {self.workers}",
            self.database,
            fused(Repositories.of(self.database), fuse),
            FusedChannel(self.provider, fuse),
        )

    async def submit(self, template: Mapping[str, Any], names: list[str], **fields: Any) -> None:
        """Write a batch request as the agent service does."""
        request = {
            "_id": f"{self.suffix}-{len(self.requests)}",
            "name": "Generated",
            "servicetype": "communication",
            "status": "new",
            "created_at": self.clock(),
            "recipients": recipients(names, self.suffix),
            "template": template,
            **fields,
        }
        self.requests.append(request)
        await self.repositories.requests._collection.insert_one(request)

    async def campaigns(self) -> dict[CampaignId, Campaign]:
        """Return the campaigns that have been made of the requests."""
        ids = [campaign_id_for_request(request["_id"]) for request in self.requests]
        found = self.repositories.campaigns._collection.find({"_id": {"$in": ids}})
        return {one["_id"]: Campaign.model_validate(one) async for one in found}

    async def pass_over(self, fuse: Fuse | None = None) -> None:
        """Do everything that is due, by a worker whose fuse may blow; then it is replaced."""
        engine = self.worker(fuse) if fuse else self.engine
        try:
            report = await sweep(engine, _PASS)
        except BaseException as error:
            if not is_death(error):
                raise
            await self._bury()
        else:
            assert report.failures == {}

    async def update(
        self, campaign: Campaign, document: Mapping[str, Any], fuse: Fuse | None = None
    ) -> None:
        """Apply a template to a campaign; one that the check refuses changes nothing."""
        engine = self.worker(fuse)
        rules = UpdateRules(1.0, f"update {self.workers}", _HOLD, timedelta(0))
        update = TemplateUpdate(engine.repositories, engine.config_manager, rules)
        try:
            await update.apply(campaign.id, document, campaign.template_version, self.clock())
        except InvalidInputError:
            return
        except Killed:
            await self._bury()

    async def pause(self, campaign: Campaign) -> None:
        """Pause a campaign."""
        campaigns = self.repositories.campaigns
        await pause_campaign(campaigns, campaign.id, "somebody asked", self.clock())

    async def resume(self, campaign: Campaign) -> None:
        """Let a paused campaign go on."""
        await resume_campaign(self.repositories, campaign.id, self.clock())

    async def cancel(self, campaign: Campaign) -> None:
        """Give a campaign up."""
        campaigns = self.repositories.campaigns
        await cancel_campaign(campaigns, campaign.id, "somebody asked", self.clock())

    async def reply(self, request: Mapping[str, Any], name: str, text: str) -> None:
        """Let somebody answer; a service of the platform writes it down."""
        self.replies += 1
        message = {
            "campaign_id": campaign_id_for_request(request["_id"]),
            "recipient_id": name,
            "from_address": address_of(name, self.suffix),
            "text": text,
            "received_at": self.clock(),
        }
        await self.repositories.inbound._collection.insert_one(message)

    async def stop(self, request: Mapping[str, Any], name: str) -> None:
        """Let somebody opt out; remember how many messages had been offered by then."""
        await self.reply(request, name, "STOP")
        self.stopped.setdefault(address_of(name, self.suffix), len(self.provider.offers))

    async def all_of(self, collection: str) -> list[Doc]:
        """Return everything that a collection holds."""
        return await self.database[collection].find().sort("_id", 1).to_list()

    async def next_due(self) -> datetime | None:
        """Return when a campaign has something to do next."""
        dues = [one.next_due_at for one in (await self.campaigns()).values() if one.next_due_at]
        return min(dues, default=None)

    async def finish(self) -> None:
        """Let paused campaigns go on, and jump from due time to due time until nothing is due."""
        for campaign in (await self.campaigns()).values():
            if campaign.status is CampaignStatus.PAUSED:
                await self.resume(campaign)
        for _ in range(1_000):  # held messages are looked at every six hours meanwhile
            await self._free_leases()  # a dead worker's last write may have come after its burial
            await self.pass_over()
            due = await self.next_due()
            if due is None or await self._waits_for_people():
                return
            self.clock.now = max(due, self.clock.now + timedelta(seconds=1))
        raise AssertionError(f"never at rest at {self.clock()}:\n{await self._what_goes_on()}")

    async def _what_goes_on(self) -> str:
        """Return what is there and not settled, a line each."""
        found = [
            f"{one.id}: {one.status}, due at {one.next_due_at}"
            for one in (await self.campaigns()).values()
        ]
        for one in await self.all_of("conversation_states"):
            plan = f"plans {one['next_action_at']}, said last {one['decisions'][-1:]}"
            found.append(f"{one['_id']}: {one['status']}, {plan}")
        for one in await self.all_of("outbound_messages"):
            if one["status"] in _WAITING:
                until = f"until {one['next_attempt_at']}: {one['reason']}"
                found.append(f"{one['_id']}: {one['status']} {until}")
        return "\n".join(found)

    async def _waits_for_people(self) -> bool:
        """Return whether nothing goes on before people give conversations back."""
        due = {key for key, one in (await self.campaigns()).items() if one.next_due_at}
        states = await self.all_of("conversation_states")
        entries = await self.all_of("outbound_messages")
        waiting = [
            one for one in entries if one["status"] in _WAITING and one["campaign_id"] in due
        ]
        is_led = any(one["status"] == "active" and one["campaign_id"] in due for one in states)
        is_held = all((one["reason"] or "").startswith(HELD) for one in waiting)
        return not is_led and is_held and {one["campaign_id"] for one in waiting} == due

    async def flush(self) -> None:
        """Wait until snapshots, which reconciling reads, hold all that was written."""
        durable = self.database["flushed"].with_options(write_concern=DURABLE)
        await durable.insert_one({"world": self.suffix})

    async def clear(self) -> None:
        """Leave nothing behind but the indexes."""
        for repository in self.repositories.all():
            await repository._collection.delete_many({})

    async def _bury(self) -> None:
        """Let the holds of a dead worker run out."""
        await self._free_leases()
        self.clock.now += _CLAIM

    async def _free_leases(self) -> None:
        """End all holds; the database's own clock says how long they last."""
        await self.repositories.leases._collection.update_many(
            {}, {"$set": {"until": datetime(2020, 1, 1, tzinfo=UTC)}}
        )
