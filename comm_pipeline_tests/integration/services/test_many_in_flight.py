"""How many messages are under way at once: as many as the channel allows, and few more marked."""

import asyncio
from collections.abc import Awaitable, Callable

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


class CountingProvider(RecordingChannel):
    """Asks before each answer, so many times, how many messages are marked."""

    max_in_flight = 2

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.counted: list[int] = []
        self.count: Callable[[], Awaitable[int]]

    async def send(self, message: ChannelMessage) -> SendResult:
        for _ in range(self.times):
            self.counted.append(await self.count())
        return await super().send(message)


async def _marked_at_once(uri: str, name: str, provider: CountingProvider) -> list[int]:
    """Return how many messages were marked, each time that somebody asked."""
    async with a_pipeline(uri, name, channel=provider) as pipeline:
        ledger = pipeline.engine.repositories.ledger
        campaign_id = await pipeline.insert(a_batch_request(recipient_count=200))

        async def count() -> int:
            return (await ledger.count_by_status(campaign_id)).get("sending", 0)

        provider.count = count
        await pipeline.sweep()
        assert len(provider.sent) == 200
    return provider.counted


async def test_of_a_slow_provider_few_messages_are_marked_before_their_turn(
    mongodb_uri: str, database_name: str
) -> None:
    """They are what a process that dies leaves unknown, and grow old."""
    counted = await _marked_at_once(mongodb_uri, database_name, CountingProvider(times=5))
    assert max(counted[len(counted) // 2 :]) <= 3 * CountingProvider.max_in_flight


async def test_of_a_quick_provider_more_messages_are_marked_together(
    mongodb_uri: str, database_name: str
) -> None:
    counted = await _marked_at_once(mongodb_uri, database_name, CountingProvider(times=1))
    assert 4 * CountingProvider.max_in_flight < max(counted) <= 8 * CountingProvider.max_in_flight
