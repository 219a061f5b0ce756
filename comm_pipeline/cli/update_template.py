"""``comm-pipeline update-template``: a newer version of its template for a running campaign."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import click
from rich.console import Console

from comm_pipeline.channels.registry import channels_in_use
from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.cli.update_template_screen import change_document, show_change
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.json_files import read_json_file
from comm_pipeline.services.leases import HoldRules
from comm_pipeline.services.template_change import TemplateChange
from comm_pipeline.services.template_update import TemplateUpdate, UpdateRules
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

_ERRORS_FOUND = 1


@click.command("update-template")
@click.argument("campaign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_to_apply", is_flag=True, help="Apply it, unless errors are found.")
@click.option("--despite-errors", is_flag=True, help="Apply it even if errors are found.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait until no pass works on the campaign.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def update_template(
    campaign: str,
    file: Path,
    *,
    is_to_apply: bool,
    despite_errors: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Tell whom the template in FILE would touch in CAMPAIGN, and how; with --apply, apply it.

    Applying the same file again completes an update that was interrupted. Exit code 1 if there are
    errors, 3 if there is no such campaign.
    """
    if despite_errors and not is_to_apply:
        raise click.UsageError("--despite-errors needs --apply")
    settings, document = settings_in_force(), _read(file)

    async def report(repositories: Repositories) -> TemplateChange:
        update = _update(settings, repositories, wait)
        return await update.report(CampaignId(campaign), document, system_clock())

    change = with_repositories(settings, report)
    if not as_json:
        show_change(Console(), change, str(file))
    is_applied = is_to_apply and (despite_errors or not change.findings.errors)
    if is_applied:
        with_repositories(settings, lambda r: _apply(_update(settings, r, wait), change, document))
    _tell_end(change, str(file), is_applied=is_applied, as_json=as_json)
    if change.findings.errors and not is_applied:
        raise click.exceptions.Exit(_ERRORS_FOUND)


def _tell_end(change: TemplateChange, file: str, *, is_applied: bool, as_json: bool) -> None:
    if as_json:
        found = change_document(change, file, is_applied=is_applied)
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif is_applied and change.plan.is_pinned:
        click.echo(f"{change.campaign_id} goes on with {file}, as it did.")
    elif is_applied:
        click.echo(f"Applied: {change.campaign_id} goes on with {file}.")
    elif change.findings.errors:
        click.echo("With --apply it is not applied, unless with --despite-errors.", err=True)
    else:
        click.echo("Nothing is changed. To apply it: the same command with --apply.")


def _read(file: Path) -> Doc:
    document = read_json_file(file)
    if not isinstance(document, dict):
        raise InvalidTemplateError(f"{file}: must hold one object, the template")
    return document


def _update(settings: Settings, repositories: Repositories, wait: float) -> TemplateUpdate:
    hold = timedelta(seconds=settings.lease_seconds)
    rules = UpdateRules(
        delay_factor=settings.stage_delay_factor,
        owner=f"update-template {uuid4().hex[:8]}",
        hold_rules=HoldRules(settings.max_concurrent_campaigns, hold),
        patience=timedelta(seconds=wait),
    )
    config_manager = ConfigManager(
        repositories.templates, settings.templates, channels_in_use(settings)
    )
    return TemplateUpdate(repositories, config_manager, rules)


async def _apply(update: TemplateUpdate, change: TemplateChange, document: Doc) -> None:
    version = change.plan.campaign.template_version
    await update.apply(change.campaign_id, document, version, system_clock())
