"""``comm-pipeline pause``, ``resume`` and ``cancel``: what people may do to a campaign."""

import click

from comm_pipeline.cli.database import with_campaign
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.campaign_control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from comm_pipeline.services.clock import system_clock


@click.command()
@click.argument("campaign")
@click.option("--reason", default="by hand", show_default=True, help="Kept with the campaign.")
def pause(campaign: str, reason: str) -> None:
    """Let nothing more of CAMPAIGN leave until it is resumed.

    At most the messages that are being offered at this moment still leave.
    """
    with_campaign(
        settings_in_force(),
        campaign,
        lambda r: pause_campaign(r.campaigns, CampaignId(campaign), reason, system_clock()),
    )
    click.echo(f"{campaign} is paused. To go on: comm-pipeline resume {campaign}")


@click.command()
@click.argument("campaign")
def resume(campaign: str) -> None:
    """Let the paused CAMPAIGN go on from where it was."""
    resumed = with_campaign(
        settings_in_force(),
        campaign,
        lambda r: resume_campaign(r, CampaignId(campaign), system_clock()),
    )
    click.echo(f"{campaign} is {resumed.status}; what is due leaves with the next pass.")


@click.command()
@click.argument("campaign")
@click.option("--reason", default="by hand", show_default=True, help="Kept with the campaign.")
@click.confirmation_option(prompt="A cancelled campaign never goes on. Cancel it?")
def cancel(campaign: str, reason: str) -> None:
    """End CAMPAIGN for ever; what waits to leave is settled as cancelled."""
    with_campaign(
        settings_in_force(),
        campaign,
        lambda r: cancel_campaign(r.campaigns, CampaignId(campaign), reason, system_clock()),
    )
    click.echo(f"{campaign} is cancelled.")
