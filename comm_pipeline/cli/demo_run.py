"""The course of the demo: submit, let people answer until all is done, and see what came of it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from comm_pipeline.cli.demo_examples import submit_examples
from comm_pipeline.cli.demo_progress import CampaignProgress, Progress
from comm_pipeline.cli.demo_result import Result, collect_result
from comm_pipeline.cli.demo_screen import Happening, Screen, open_screen
from comm_pipeline.cli.demo_summary import why_unfinished
from comm_pipeline.cli.local_system import LocalSystem
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.simulation.behaviour import Behaviour
from comm_pipeline.simulation.mail_readers import Letter, MailReaders
from comm_pipeline.storage.repositories import Repositories

_MAIL_LOOK_SECONDS: Final = 0.3
_PROGRESS_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How the demo goes; ``seed`` decides who does what, ``started`` is of ``time.monotonic``."""

    behaviour: Behaviour
    seed: str
    limit_seconds: float
    started: float

    @property
    def seconds(self) -> float:
        """The time since the demo began."""
        return time.monotonic() - self.started


async def run_demo(system: LocalSystem, plan: Plan, console: Console) -> Result:
    """Run the demo on a started system that catches its mails.

    Raises EnvironmentFailure that says what is unfinished, or which process has ended.
    """
    assert system.mail_directory is not None
    async with open_repositories(system.settings) as (database, repositories):
        requests = await submit_examples(repositories, system.settings.templates)
        progress = Progress(database, repositories, requests)
        readers = MailReaders(
            repositories,
            system.mail_directory,
            plan.behaviour,
            plan.seed,
            system.settings.stage_delay_factor,
            system_clock,
        )
        with open_screen(console) as screen:
            await _Watch(system, plan, repositories, progress, readers, screen).until_completed()
        with _waiting_for(console, "Dagster computes the metrics and writes the report"):
            campaign_ids = [request.campaign_id for request, _ in requests]
            return await collect_result(system, repositories, campaign_ids)


@dataclass(frozen=True, slots=True)
class _Watch:
    """Lets people read and answer, and shows it, until the campaigns are completed."""

    system: LocalSystem
    plan: Plan
    repositories: Repositories
    progress: Progress
    readers: MailReaders
    screen: Screen

    async def until_completed(self) -> None:
        look_at = 0.0
        while True:
            await self._converse()
            if self.plan.seconds >= look_at:
                look_at = self.plan.seconds + _PROGRESS_LOOK_SECONDS
                if await self._look():
                    return
            await asyncio.sleep(_MAIL_LOOK_SECONDS)

    async def _converse(self) -> None:
        for letter in (*await self.readers.read_new(), *await self.readers.write_due()):
            self.screen.happened(await self._happening(letter))

    async def _happening(self, letter: Letter) -> Happening:
        person = await self.progress.person(letter.conversation_id)
        return Happening(self.plan.seconds, letter.kind, person, letter.stage, letter.what)

    async def _look(self) -> bool:
        """Show how it stands; return whether all is done."""
        self.system.check()
        campaigns = await self.progress.read()
        self.screen.progressed(campaigns, self.plan.seconds)
        if all(campaign.is_completed for campaign in campaigns):
            await self._converse()
            return True
        is_over = self.plan.seconds >= self.plan.limit_seconds
        if is_over or any(campaign.is_given_up for campaign in campaigns):
            raise await self._unfinished(campaigns)
        return False

    async def _unfinished(self, campaigns: list[CampaignProgress]) -> EnvironmentFailure:
        alerts = [str(one["message"]) for one in await self.repositories.alerts.find_latest(3)]
        return EnvironmentFailure(why_unfinished(campaigns, alerts, self.plan.seconds))


@contextmanager
def _waiting_for(console: Console, text: str) -> Iterator[None]:
    """Say what is being waited for: on a terminal with a sign of life."""
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        console.print(text)
        yield
