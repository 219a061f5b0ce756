"""The demo's course on real services; Dagster itself has its turn in the end-to-end tests."""

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from comm_pipeline.cli.demo_examples import submit_examples
from comm_pipeline.cli.demo_progress import WAITS_FOR_DAGSTER, Progress
from comm_pipeline.cli.demo_run import Plan, run_demo
from comm_pipeline.cli.local_system import LocalSystem
from comm_pipeline.embedded.mail_catcher import MailCatcher
from comm_pipeline.embedded.supervisor import Supervisor
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import open_engine, open_repositories
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.simulation.behaviour import load_behaviour

pytestmark = pytest.mark.anyio


@pytest.fixture
def system(settings: Settings, catcher: MailCatcher) -> Iterator[LocalSystem]:
    """A system in which nobody sweeps."""
    with Supervisor() as supervisor:
        yield LocalSystem(settings, "http://127.0.0.1:1", catcher.directory, supervisor)


async def test_the_examples_become_funnels_and_named_people(settings: Settings) -> None:
    async with (
        open_repositories(settings) as (database, repositories),
        open_engine(settings, system_clock, "test worker") as engine,
    ):
        requests = await submit_examples(repositories, settings.templates)
        progress = Progress(database, repositories, requests)
        before = await progress.read()
        await sweep(engine, timedelta(minutes=1))
        sales, support = await progress.read()

        assert [one.status for one in before] == [WAITS_FOR_DAGSTER] * 2
        assert (sales.status, support.name) == ("active", "Support follow-up, week 42")
        stages = [(one.stage, one.entered, one.waiting, one.completed) for one in sales.stages]
        assert stages[:2] == [("awareness", 31, 30, 0), ("interest", 0, 0, 0)]
        contact = f"{sales.campaign_id}:contact_3001"
        assert str(await progress.person(contact)) == "Björn Halvorsen (Europe/Oslo)"


async def test_a_refused_request_is_shown_with_its_reason(settings: Settings) -> None:
    async with (
        open_repositories(settings) as (database, repositories),
        open_engine(settings, system_clock, "test worker") as engine,
    ):
        requests = await submit_examples(repositories, settings.templates)
        requests_of_others = database["agent_batch_requests"]
        other = {"$set": {"template_id": "no_such_template"}, "$unset": {"template": True}}
        await requests_of_others.update_many({}, other)
        await sweep(engine, timedelta(minutes=1))
        sales, support = await Progress(database, repositories, requests).read()

        assert (sales.is_given_up, support.is_given_up) == (True, True)
        assert "no_such_template" in str(sales.error)


async def test_a_demo_that_does_not_finish_says_what_is_missing(system: LocalSystem) -> None:
    behaviour = load_behaviour(system.settings.templates)
    plan = Plan(behaviour, behaviour.seed, limit_seconds=0.5, started=time.monotonic())
    console = Console(file=io.StringIO())
    with pytest.raises(EnvironmentFailure, match="Support follow-up, week 42: waits for Dagster"):
        await run_demo(system, plan, console)


async def test_a_process_that_dies_ends_the_demo(system: LocalSystem, tmp_path: Path) -> None:
    behaviour = load_behaviour(system.settings.templates)
    plan = Plan(behaviour, behaviour.seed, limit_seconds=60, started=time.monotonic())
    system.supervisor.start("daemon", ["false"], {}, tmp_path / "daemon.log")
    with pytest.raises(EnvironmentFailure, match="daemon"):
        await run_demo(system, plan, Console(file=io.StringIO()))
