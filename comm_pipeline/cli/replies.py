"""``comm-pipeline replies``: what came in and had no effect, and whose it is."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.reply_assignment import ShownReply, assign_reply, find_replies

_STATUSES = [status.value for status in InboundStatus]
_WITHOUT_EFFECT = (InboundStatus.UNMATCHED.value, InboundStatus.MALFORMED.value)


@click.command()
@click.option(
    "--status",
    "statuses",
    type=click.Choice(_STATUSES),
    multiple=True,
    default=_WITHOUT_EFFECT,
    help="Of this status; may be given more than once.  [default: unmatched and malformed]",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="At most so many of each.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option(
    "--assign",
    nargs=3,
    metavar="REPLY CAMPAIGN RECIPIENT",
    help="Say that REPLY belongs to RECIPIENT in CAMPAIGN; it is taken up again.",
)
def replies(
    statuses: Sequence[str], limit: int, assign: tuple[str, str, str] | None, *, as_json: bool
) -> None:
    """List messages that came in and had no effect, with the reason; or assign one of them.

    A report that was not believed (a bounce that names none of our messages) has its effect once it
    is assigned. Exit code 3 if there is no such reply, or no such recipient in the campaign.
    """
    settings = settings_in_force()
    if assign is not None:
        reply, campaign, recipient = assign
        with_repositories(
            settings, lambda r: assign_reply(r, reply, campaign, recipient, system_clock())
        )
        click.echo(f"Reply {reply} assigned; the next sweep takes it up.")
        return
    wanted = [InboundStatus(status) for status in statuses]
    found = with_repositories(settings, lambda r: find_replies(r, wanted, limit))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
    else:
        _show(Console(), found)


def _show(console: Console, found: Sequence[ShownReply]) -> None:
    if not found:
        console.print("There are none.")
    for one in found:
        console.print(f"[bold]{one.status}[/bold]", end=" ")
        console.print(printable(one.id), markup=False, highlight=False)
        table = Table(box=None, show_header=False, pad_edge=False)
        for name in ("reason", "kind", "received_at", "from_address", "subject", "text", "source"):
            if value := getattr(one, name):
                table.add_row(f"  {name}", printable(value))
        console.print(table, markup=False)
