"""The process of one worker: real services, a real server, a real provider, and a real end."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.channels.registry import build_channels, channels_in_use
from comm_pipeline.services.engine import Engine, build_engine, open_repositories
from comm_pipeline.services.escalation_notices import Way
from comm_pipeline.settings import Settings, configure_logging
from comm_pipeline_tests.chaos.life import REST, STEPS, work
from comm_pipeline_tests.fault_injection import Fuse, FusedChannel, fused
from comm_pipeline_tests.harness import MovedClock

#: What a process says that has done its work, or some of it.
DONE: Final = 0
FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Death:
    """When a worker kills itself: after or before it has been at a point for the nth time."""

    point: str
    is_after: bool
    at: int = 1


@dataclass(frozen=True, slots=True)
class Task:
    """What a process has to do. Its output goes to ``log``, its points to ``trail``, if given."""

    settings: Mapping[str, Any]
    step: str
    requests: tuple[str, ...]
    now: datetime
    owner: str
    log: Path
    death: Death | None = None
    trail: Path | None = None


def run(task: Task) -> None:
    """Do it, and end the process."""
    with task.log.open("a", encoding="utf-8") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    fuse = Fuse()
    if task.death is not None:
        death = task.death
        fuse = Fuse(death.at, is_after=death.is_after, point=death.point, die=_die)
    failures = asyncio.run(_work(task, fuse))
    if task.trail is not None:
        task.trail.write_text(json.dumps(fuse.trail), encoding="utf-8")
    sys.stdout.write(f"{failures}\n")
    sys.stdout.flush()
    sys.exit(FAILED if failures else DONE)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _work(task: Task, fuse: Fuse) -> Mapping[str, str]:
    settings, clock = Settings(**task.settings), MovedClock(task.now)
    configure_logging(settings)
    step = next(one for one in (*STEPS, REST) if one.name == task.step)
    channels = {
        name: FusedChannel(channel, fuse)
        for name, channel in build_channels(settings, clock).items()
    }
    async with (
        open_repositories(settings) as (database, repositories),
        ChannelSet(channels, channels_in_use(settings)) as opened,
    ):
        engine = build_engine(
            settings, clock, task.owner, database, fused(repositories, fuse), opened
        )
        return await work(step, _told_through(engine, fuse), task.requests)


def _told_through(engine: Engine, fuse: Fuse) -> Engine:
    """Return the services, whose notices go through the fuse too."""
    notices = engine.passes.notices
    ways = [replace(way, open_channel=partial(_opened, way, fuse)) for way in notices.ways]
    notices = replace(notices, ways=ways)
    return replace(engine, passes=replace(engine.passes, notices=notices))


def _opened(way: Way, fuse: Fuse) -> FusedChannel:
    return FusedChannel(way.open_channel(), fuse)
