"""MongoDB's disk is full: it ends itself, and goes on once there is space."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from comm_pipeline.embedded.mongod import RunningMongod, start_mongod
from comm_pipeline.embedded.processes import process_table
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline_tests.integration.faults.outage import Interrupted, Outage

pytestmark = pytest.mark.anyio

#: What a new mongod needs, and not much more.
SIZE = "400m"
_MOST_WRITES = 500


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own in memory."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk in memory can be mounted by root alone, and not in every container")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


async def test_the_disk_is_full(small_disk: Path) -> None:
    home, filler = small_disk / "home", small_disk / "filler"
    with start_mongod(home) as mongod:

        async def fill() -> None:
            await _write_until_it_ends(mongod, filler)

        outage = Outage(mongod.uri, "full", Interrupted(15, fill))
        await outage.begin()
        told = await outage.work()
        wait_until(lambda: mongod.pid not in process_table(), 20, "the end of mongod")
        assert told.startswith("EnvironmentFailure: ")
        assert "MongoDB does not answer" in await outage.work()
        with pytest.raises(EnvironmentFailure, match="the disk is full"):
            start_mongod(home)
        filler.unlink()
        with start_mongod(home):
            await outage.mend()
            verdict = await outage.verdict()
    assert verdict.problems == []
    assert 0 < verdict.unknown <= 15


async def _write_until_it_ends(mongod: RunningMongod, filler: Path) -> None:
    """Write what has no room; the server has some left in its journal, so that takes a while.

    The disk is filled again before each write, because the server may still be setting space for
    its journal aside, or give some back.
    """
    async with AsyncMongoClient[dict[str, object]](
        mongod.uri, serverSelectionTimeoutMS=500
    ) as client:
        for _ in range(_MOST_WRITES):
            if mongod.pid not in process_table():
                return
            _fill_up(filler)
            with suppress(PyMongoError):
                await client["other"]["large"].insert_one({"bytes": os.urandom(1_000_000)})


def _fill_up(filler: Path) -> None:
    """Take what the disk has left."""
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1_000_000))
