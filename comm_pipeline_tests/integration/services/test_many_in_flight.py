"""A provider that takes its time is offered as many messages at once as its channel allows."""

import asyncio

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import RecordingChannel, a_pipeline

pytestmark = pytest.mark.anyio

AT_ONCE = 500


class PatientProvider(RecordingChannel):
    """Answers nobody before ``AT_ONCE`` messages wait for an answer."""

    max_in_flight = AT_ONCE

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.are_many = asyncio.Event()

    async def send(self, message: ChannelMessage) -> SendResult:
        self.waiting += 1
        if self.waiting == AT_ONCE:
            self.are_many.set()
        async with asyncio.timeout(120):
            await self.are_many.wait()
        return await super().send(message)


async def test_500_messages_of_a_campaign_are_in_flight_at_once(
    mongodb_uri: str, database_name: str
) -> None:
    channel = PatientProvider()
    async with a_pipeline(mongodb_uri, database_name, channel=channel) as pipeline:
        campaign_id = await pipeline.insert(a_batch_request(recipient_count=AT_ONCE + 20))

        await pipeline.sweep()
        await pipeline.engine.passes.run(campaign_id)  # so large a campaign has a run of its own

        assert len({message.idempotency_key for message in channel.sent}) == AT_ONCE + 20
        assert len(channel.sent) == AT_ONCE + 20
        assert await pipeline.engine.metrics.reconcile(campaign_id) == []
