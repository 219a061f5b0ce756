"""How much memory the pipeline needs, measured in a process of its own.

``python -m comm_pipeline_tests.benchmarks.memory URI DATABASE RECIPIENTS`` is that process: it
works on a request that is already in the database, and prints its peak in bytes.
"""

import asyncio
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from comm_pipeline_tests.benchmarks.workload import an_engine, insert_request, take_up

_STATUS: Final = Path("/proc/self/status")


async def measure_memory(uri: str, database: str, count: int) -> int:
    """Return the peak resident bytes of a process that takes a campaign through its first pass."""
    async with an_engine(uri, database) as engine:
        await insert_request(engine, count, by_id=True)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, uri, database, str(count)), stdout=subprocess.PIPE
    )
    printed, _ = await child.communicate()
    assert child.returncode == 0, "the process with the pipeline failed; it has said why above"
    return int(printed.split()[-1])


async def _run_pipeline(uri: str, database: str, count: int) -> None:
    async with an_engine(uri, database) as engine:
        report = await engine.passes.run(await take_up(engine))
    assert report.delivery.counts == {"sent": count}


def _peak_bytes() -> int:
    """Return the peak of this program alone: on Linux ru_maxrss includes the parent's at fork."""
    if _STATUS.exists():
        fields = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    asyncio.run(_run_pipeline(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    print(_peak_bytes())  # noqa: T201 - the parent reads it
