"""A campaign whose messages bounce or are complained of too often is paused by itself."""

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.services.campaign_control import pause_campaign, resume_campaign
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN

pytestmark = pytest.mark.anyio

BOUNCE = SendResult(status=DeliveryStatus.BOUNCED, detail="550 5.1.1 nobody")


def nobody_there(pipeline: Pipeline, numbers: range) -> None:
    for number in numbers:
        pipeline.channel.answers[f"user_{number}@example.com"] = lambda: BOUNCE


async def the_campaign(pipeline: Pipeline) -> Campaign:
    return await pipeline.repositories.campaigns.get(CAMPAIGN)


async def bounce_later(pipeline: Pipeline, numbers: range) -> None:
    """Report bounces of messages that were taken."""
    await pipeline.repositories.provider_reports._collection.insert_many(
        {"idempotency_key": f"{CAMPAIGN}:user_{number}:awareness:0:first", "event": "bounced"}
        for number in numbers
    )
    await pipeline.sweep(minutes=5)


async def complain(pipeline: Pipeline, numbers: range) -> None:
    await pipeline.repositories.provider_reports._collection.insert_many(
        {"idempotency_key": f"{CAMPAIGN}:user_{number}:awareness:0:first", "event": "complained"}
        for number in numbers
    )


async def test_too_many_bounces_pause_with_reason_and_alert(pipeline: Pipeline) -> None:
    nobody_there(pipeline, range(1, 26))
    await pipeline.insert(a_batch_request(recipient_count=60))
    await pipeline.sweep()

    campaign = await the_campaign(pipeline)
    assert campaign.status is CampaignStatus.PAUSED
    assert campaign.pause_reason == (
        "paused by itself: 25 of 60 messages bounced (41.7%; allowed: 10.0%)"
    )
    (alert,) = await pipeline.repositories.alerts.find_latest(5)
    assert "25 of 60 messages bounced" in alert["message"]
    assert f"comm-pipeline resume {CAMPAIGN}" in alert["message"]


async def test_after_it_was_resumed_only_what_comes_then_counts(pipeline: Pipeline) -> None:
    nobody_there(pipeline, range(1, 26))
    await pipeline.insert(a_batch_request(recipient_count=60))
    await pipeline.sweep()
    await resume_campaign(pipeline.repositories, CAMPAIGN, pipeline.clock())

    nobody_there(pipeline, range(26, 45))  # 19 follow-ups bounce: too few to judge by
    await pipeline.sweep(hours=48)
    assert (await the_campaign(pipeline)).status is CampaignStatus.ACTIVE

    nobody_there(pipeline, range(45, 50))
    await pipeline.sweep(hours=48)
    campaign = await the_campaign(pipeline)
    # 35 follow-ups after the first 48 hours, 16 after the second.
    assert campaign.pause_reason == (
        "paused by itself: 24 of 51 messages bounced (47.1%; allowed: 10.0%)"
    )


async def test_bounces_that_are_reported_during_the_pause_do_not_count_after_it(
    pipeline: Pipeline,
) -> None:
    await pipeline.insert(a_batch_request(recipient_count=100))
    await pipeline.sweep()
    await bounce_later(pipeline, range(1, 26))
    assert (await the_campaign(pipeline)).status is CampaignStatus.PAUSED
    await bounce_later(pipeline, range(26, 61))
    await resume_campaign(pipeline.repositories, CAMPAIGN, pipeline.clock())

    await bounce_later(pipeline, range(61, 80))
    assert (await the_campaign(pipeline)).status is CampaignStatus.ACTIVE
    # Nothing was offered since: the twenty are of the messages before the pause.
    await bounce_later(pipeline, range(80, 81))
    assert (await the_campaign(pipeline)).pause_reason == (
        "paused by itself: 20 of 20 messages bounced (100.0%; allowed: 10.0%)"
    )


async def test_what_a_person_pauses_goes_on_with_its_counts(pipeline: Pipeline) -> None:
    await pipeline.insert(a_batch_request(recipient_count=60))
    await pipeline.sweep()
    await bounce_later(pipeline, range(1, 16))
    await pause_campaign(pipeline.repositories.campaigns, CAMPAIGN, "lunch", pipeline.clock())
    await resume_campaign(pipeline.repositories, CAMPAIGN, pipeline.clock())
    await bounce_later(pipeline, range(16, 26))
    assert (await the_campaign(pipeline)).status is CampaignStatus.PAUSED


async def test_complaints_that_are_reported_pause(pipeline: Pipeline) -> None:
    await pipeline.insert(a_batch_request(recipient_count=60))
    await pipeline.sweep()
    await complain(pipeline, range(1, 5))
    await pipeline.sweep(hours=1)
    assert (await the_campaign(pipeline)).status is CampaignStatus.ACTIVE
    await complain(pipeline, range(5, 6))
    await pipeline.sweep(hours=1)
    assert (await the_campaign(pipeline)).pause_reason == (
        "paused by itself: 5 of 60 messages were complained of (8.3%; allowed: 0.3%)"
    )


async def test_it_is_paused_within_a_pass(mongodb_uri: str, database_name: str) -> None:
    async with a_pipeline(mongodb_uri, database_name, max_batch_size=20) as pipeline:
        nobody_there(pipeline, range(1, 401))
        await pipeline.insert(a_batch_request(recipient_count=400))
        await pipeline.sweep()

        assert (await the_campaign(pipeline)).status is CampaignStatus.PAUSED
        # Some batches are under way while it is found out; most messages never leave.
        assert len(pipeline.channel.sent) < 250
