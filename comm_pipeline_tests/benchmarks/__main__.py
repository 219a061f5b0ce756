"""``python -m comm_pipeline_tests.benchmarks [RECIPIENTS]``: how fast the pipeline is, as ratios.

Everything runs on one embedded mongod in a temporary folder; nothing of it is left.
"""

import asyncio
import json
import tempfile
from pathlib import Path

import click
from rich.console import Console

from comm_pipeline.embedded.mongod import start_mongod
from comm_pipeline_tests.benchmarks.suite import Plan, Suite
from comm_pipeline_tests.benchmarks.table import print_result

_SMALL_AND_LARGE_MEMORY = (20_000, 200_000)
_SMALL_AND_LARGE_PASS = (2_000, 200_000)


@click.command()
@click.argument("recipients", type=click.IntRange(min=1), default=20_000)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here."
)
@click.option("--repeat", type=click.IntRange(min=1), default=3, help="Rounds; medians are shown.")
@click.option("--memory", is_flag=True, help="Peak memory at 20,000 and at 200,000 recipients.")
@click.option("--pass-cost", is_flag=True, help="A pass with 100 due of 2,000 and of 200,000.")
def main(
    recipients: int, json_file: Path | None, repeat: int, *, memory: bool, pass_cost: bool
) -> None:
    """Measure the pipeline against raw PyMongo and against the loop of the source documents."""
    plan = Plan(
        recipients,
        repeat,
        _SMALL_AND_LARGE_MEMORY if memory else (),
        _SMALL_AND_LARGE_PASS if pass_cost else (),
    )
    console = Console()
    with (
        console.status("starting") as status,
        tempfile.TemporaryDirectory() as home,
        start_mongod(Path(home)) as mongod,
    ):
        result = asyncio.run(Suite(mongod.uri, plan, status.update).run())
    print_result(result, console)
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
