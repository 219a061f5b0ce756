"""``comm-pipeline simulate``: a campaign in virtual time, before anything is sent."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import click
import uvloop
from rich.console import Console

from comm_pipeline.cli.instants import INSTANT
from comm_pipeline.cli.simulate_screen import SimulationBar, print_result
from comm_pipeline.cli.submit import read_json
from comm_pipeline.domain.batch_requests import parse_request
from comm_pipeline.reporting.simulation_data import SimulationData
from comm_pipeline.services.clock import system_clock
from comm_pipeline.settings import Settings, load_settings
from comm_pipeline.simulation.findings import PAGE_FILE
from comm_pipeline.simulation.habits import DEFAULT_FILE, load_habits
from comm_pipeline.simulation.private_database import reachable_mongodb
from comm_pipeline.simulation.simulate import LONGEST, Plan
from comm_pipeline.simulation.simulate import simulate as run_simulation

_INTERRUPTED = 130
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--recipients", type=click.IntRange(1, 200_000), help="As many, made up from FILE's.")
@click.option(
    "--behaviour",
    type=_FILE,
    help="How people behave.  [default: simulation/default_behaviour.json]",
)
@click.option("--seed", default="1", show_default=True, help="Any word: the same gives the same.")
@click.option("--start", type=INSTANT, help="When time begins.  [default: FILE's, or now]")
@click.option("--until", type=INSTANT, help="When time ends.  [default: after a year]")
@click.option(
    "--tick-minutes",
    type=click.IntRange(1, 1_440),
    help="Step of time.  [default: 1 to 30, by the number of recipients]",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for page and data."
)
@click.option("--json", "as_json", is_flag=True, help="Print the data as JSON.")
def simulate(  # noqa: PLR0913 - one argument an option
    file: Path,
    *,
    recipients: int | None,
    behaviour: Path | None,
    seed: str,
    start: datetime | None,
    until: datetime | None,
    tick_minutes: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run the campaign of a batch request in virtual time, with simulated people.

    Everything is real but the time and the people: rules, texts, database. Nobody gets a mail.
    Without --json, a page, data.json and every message and decision are written into --out
    (default: simulation_ and FILE's name, in the working directory).
    """
    settings = load_settings()
    document = read_json(file)
    habits = load_habits(behaviour or settings.templates / DEFAULT_FILE)
    starts_at = start or _start_of(document, system_clock())
    plan = Plan(
        request=document,
        habits=habits,
        seed=seed,
        starts_at=starts_at,
        until=until or starts_at + LONGEST,
        recipients=recipients,
        tick=None if tick_minutes is None else timedelta(minutes=tick_minutes),
    )
    out = out or (None if as_json else Path(f"simulation_{file.stem}"))
    data = _run(settings, plan, out)
    if as_json:
        click.echo(data.model_dump_json(indent=2))
        return
    assert out is not None
    print_result(Console(), data, out / PAGE_FILE)


def _run(settings: Settings, plan: Plan, out: Path | None) -> SimulationData:
    with SimulationBar(plan.starts_at) as bar, reachable_mongodb(settings) as reachable:
        try:
            # A simulation is one long row of short calls: uvloop saves a quarter of its time.
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(run_simulation(reachable, plan, out, bar.show))
        except KeyboardInterrupt:
            bar.stop()
            click.echo("Ended by Ctrl-C; the simulation's database is dropped.", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None


def _start_of(document: dict[str, object], now: datetime) -> datetime:
    """Return when the campaign would start: at the request's own time if that lies ahead."""
    given = {"servicetype": "communication", "status": "new", "_id": "simulated"} | document
    request = parse_request(given)
    planned = request.scheduled_at or request.schedule.start_date
    this_minute = now.replace(second=0, microsecond=0)
    return planned if planned is not None and planned > now else this_minute
