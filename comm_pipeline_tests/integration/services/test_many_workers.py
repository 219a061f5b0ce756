"""Many workers on one database, while replies come in: nothing doubled, nothing lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.services.sweep import SweepReport, sweep
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel, a_pipeline

pytestmark = pytest.mark.anyio

WORKERS = 4
CAMPAIGNS = 12
PEOPLE = 5
#: Campaigns that all workers together may hold at once.
MOST = 3


class WatchingChannel(RecordingChannel):
    """Looks up, while it sends, how many campaigns are held."""

    def __init__(self) -> None:
        super().__init__()
        self.pipeline: Pipeline | None = None
        self.held: list[int] = []

    async def send(self, message: ChannelMessage) -> SendResult:
        assert self.pipeline is not None
        leases = self.pipeline.repositories.leases._collection
        held = {"_id": {"$regex": "^campaign:"}, "$expr": {"$gt": ["$until", "$$NOW"]}}
        self.held.append(await leases.count_documents(held))
        return await super().send(message)


@pytest.fixture
async def workers(mongodb_uri: str, database_name: str) -> AsyncIterator[list[Pipeline]]:
    """Workers with clients of their own, one clock and one provider."""
    clock, channel = MovedClock(), WatchingChannel()
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(
                a_pipeline(
                    mongodb_uri,
                    database_name,
                    owner=f"worker {number}",
                    clock=clock,
                    channel=channel,
                    max_concurrent_campaigns=MOST,
                )
            )
            for number in range(WORKERS)
        ]
        channel.pipeline = opened[0]
        yield opened


async def all_sweep(workers: list[Pipeline]) -> list[SweepReport]:
    """Let every worker sweep at once, again and again until nothing is due any more."""
    reports: list[SweepReport] = []
    for _ in range(200):
        done = await asyncio.gather(*(sweep(one.engine, timedelta(hours=1)) for one in workers))
        reports += done
        assert [report.failures for report in done] == [{}] * WORKERS
        now = workers[0].clock()
        campaigns = workers[0].repositories.campaigns
        if not await campaigns.find_due(now, 1) and not await _has_work(workers[0]):
            return reports
    raise AssertionError("something stays due for ever")


async def _has_work(pipeline: Pipeline) -> bool:
    waiting = await pipeline.repositories.requests.find_waiting(pipeline.clock(), 1)
    return bool(waiting) or await pipeline.repositories.inbound.has_new()


def a_request(number: int) -> dict[str, Any]:
    people = [
        a_recipient(
            person,
            contact_info={
                "email": f"user_{person}@campaign-{number}.example.com",
                "first_name": "Ada",
            },
        )
        for person in range(PEOPLE)
    ]
    return a_batch_request(_id=f"request_{number}", recipients=people)


async def replies_come_in(pipeline: Pipeline, campaign_ids: list[CampaignId]) -> None:
    """Write replies while the workers sweep: two of one person, and a stop of another."""
    for campaign_id in campaign_ids:
        await pipeline.reply(campaign_id, "user_0", "Yes, please")
        await pipeline.reply(campaign_id, "user_0", "And one more thing")
        await pipeline.reply(campaign_id, "user_1", "STOP")
        await asyncio.sleep(0)


async def test_four_workers_are_like_one(workers: list[Pipeline]) -> None:
    first = workers[0]
    campaign_ids = [campaign_id_for_request(f"request_{number}") for number in range(CAMPAIGNS)]
    requests = [a_request(number) for number in range(CAMPAIGNS)]
    await first.repositories.requests._collection.insert_many(requests)

    started = await all_sweep(workers)
    first.clock.move(hours=1)
    await asyncio.gather(all_sweep(workers), replies_come_in(first, campaign_ids))
    for _ in range(20):
        first.clock.move(hours=24)
        await all_sweep(workers)

    assert sum(len(report.requests) for report in started) == CAMPAIGNS
    await _nothing_is_doubled(first)
    for campaign_id in campaign_ids:
        await _campaign_went_well(first, campaign_id)
    channel = first.channel
    assert isinstance(channel, WatchingChannel)
    assert 1 < max(channel.held) <= MOST


async def _nothing_is_doubled(pipeline: Pipeline) -> None:
    offers = Counter(message.idempotency_key for message in pipeline.channel.sent)
    assert [key for key, count in offers.items() if count > 1] == []
    ledger = await pipeline.repositories.ledger._collection.find().to_list()
    assert {entry["status"] for entry in ledger} <= {"sent", "cancelled", "suppressed"}
    assert {entry["_id"] for entry in ledger if entry["status"] == "sent"} == set(offers)


async def _campaign_went_well(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    states = await pipeline.repositories.conversations.find_conversation_states(
        {"campaign_id": campaign_id}
    )
    assert [state["outcome"] for state in states] == [
        "no_response",
        "opted_out",
        *["no_response"] * (PEOPLE - 2),
    ]
    assert [state["metrics"]["messages_received"] for state in states] == [2, 1, 0, 0, 0]
    assert (await pipeline.repositories.campaigns.get(campaign_id)).status == "completed"
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_a_campaign_is_worked_on_by_one_at_a_time(workers: list[Pipeline]) -> None:
    """All ask for the same campaign at once: one works, the others are told who."""
    first = workers[0]
    campaign_id = await first.insert(a_request(0))
    await first.engine.poller.process("request_0", "test", first.clock())

    results = await asyncio.gather(
        *(one.engine.passes.run(campaign_id) for one in workers), return_exceptions=True
    )

    assert not [error for error in results if error and not _is_busy_or_done(error)]
    assert len(first.channel.sent) == PEOPLE
    assert await first.engine.metrics.reconcile(campaign_id) == []


def _is_busy_or_done(result: object) -> bool:
    return not isinstance(result, BaseException) or type(result).__name__ == "CampaignBusyError"
