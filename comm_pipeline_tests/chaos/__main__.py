"""``python -m comm_pipeline_tests.chaos``: kill -9 at every point, many times, and the table of it.

Everything runs on an embedded mongod and servers on loopback; nothing of it is left.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.status import Status
from rich.table import Table

from comm_pipeline.embedded.mongod import start_mongod
from comm_pipeline_tests.chaos.life import STEPS
from comm_pipeline_tests.chaos.plan import Findings, Row, planned
from comm_pipeline_tests.chaos.trials import a_ground


@dataclass(frozen=True, slots=True)
class Wish:
    """Which deaths: each ``every``-th of the steps (none: all), again and again.

    After each ``to_the_end``-th the campaign is led to its end.
    """

    rounds: int
    every: int
    to_the_end: int
    steps: tuple[str, ...]


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=1, help="How often at each point.")
@click.option("--every", type=click.IntRange(min=1), default=1, help="Only each such death.")
@click.option(
    "--to-the-end",
    type=click.IntRange(min=0),
    default=10,
    help="After each such death the campaign is led to its end.",
)
@click.option(
    "--step",
    "steps",
    type=click.Choice([step.name for step in STEPS]),
    multiple=True,
    help="Only deaths in this step.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), multiple=True, default=(1, 4), help="Side by side."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here."
)
def main(workers: tuple[int, ...], json_file: Path | None, **wishes: Any) -> None:
    """Kill workers at every point of the code, and look at what is left."""
    console, findings = Console(width=110), Findings()
    with (
        console.status("starting") as status,
        tempfile.TemporaryDirectory() as home,
        start_mongod(Path(home)) as mongod,
    ):
        for count in workers:
            killing = _kill(mongod.uri, Path(home), count, Wish(**wishes), findings, status)
            asyncio.run(killing)
    console.print(_table(findings))
    for problem in findings.problems:
        console.print(f"[red]wrong[/]: {problem}", highlight=False)
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(findings), indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if findings.problems else 0)


async def _kill(
    uri: str, home: Path, workers: int, wish: Wish, findings: Findings, status: Status
) -> None:
    async with a_ground(uri, f"chaos_{workers}", home, workers) as ground:
        status.update(f"{workers} workers: a life without deaths")
        chapters = await ground.undisturbed()
        wanted = [one for one in chapters if not wish.steps or one.step.name in wish.steps]
        trials = list(planned(wanted))[:: wish.every] * wish.rounds
        for number, trial in enumerate(trials, 1):
            status.update(f"{workers} workers, {number} of {len(trials)}: {trial.name}")
            findings.add(trial, await ground.die_in(trial.chapter, trial.death), workers)
            if wish.to_the_end and number % wish.to_the_end == 0:
                problems = await ground.live_on(chapters, trial.chapter)
                findings.add_life(trial, problems, workers)


def _table(findings: Findings) -> Table:
    table = Table(title="kill -9", title_justify="left", title_style="bold", box=None)
    table.add_column("point")
    for column in ("kills", "doubled", "lost", "unknown", "explained", "not reached"):
        table.add_column(column, justify="right")
    for point, row in sorted(findings.rows.items()):
        table.add_row(point, *_numbers(row))
    total = Row()
    for row in findings.rows.values():
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    table.add_row(f"{len(findings.rows)} points", *_numbers(total), style="bold")
    table.caption = (
        f"{findings.lived_on} campaigns were led to their end; "
        f"{total.repeated_notices} notices to the manager came twice, under the same Message-ID"
    )
    return table


def _numbers(row: Row) -> list[str]:
    numbers = (row.kills, row.doubled, row.lost, row.unknown, row.explained, row.missed)
    return [str(number) for number in numbers]


if __name__ == "__main__":
    main()
