"""Campaigns in trouble rest, and never lose anybody without a word."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from pymongo.errors import AutoReconnect

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.services.campaign_start import take_up_campaign
from comm_pipeline.services.leases import HoldRules, hold_campaign
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.storage.work_leases import WorkLeaseRepository
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

pytestmark = pytest.mark.anyio


async def test_a_request_deleted_before_the_start_fails_its_campaign(pipeline: Pipeline) -> None:
    request = a_request(SALES, "ann", "bob", scheduled_at="2026-03-02T12:00:00Z")
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()
    await pipeline.repositories.requests._collection.delete_one({"_id": "request_1"})

    pipeline.clock.move(hours=3)
    report = await pipeline.sweep_with_failures()

    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    assert campaign.status == "failed"
    assert "held 2 recipients when the campaign was made, and 0" in str(campaign.error)
    assert campaign_id in report.failures


async def test_a_stop_is_heard_before_a_run_of_one_campaign_speaks(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()
    pipeline.clock.move(hours=48)
    await pipeline.reply(campaign_id, "ann", "STOP")

    await pipeline.engine.passes.converse(campaign_id)
    await pipeline.engine.passes.deliver(campaign_id)

    assert len(pipeline.channel.sent) == 1


async def test_a_campaign_moved_to_later_by_hand_waits(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(
        a_request(SALES, "ann", scheduled_at="2026-03-02T12:00:00Z")
    )
    await pipeline.sweep()
    later = pipeline.clock() + timedelta(days=1)
    await pipeline.repositories.campaigns._collection.update_one(
        {"_id": campaign_id}, {"$set": {"scheduled_at": later}}
    )
    await pipeline.sweep(hours=4)
    assert (await pipeline.repositories.campaigns.get(campaign_id)).next_due_at == later


async def test_a_first_message_that_left_late_starts_the_clock_late(pipeline: Pipeline) -> None:
    template = SALES | {
        "stages": {
            "awareness": {
                "messages": [{"template": "Hello", "subject": "Hello"}],
                "progression_rules": {"max_stage_duration_hours": 12},
            }
        }
    }
    campaign_id = await pipeline.insert(a_request(template, "ann"))
    await pipeline.sweep()
    entries = pipeline.repositories.ledger._collection
    left_at = pipeline.clock() + timedelta(hours=11)
    await entries.update_many({}, {"$set": {"settled_at": left_at}})

    await pipeline.sweep(hours=12)
    early = (await pipeline.conversation(campaign_id, "ann"))["status"]
    await pipeline.sweep(hours=11)
    late = (await pipeline.conversation(campaign_id, "ann"))["status"]

    assert (early, late) == ("active", "completed")


async def test_a_request_with_any_kind_of_id_is_found_by_its_campaign(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann") | {"_id": 4.5})
    campaign = await take_up_campaign(pipeline.engine, campaign_id, "4.5")
    assert campaign.total_recipients == 1


class AwayLeases(WorkLeaseRepository):
    """Leases whose renewals find no database."""

    async def renew(self, lease: str, owner: str, hold: timedelta) -> bool:
        raise AutoReconnect("away")


async def test_a_hold_that_cannot_be_renewed_is_lost(pipeline: Pipeline) -> None:
    leases = AwayLeases(pipeline.repositories.leases._db)
    rules = HoldRules(slots=3, duration=timedelta(milliseconds=300))
    name = CampaignId(f"campaign_{uuid4().hex}")
    async with hold_campaign(leases, name, "one", rules, StopRequest()) as hold:
        assert hold is not None
        await asyncio.to_thread(wait_until, lambda: hold.must_end, 10, "the hold to be lost")
