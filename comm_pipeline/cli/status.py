"""``comm-pipeline status``: how campaigns stand."""

import json
import sys
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.services.overview import (
    CampaignOverview,
    SystemOverview,
    campaign_overview,
    system_overview,
)

_CAMPAIGNS_SHOWN = 20
#: Columns of a terminal from which several counts stand in one line.
_WIDE = 120
#: Columns where there is no terminal: for who reads or searches lines.
_PIPED = 160


@click.command()
@click.argument("campaign", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(campaign: str | None, *, as_json: bool) -> None:
    """Print how CAMPAIGN stands, or all of them.

    Exit code 3 if there is no such campaign.
    """
    settings = settings_in_force()
    if campaign is None:
        found = with_repositories(settings, lambda r: system_overview(r, _CAMPAIGNS_SHOWN))
        _show(found, as_json=as_json)
    else:
        one = with_repositories(settings, lambda r: campaign_overview(r, campaign))
        _show(one, as_json=as_json)


def _show(found: CampaignOverview | SystemOverview, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=str))
        return
    console = Console() if sys.stdout.isatty() else Console(width=_PIPED)
    if isinstance(found, CampaignOverview):
        _show_campaigns(console, [found])
        return
    console.print(
        f"Requests: {_counts(found.requests)}.  Campaigns: {_counts(found.campaigns)}.  "
        f"Replies: {_counts(found.replies)}."
    )
    if found.latest:
        _show_campaigns(console, found.latest)
    for request in found.failed:
        console.print("[red]failed request[/red] ", end="")
        told = printable(f"{request.request_id}: {request.reason}")
        console.print(told, markup=False, highlight=False)
    for alert in found.alerts:
        last = f"{alert['last_at']:%Y-%m-%d %H:%M}"
        console.print(f"[red]alert[/red] {last} ({alert['count']}x): ", end="")
        console.print(printable(alert["message"]), markup=False, highlight=False)


def _show_campaigns(console: Console, campaigns: list[CampaignOverview]) -> None:
    table = Table("campaign", "status", "conversations", "messages", "next due (UTC)", box=None)
    table.columns[0].overflow = "fold"
    table.columns[-1].width = len("next due (UTC)")
    for one in campaigns:
        due = f"{one.next_due_at:%m-%d %H:%M:%S}" if one.next_due_at else ""
        between = ", " if console.width >= _WIDE else "\n"
        counts = (_counts(one.conversations, between), _counts(one.messages, between))
        table.add_row(printable(one.campaign_id), one.status, *counts, due)
    console.print(table, markup=False)
    for one in campaigns:
        held = f"held by {one.held_by}" if one.held_by else ""
        note = one.error or one.pause_reason or held
        if note:
            console.print(printable(f"{one.campaign_id}: {note}"), markup=False, highlight=False)


def _counts(counts: dict[str, int], between: str = ", ") -> str:
    return between.join(f"{count} {status}" for status, count in sorted(counts.items())) or "none"
