"""``comm-pipeline demo``: two example campaigns from the request to the report, in two minutes."""

import asyncio
import time

import click
from rich.console import Console

from comm_pipeline.cli.demo_home import day_seconds_of, demo_settings, make_fresh_home
from comm_pipeline.cli.demo_result import Result
from comm_pipeline.cli.demo_run import Plan, run_demo
from comm_pipeline.cli.demo_summary import print_campaign, print_line, proof_line, what_to_open
from comm_pipeline.cli.local_system import LocalSystem, local_system
from comm_pipeline.embedded.ports import require_free
from comm_pipeline.services.clock import system_clock
from comm_pipeline.settings import Settings, load_settings
from comm_pipeline.simulation.behaviour import load_behaviour

#: The exit code that shells give to what Ctrl-C has ended.
_INTERRUPTED = 130


@click.command()
@click.option(
    "--day-seconds",
    type=click.FloatRange(0.5, 600),
    default=2.0,
    show_default=True,
    help="How long a day of the templates takes.",
)
@click.option(
    "--limit-seconds",
    type=click.IntRange(10),
    default=170,
    show_default=True,
    help="Give up after this time.",
)
@click.option("--seed", help="Any word: gives other recipients the same habits.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the webserver.  [default: 3000 or free]"
)
def demo(day_seconds: float, limit_seconds: int, seed: str | None, port: int | None) -> None:
    """See two example campaigns from start to finish, with mail to simulated recipients.

    Starts MongoDB, a mail catcher and Dagster in COMM_PIPELINE_HOME/demo, which is made anew each
    time, and ends them. Nobody real gets a mail. How recipients behave stands in
    templates/simulation/behaviour.json. Exit code 1 if it does not finish or a promise is broken.
    """
    started = time.monotonic()
    settings = demo_settings(load_settings(), day_seconds, system_clock())
    behaviour = load_behaviour(settings.templates)
    if port is not None:  # before what is left of the last demo is removed
        require_free(port, "choose another with --port")
    make_fresh_home(settings.home)
    plan = Plan(behaviour, seed or behaviour.seed, limit_seconds, started)
    try:
        result = _run(settings, plan, port)
    except KeyboardInterrupt:
        click.echo("Ended by Ctrl-C; nothing is left running.")
        raise click.exceptions.Exit(_INTERRUPTED) from None
    if result.proof.violations:
        raise click.exceptions.Exit(1)


def _run(settings: Settings, plan: Plan, port: int | None) -> Result:
    console, day_seconds = Console(), day_seconds_of(settings)
    with local_system(settings, webserver_port=port, say=click.echo) as system:
        click.echo(f"A day of the campaigns takes {day_seconds:g} s here.")
        click.echo(f"Dagster shows it all meanwhile: {system.webserver_url}\n")
        try:
            result = asyncio.run(run_demo(system, plan, console))
        except KeyboardInterrupt:
            click.echo("\nEnding everything, which takes up to half a minute.")
            raise
        _print(console, system, result, day_seconds)
        click.echo(f"\nEnding everything, {plan.seconds:.0f} s after the start.")
        return result


def _print(console: Console, system: LocalSystem, result: Result, day_seconds: float) -> None:
    console.print()
    for campaign in result.campaigns:
        print_campaign(console, campaign, day_seconds)
    print_line(console, proof_line(result.proof))
    console.print()
    assert system.mail_directory is not None
    for line in what_to_open(system.settings, system.mail_directory, result.report):
        print_line(console, line)
