"""Pausing, resuming and cancelling campaigns."""

from datetime import timedelta

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.services.campaign_control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel, a_pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

pytestmark = pytest.mark.anyio


async def test_nothing_leaves_a_paused_campaign_and_all_goes_on_after_it(
    pipeline: Pipeline,
) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()
    campaigns = pipeline.repositories.campaigns
    await pause_campaign(campaigns, campaign_id, "complaints", pipeline.clock())

    await pipeline.sweep(hours=49)
    await pipeline.reply(campaign_id, "ann", "Sounds good, tell me more")
    await pipeline.sweep()
    assert len(pipeline.channel.sent) == 1
    assert (await campaigns.get(campaign_id)).pause_reason == "complaints"

    resumed = await resume_campaign(pipeline.repositories, campaign_id, pipeline.clock())
    assert (resumed.status, resumed.pause_reason) == ("active", None)
    await pipeline.run_until_quiet()
    ann = await pipeline.conversation(campaign_id, "ann")
    assert ann["metrics"]["messages_received"] == 1
    assert ann["stages"][1]["name"] == "consideration"


async def test_a_campaign_that_has_not_begun_can_be_paused(pipeline: Pipeline) -> None:
    starts_at = (pipeline.clock() + timedelta(hours=2)).isoformat()
    campaign_id = await pipeline.insert(a_request(SALES, "ann", scheduled_at=starts_at))
    await pipeline.sweep()
    campaigns = pipeline.repositories.campaigns
    await pause_campaign(campaigns, campaign_id, "not yet", pipeline.clock())
    await pipeline.sweep(hours=3)
    assert pipeline.channel.sent == []

    await resume_campaign(pipeline.repositories, campaign_id, pipeline.clock())
    await pipeline.sweep()
    assert len(pipeline.channel.sent) == 1


async def test_a_cancelled_campaign_settles_what_waits(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    pipeline.channel.answers["ann@example.com"] = lambda: SendResult(
        status="deferred", detail="450 later"
    )
    await pipeline.sweep()
    campaigns = pipeline.repositories.campaigns
    await cancel_campaign(campaigns, campaign_id, "a wrong price", pipeline.clock())
    await pipeline.sweep(hours=1)

    assert await pipeline.repositories.ledger.count_by_status(campaign_id) == {"cancelled": 1}
    assert (await campaigns.get(campaign_id)).error == "cancelled: a wrong price"
    with pytest.raises(IllegalTransitionError, match="is cancelled and may not become active"):
        await resume_campaign(pipeline.repositories, campaign_id, pipeline.clock())


class PausingChannel(RecordingChannel):
    """Has the campaign paused by somebody else while the first message is offered."""

    pipeline: Pipeline
    campaign_id: str
    has_paused = False
    sent_before = 0

    async def send(self, message: ChannelMessage) -> SendResult:
        if not self.has_paused:
            self.has_paused = True
            campaigns, clock = self.pipeline.repositories.campaigns, self.pipeline.clock
            await pause_campaign(campaigns, self.campaign_id, "stop!", clock())
            self.sent_before = len(self.sent)
            clock.move(seconds=2)
        return await super().send(message)


async def test_a_pause_acts_within_one_batch(mongodb_uri: str, database_name: str) -> None:
    channel, clock = PausingChannel(), MovedClock()
    async with a_pipeline(
        mongodb_uri, database_name, clock=clock, channel=channel, max_batch_size=10
    ) as pipeline:
        people = [f"user{number}" for number in range(200)]
        channel.pipeline = pipeline
        channel.campaign_id = await pipeline.insert(a_request(SALES, *people))
        await pipeline.sweep()
        assert len(channel.sent) <= channel.sent_before + channel.max_in_flight

        await resume_campaign(pipeline.repositories, channel.campaign_id, clock())
        await pipeline.sweep()
    assert len({message.recipient_address for message in channel.sent}) == 200
    assert len(channel.sent) == 200


async def test_an_unknown_campaign_is_not_found(pipeline: Pipeline) -> None:
    with pytest.raises(NotFoundError, match="campaign_none"):
        await pause_campaign(
            pipeline.repositories.campaigns, "campaign_none", "x", pipeline.clock()
        )
