"""``comm-pipeline explain``: why a recipient got what they got, and what comes next."""

import json
from dataclasses import asdict
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from comm_pipeline.channels.registry import channels_in_use
from comm_pipeline.cli.database import with_recipient
from comm_pipeline.cli.instants import INSTANT
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.explanation import Explainer, Explanation
from comm_pipeline.storage.repositories import Repositories


@click.command()
@click.argument("campaign")
@click.argument("recipient")
@click.option("--at", type=INSTANT, help="Explain for this instant.  [default: now]")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def explain(campaign: str, recipient: str, at: datetime | None, *, as_json: bool) -> None:
    """Tell what happened to RECIPIENT in CAMPAIGN and why, what is next, and what blocks it.

    Exit code 3 if there is no such campaign, or no such recipient in it.
    """
    settings = settings_in_force()

    async def explained(repositories: Repositories) -> Explanation:
        config_manager = ConfigManager(
            repositories.templates, settings.templates, channels_in_use(settings)
        )
        explainer = Explainer(repositories, config_manager, settings.stage_delay_factor)
        return await explainer.explain(campaign, recipient, at or system_clock())

    found = with_recipient(settings, campaign, recipient, explained)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=_as_text))
    else:
        _show(Console(), found)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _show(console: Console, found: Explanation) -> None:
    ended = f" ({found.outcome})" if found.outcome else ""
    _print(
        console,
        f"{found.recipient_id} in {found.campaign_id}: {found.status}{ended}, stage {found.stage}, "
        f"{found.address or 'without an address'}, {found.time_zone}",
    )
    if found.reason:
        _print(console, f"because: {found.reason}")
    _show_happened(console, found)
    when = f"at {_shown(found.next.at)}" if found.next.at else "nothing by itself"
    _print(console, f"\nNext, if nothing comes in: {when}: {found.next.what} [{found.next.rule}]")
    for note in found.notes:
        _print(console, note)
    _show_blocks(console, found)


def _show_happened(console: Console, found: Explanation) -> None:
    table = Table("at (UTC)", "what", "rule", "", box=None, pad_edge=False)
    for event in found.happened:
        table.add_row(_shown(event.at), event.kind, event.rule, printable(event.text))
    console.print(table, markup=False)


def _show_blocks(console: Console, found: Explanation) -> None:
    if not found.blocks:
        return
    console.print(f"\nAt {_shown(found.at)} nothing is sent, because:")
    for block in found.blocks:
        clears = f"until {_shown(block.clears_at)}" if block.clears_at else "does not end by itself"
        _print(console, f"  {block.rule}: {block.reason} ({clears})")
    if found.clears_at is not None:
        console.print(f"All of it has ended at {_shown(found.clears_at)}.")


def _print(console: Console, text: str) -> None:
    console.print(printable(text), markup=False, highlight=False)


def _shown(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else "never"
