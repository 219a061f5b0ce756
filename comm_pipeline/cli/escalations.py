"""``comm-pipeline escalations``: which conversations need a person, and why."""

import json

import click
from rich.console import Console

from comm_pipeline.cli.database import with_campaign, with_repositories
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.escalations import Escalation, EscalationKind, EscalationStatus
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.escalations import needed_escalations
from comm_pipeline.storage.repositories import Repositories


@click.command()
@click.argument("campaign", required=False)
@click.option("--all", "is_all", is_flag=True, help="Also those that are closed.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with the history.")
def escalations(campaign: str | None, *, is_all: bool, limit: int, as_json: bool) -> None:
    """List the conversations (of CAMPAIGN) that need a person, the oldest first.

    Exit code 3 if there is no such campaign.
    """
    campaign_id = None if campaign is None else CampaignId(campaign)

    async def listed(repositories: Repositories) -> list[Escalation]:
        if is_all:
            return await repositories.escalations.find(campaign_id, None, limit)
        return await needed_escalations(repositories, campaign_id, limit, system_clock())

    settings = settings_in_force()
    found = (
        with_repositories(settings, listed)
        if campaign is None
        else with_campaign(settings, campaign, listed)
    )
    if as_json:
        documents = [one.model_dump(mode="json", by_alias=True) for one in found]
        click.echo(json.dumps(documents, indent=2))
        return
    console = Console()
    if not found:
        console.print("Nobody is needed.")
    for one in found:
        _show(console, one)


def _show(console: Console, one: Escalation) -> None:
    wants = "approve or reject" if one.kind is EscalationKind.APPROVAL else "answer, then resolve"
    is_open = one.status is EscalationStatus.OPEN
    note = f" ({one.note})" if one.note else ""
    state = f"open; {wants}" if is_open else f"{one.status}{note}"
    place = f"{one.campaign_id} {one.recipient_id}, stage {one.stage}"
    lines = [
        f"{one.created_at:%Y-%m-%d %H:%M} {place}: {state}",
        f"  {one.rule or one.action}: {one.reason}",
    ]
    heard = [said.text for said in one.history if said.direction == "inbound"]
    if heard:
        first_line = next(iter(heard[-1].strip().splitlines()), "")
        lines.append(f"  they wrote: {first_line[:200]}")
    if one.proposal is not None:
        lines += ["  the answer that waits:", *(f"  | {x}" for x in one.proposal.text.splitlines())]
    console.print(printable("\n".join(lines)), markup=False, highlight=False, soft_wrap=True)
