"""The course of the demo: submit, let people answer until all is done, have Dagster count."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from rich.console import Console

from comm_pipeline.cli.demo_progress import CampaignProgress, Progress
from comm_pipeline.cli.demo_screen import Happening, Screen, open_screen
from comm_pipeline.cli.demo_summary import why_unfinished
from comm_pipeline.cli.local_system import LocalSystem
from comm_pipeline.cli.submit import read_json
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.simulation.behaviour import Behaviour
from comm_pipeline.simulation.mail_proof import MailProof, prove
from comm_pipeline.simulation.mail_readers import Letter, MailReaders
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.contacts import ContactRepository
from comm_pipeline.storage.repositories import Repositories

_REQUESTS: Final = ("sales_request.json", "support_request.json")
_MAIL_LOOK_SECONDS: Final = 0.3
_PROGRESS_LOOK_SECONDS: Final = 1.0
_METRICS_JOB: Final = "campaign_metrics_job"
_METRICS_LIMIT_SECONDS: Final = 60.0


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


@dataclass(frozen=True, slots=True)
class Result:
    """How the demo ended."""

    metrics: list[CampaignMetrics]
    proof: MailProof
    report: Path


async def run_demo(system: LocalSystem, plan: Plan, console: Console) -> Result:
    """Run the demo on a started system.

    Raises EnvironmentFailure that says what is unfinished, or which process has ended.
    """
    assert system.mail_directory is not None
    async with open_repositories(system.settings) as (database, repositories):
        requests = await submit_examples(database, repositories, system.settings.templates)
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
        campaign_ids = [request.campaign_id for request, _ in requests]
        with _status(console, "Dagster computes the metrics"):
            metrics, report = await _counted(system, repositories, campaign_ids)
        proof = await prove(repositories, system.mail_directory, campaign_ids)
        return Result(metrics, proof, report)


async def submit_examples(
    database: Database, repositories: Repositories, templates: Path
) -> list[tuple[SubmittedRequest, str]]:
    """Insert contacts and example requests as the agent service would; return them with names."""
    folder = templates / "requests"
    contacts = database[ContactRepository.name]
    for contact in _read_contacts(folder / "contacts.json"):
        await contacts.replace_one({"_id": contact["_id"]}, contact, upsert=True)
    submitted = []
    for name in _REQUESTS:
        document = read_json(folder / name)
        new_id = f"demo_{name.partition('_')[0]}_{uuid4().hex[:8]}"
        request = await submit_request(repositories, document, system_clock(), new_id)
        submitted.append((request, str(document["name"])))
    return submitted


def _read_contacts(path: Path) -> list[dict[str, Any]]:
    contacts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return contacts


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


async def _counted(
    system: LocalSystem, repositories: Repositories, campaign_ids: list[CampaignId]
) -> tuple[list[CampaignMetrics], Path]:
    """Have Dagster count the campaigns and write the report; return both when they are there."""
    asked_at = system_clock()
    report = system.settings.home / "reports" / "campaign_report.html"
    run_id = await asyncio.to_thread(system.launch_job, _METRICS_JOB)
    deadline = time.monotonic() + _METRICS_LIMIT_SECONDS
    while time.monotonic() < deadline:
        system.check()
        metrics = [await _final_metrics(repositories, one) for one in campaign_ids]
        found = [one for one in metrics if one is not None]
        if len(found) == len(metrics) and _is_written_since(report, asked_at):
            return found, report
        await asyncio.sleep(_MAIL_LOOK_SECONDS)
    raise EnvironmentFailure(
        f"{_METRICS_JOB} has not stored metrics and report within {_METRICS_LIMIT_SECONDS:.0f} s; "
        f"see its run {run_id} in {system.settings.home / 'logs'}"
    )


async def _final_metrics(
    repositories: Repositories, campaign_id: CampaignId
) -> CampaignMetrics | None:
    """Return the metrics of a campaign if they were counted after its end."""
    campaign = await repositories.campaigns.get(campaign_id)
    document = await repositories.metrics.get(campaign_id)
    if document is None or campaign.completed_at is None:
        return None
    metrics = CampaignMetrics.model_validate(document)
    return metrics if metrics.updated_at >= campaign.completed_at else None


def _is_written_since(path: Path, moment: datetime) -> bool:
    return path.exists() and path.stat().st_mtime >= moment.timestamp()


@contextmanager
def _status(console: Console, text: str) -> Iterator[None]:
    """Say what is being waited for: on a terminal with a sign of life."""
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        console.print(text)
        yield
