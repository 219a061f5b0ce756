"""The server itself goes: killed and started again, or primary no more, in the middle of a pass."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from comm_pipeline.embedded.mongod import RunningMongod, start_mongod
from comm_pipeline.embedded.processes import process_table
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline_tests.integration.faults.outage import Interrupted, Outage

pytestmark = pytest.mark.anyio


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[RunningMongod]:
    with start_mongod(tmp_path) as started:
        yield started


async def test_mongod_is_killed_and_started_again(mongod: RunningMongod, tmp_path: Path) -> None:
    async def kill() -> None:
        os.kill(mongod.pid, signal.SIGKILL)

    outage = Outage(mongod.uri, "killed", Interrupted(15, kill))
    await outage.begin()
    told = await outage.work()
    assert told.startswith("EnvironmentFailure: ")
    assert "MongoDB" in told

    while_away = await outage.work()
    assert while_away.startswith("EnvironmentFailure: MongoDB does not answer; start it")

    wait_until(lambda: mongod.pid not in process_table(), 10, "the end of mongod")
    with start_mongod(tmp_path) as again:
        assert again.uri == mongod.uri
        await outage.mend()
        verdict = await outage.verdict()
    assert verdict.problems == []
    # Those that were being offered, or answered and not settled.
    assert 0 < verdict.unknown <= 15


async def test_the_primary_steps_down(mongod: RunningMongod) -> None:
    async def step_down() -> None:
        async with AsyncMongoClient[dict[str, object]](mongod.uri) as client:
            await client.admin.command({"replSetStepDown": 1, "force": True})

    outage = Outage(mongod.uri, "stepped_down", Interrupted(15, step_down))
    await outage.begin()
    await outage.work()
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []
    assert verdict.unknown <= 15
