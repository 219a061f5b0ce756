"""Workers that are killed with kill -9 in processes of their own, and what is left then.

A life that nobody disturbs is led once, with a snapshot before each step. A trial goes back to one
of them, lets a worker die there, lets others do what is left, and compares.
"""

import asyncio
import json
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, Final

from comm_pipeline.services.engine import build_engine, open_repositories
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.chaos import worker
from comm_pipeline_tests.chaos.killing import Chapter
from comm_pipeline_tests.chaos.life import (
    OUTCOMES,
    REST,
    STEPS,
    Step,
    disagreements,
    happen,
)
from comm_pipeline_tests.chaos.provider import Provider
from comm_pipeline_tests.chaos.servers import Servers, running_servers
from comm_pipeline_tests.chaos.snapshots import end_holds, put_back, taken_of
from comm_pipeline_tests.chaos.view import Verdict, differences, endings, judged, view_of
from comm_pipeline_tests.chaos.worker import DONE, Death, Task
from comm_pipeline_tests.harness import MovedClock, RecordingChannel

_ROOT: Final = Path(__file__).parents[2]
_KILLED: Final = -signal.SIGKILL
_MODULES: Final = ["comm_pipeline_tests.chaos.worker"]


@dataclass(frozen=True)
class Outcome:
    """What came of a trial. Not ``is_killed``: the worker had not got as far as its point."""

    is_killed: bool
    verdict: Verdict
    notices_repeated: int


@dataclass
class Ground:
    """Where workers live: servers, processes, time. ``requests`` are the campaigns of a life."""

    settings: Mapping[str, Any]
    database: Database
    processes: ForkServerContext
    folder: Path
    requests: tuple[str, ...]
    workers: int
    servers: Servers
    clock: MovedClock = field(default_factory=MovedClock)
    started: int = 0

    async def undisturbed(self, steps: Sequence[Step] = STEPS) -> list[Chapter]:
        """Lead a life without deaths, by one worker."""
        chapters = []
        trail = self.folder / "trail.json"
        for step in steps:
            self.clock.now += step.later
            await happen(step, self.database, self.requests, self.clock())
            before, provider = await taken_of(self.database), self.servers.provider.copy()
            await self._work(step, 1, trail=trail)
            points = tuple(json.loads(trail.read_text(encoding="utf-8")))
            after, now = await view_of(self.database), self.clock()
            chapters.append(Chapter(step, now, before, provider, after, points))
        return chapters

    async def die_in(self, chapter: Chapter, death: Death | None) -> Outcome:
        """Let a worker die in a step; None: while the mail server has a mail of it."""
        await put_back(self.database, chapter.before)
        self.servers.provider = chapter.provider.copy()
        self.clock.now = chapter.now
        is_killed = await self._die(chapter.step, death)
        await end_holds(self.database)
        await self._work(chapter.step, self.workers)
        seen = await view_of(self.database)
        verdict = judged(seen, self.servers.provider.got)
        verdict.problems += differences(seen, chapter.after)
        verdict.problems += await self._disagreements()
        return Outcome(is_killed, verdict, _repeated(self.servers.provider))

    async def live_on(self, chapters: Sequence[Chapter], chapter: Chapter) -> list[str]:
        """Lead the life on after a death in a step; return what is wrong at its end."""
        for step in (*[one.step for one in chapters[chapters.index(chapter) + 1 :]], REST):
            self.clock.now += step.later
            await happen(step, self.database, self.requests, self.clock())
            await self._work(step, self.workers)
        seen = await view_of(self.database)
        problems = judged(seen, self.servers.provider.got).problems + await self._disagreements()
        ends = endings(seen)
        if any(one != OUTCOMES for one in ends.values()) or len(ends) != len(self.requests):
            problems.append(f"conversations ended with {ends}")
        if set(seen.rest["campaigns"].values()) != {"completed"}:
            problems.append(f"campaigns ended with {seen.rest['campaigns']}")
        return problems

    async def _die(self, step: Step, death: Death | None) -> bool:
        own = self.servers.victims_settings if death is None else {}
        victim = self._start(step, death=death, **own)
        if death is None:
            self.servers.victim = victim.pid
        others = [self._start(step) for _ in range(self.workers - 1)]
        for one in (victim, *others):
            await asyncio.to_thread(one.join)
        self.servers.victim = None
        return victim.exitcode == _KILLED

    async def _work(self, step: Step, workers: int, trail: Path | None = None) -> None:
        started = [self._start(step, trail=trail) for _ in range(workers)]
        for one in started:
            await asyncio.to_thread(one.join)
            if one.exitcode != DONE:
                raise AssertionError(f"{step.name}: {self._log.read_text(encoding='utf-8')}")

    @property
    def _log(self) -> Path:
        return self.folder / "workers.log"

    def _start(
        self, step: Step, death: Death | None = None, trail: Path | None = None, **own: Any
    ) -> Any:
        """Start a worker; ``own`` are settings that it alone has."""
        self.started += 1
        owner, settings, now = f"worker {self.started}", {**self.settings, **own}, self.clock()
        task = Task(settings, step.name, self.requests, now, owner, self._log, death, trail)
        process = self.processes.Process(target=worker.run, args=(task,))
        process.start()
        return process

    async def _disagreements(self) -> list[str]:
        repositories, channel = Repositories.of(self.database), RecordingChannel()
        settings = Settings(**self.settings)
        engine = build_engine(settings, self.clock, "judge", self.database, repositories, channel)
        return await disagreements(engine, self.requests)


@asynccontextmanager
async def a_ground(
    mongodb_uri: str, name: str, folder: Path, workers: int
) -> AsyncIterator[Ground]:
    """Start providers, and whatever starts processes quickly."""
    async with running_servers() as servers:
        # One campaign at a time each, so that every worker gets one.
        own = {"mongodb_uri": mongodb_uri, "mongodb_database": name, "processing_threads": 1}
        values = servers.settings | own
        requests = tuple(f"request{number}" for number in range(workers))
        async with open_repositories(Settings(**values)) as (database, repositories):
            await repositories.initialize()
            with _processes() as processes:
                yield Ground(values, database, processes, folder, requests, workers, servers)


@contextmanager
def _processes() -> Iterator[ForkServerContext]:
    """Let processes be forked from one that has loaded everything: each is there in an instant."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(_ROOT)
    try:
        yield context
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _repeated(provider: Provider) -> int:
    return sum(count - 1 for count in provider.notices.values())
