"""``comm-pipeline reanalyse``: stored replies through the analyser that is in force now."""

import json
import os
from dataclasses import asdict

import click
from rich.console import Console

from comm_pipeline.bot.analyser_choice import build_analyser
from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.printable import printable
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.engine import hold_rules
from comm_pipeline.services.mailbox_reading import own_mail
from comm_pipeline.services.reanalysis import Difference, Reanalysis, ReanalysisReport
from comm_pipeline.storage.repositories import Repositories


@click.command()
@click.argument("campaign")
@click.option("--apply", "is_applied", is_flag=True, help="Write what differs.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def reanalyse(campaign: str, *, is_applied: bool, as_json: bool) -> None:
    """Read the replies to CAMPAIGN again and show what would be decided otherwise.

    Nothing is written without --apply. Exit code 3 if there is no such campaign, 1 if it is being
    worked on.
    """
    settings = settings_in_force()

    async def read(repositories: Repositories) -> ReanalysisReport:
        async with build_analyser(settings, repositories.model_usage, system_clock) as analyser:
            reanalysis = Reanalysis(
                repositories,
                ConfigManager(repositories.templates, settings.templates),
                analyser,
                own_mail(settings),
                settings.stage_delay_factor,
                f"reanalyse {os.getpid()}",
                hold_rules(settings),
                system_clock,
            )
            return await (reanalysis.apply(campaign) if is_applied else reanalysis.look(campaign))

    report = with_repositories(settings, read)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, default=str))
        return
    _show(Console(), report, is_applied=is_applied)


def _show(console: Console, report: ReanalysisReport, *, is_applied: bool) -> None:
    read = f"{report.replies} replies read again by {report.analyser}"
    found = f"{report.differing_replies} mean something else"
    deciding = f"{report.deciding} conversations decide otherwise, {report.applied} were changed"
    lines = [f"{report.campaign_id}: {read}; {found}, {deciding}."]
    for one in report.differences:
        lines += _lines(one, is_applied=is_applied)
    if report.differences and not is_applied:
        lines.append(f"To write it: comm-pipeline reanalyse {report.campaign_id} --apply")
    console.print(printable("\n".join(lines)), markup=False, highlight=False, soft_wrap=True)


def _lines(one: Difference, *, is_applied: bool) -> list[str]:
    missed = " (not changed: somebody else was first; run it again)"
    state = missed if is_applied and not one.is_applied else ""
    lines = [f"{one.recipient_id} ({one.status}){state}"]
    lines += [f"  reply {key}: {'; '.join(changes)}" for key, changes in one.replies]
    if one.before != one.after:
        lines.append(f"  now: {one.before}; then: {one.after}")
    if one.opts_out:
        lines.append("  asks not to be written to: every campaign to the address stops")
    return lines
