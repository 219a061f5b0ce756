"""``comm-pipeline unknown`` and ``settle``: messages whose answers were lost, and what they are."""

import json
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.unknown_messages import Verdict, find_unknown, settle_unknown

_MOST_SHOWN: Final = 1_000
_FIELDS: Final = (
    "id",
    "campaign_id",
    "recipient_id",
    "address",
    "channel",
    "message_id",
    "provider_message_id",
    "attempts",
    "sending_at",
    "reason",
)


@click.command()
@click.argument("campaign", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def unknown(campaign: str | None, *, as_json: bool) -> None:
    """List the messages of CAMPAIGN, or of all, that may have arrived: their answers were lost.

    Exit code 3 if there is no such campaign.
    """
    found = with_repositories(settings_in_force(), lambda r: find_unknown(r, campaign, _MOST_SHOWN))
    if as_json:
        click.echo(json.dumps([_document(one) for one in found], indent=2, default=str))
    elif found:
        _show(Console(), found)
    else:
        click.echo("No message is unknown.")


@click.command()
@click.argument("key")
@click.argument("verdict", type=click.Choice([one.value for one in Verdict]))
@click.option("--reason", default="by hand", show_default=True, help="Kept with the message.")
def settle(key: str, verdict: str, reason: str) -> None:
    """Say what became of the unknown message KEY.

    sent: the provider has it. failed: it does not, and the conversation is told. queued: it does
    not, and the message is offered again. Exit code 3 if there is no such message, 1 if it is not
    unknown.
    """
    message = with_repositories(
        settings_in_force(),
        lambda r: settle_unknown(r, key, Verdict(verdict), reason, system_clock()),
    )
    then = "; the next pass offers it" if verdict == Verdict.QUEUED else ""
    click.echo(f"The message to {message.address} is {verdict} now{then}.")


def _document(message: OutboundMessage) -> dict[str, Any]:
    return {field: getattr(message, field) for field in _FIELDS}


def _show(console: Console, found: list[OutboundMessage]) -> None:
    table = Table("offered (UTC)", "channel", "address", "Message-ID", "why", box=None)
    for one in found:
        at = f"{one.sending_at:%Y-%m-%d %H:%M:%S}" if one.sending_at else ""
        table.add_row(at, one.channel or "", one.address, one.message_id, one.reason or "")
    console.print(table, markup=False)
    console.print("\nTheir keys, for: comm-pipeline settle KEY sent|failed|queued", markup=False)
    for one in found:
        # Alone on its line, so that it can be copied however narrow the window is.
        click.echo(f"'{one.id}'")
    if len(found) == _MOST_SHOWN:
        click.echo(f"These are the oldest {_MOST_SHOWN:,}; there may be more.")
