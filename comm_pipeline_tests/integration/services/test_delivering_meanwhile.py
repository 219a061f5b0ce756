"""A pass delivers while it still converses: messages leave early, and a failure strands none."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline, RecordingChannel, a_pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")


class Listener(RecordingChannel):
    """Says when the first message is being sent, and takes a while for each."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = asyncio.Event()

    async def send(self, message: ChannelMessage) -> SendResult:
        self.has_begun.set()
        for _ in range(10):
            await asyncio.sleep(0)
        return await super().send(message)


@pytest.fixture
async def listening(
    anyio_backend: str, mongodb_uri: str, database_name: str
) -> AsyncIterator[Pipeline]:
    """A pipeline that commits one conversation after the other."""
    async with a_pipeline(
        mongodb_uri,
        database_name,
        channel=Listener(),
        max_batch_size=1,
        max_concurrent_conversations=1,
    ) as pipeline:
        yield pipeline


def hold_back_the_last_commit(pipeline: Pipeline, error: Exception | None = None) -> None:
    """Let the third commit wait until a message is being sent, and then fail if it has to."""
    worker: Any = pipeline.engine.passes.worker
    commit, channel, done = worker.commit, pipeline.channel, 0

    async def commit_late(commits: Sequence[Commit], *more: Any) -> Any:
        nonlocal done
        done += 1
        if done == 3:
            assert isinstance(channel, Listener)
            async with asyncio.timeout(30):
                await channel.has_begun.wait()
            if error is not None:
                raise error
        return await commit(commits, *more)

    worker.commit = commit_late


async def test_the_first_messages_leave_before_the_last_are_decided(listening: Pipeline) -> None:
    hold_back_the_last_commit(listening)
    await listening.insert(a_batch_request(recipient_count=3))

    report = await listening.sweep()

    assert len(listening.channel.sent) == 3
    (done, *_) = report.campaigns[CAMPAIGN]
    assert (done.work.committed, done.delivery.counts) == (3, {"sent": 3})


async def test_when_conversing_fails_what_is_under_way_still_arrives(listening: Pipeline) -> None:
    hold_back_the_last_commit(listening, ConnectionError("the database is away"))
    await listening.insert(a_batch_request(recipient_count=3))

    report = await listening.sweep_with_failures()

    assert "the database is away" in str(report.failures)
    counts = await listening.repositories.ledger.count_by_status(CAMPAIGN)
    assert counts.keys() <= {"sent", "queued"}
    assert counts["sent"] == len(listening.channel.sent) >= 1
