"""``comm-pipeline check``: what is wrong with a batch request, before it is submitted."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from comm_pipeline.channels.registry import channels_in_use
from comm_pipeline.cli.check_screen import report_document, show_report
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.cli.submit import read_contacts, read_json
from comm_pipeline.errors import EnvironmentFailure, InvalidInputError
from comm_pipeline.services.campaign_types import own_campaign_types
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.checking.entries import Contacts
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.services.request_check import CheckReport, check_request
from comm_pipeline.services.request_reading import TemplateFiles, Templates
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

ERRORS_FOUND: Final = 1

_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_File)
@click.option("--contacts", type=_File, help="Contacts of recipients that are ids only, as JSON.")
@click.option("--offline", is_flag=True, help="Do not ask the database for templates or contacts.")
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    help="Messages an hour that your provider takes, to check the volume.",
)
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option(
    "--most",
    type=click.IntRange(1, 20),
    default=5,
    show_default=True,
    help="Findings shown of each kind.",
)
def check(
    file: Path,
    *,
    contacts: Path | None,
    offline: bool,
    rate: float | None,
    strict: bool,
    as_json: bool,
    most: int,
) -> None:
    """Check the batch request in FILE: its template, its times and every recipient.

    Nothing is stored or sent. Exit code 1 if there are errors, 2 if a file cannot be read.
    """
    document, people = _read(file, contacts)
    report = _report(document, people, rate, is_offline=offline)
    sources = {"": str(file), "contacts": str(contacts or "the collection contacts")}
    if document.get("template") is None:
        sources["template"] = f"template {document.get('template_id')}"
    if as_json:
        click.echo(json.dumps(report_document(report, sources), indent=2, ensure_ascii=False))
    else:
        show_report(Console(), report, sources, most)
    if report.log.errors or (strict and report.log.warnings):
        raise click.exceptions.Exit(ERRORS_FOUND)


def _read(file: Path, contacts: Path | None) -> tuple[Doc, dict[str, Doc] | None]:
    """Return the request and the contacts by id. Raises BadParameter, whose exit code is 2."""
    try:
        people = None if contacts is None else {str(c["_id"]): c for c in read_contacts(contacts)}
        return read_json(file), people
    except InvalidInputError as error:
        raise click.BadParameter(str(error)) from None
    except RecursionError:
        raise click.BadParameter(f"{file}: is nested too deeply") from None


def _report(
    document: Doc, people: dict[str, Doc] | None, rate: float | None, *, is_offline: bool
) -> CheckReport:
    settings = settings_in_force()

    async def checked() -> CheckReport:
        async with _repositories(settings, document, is_offline=is_offline) as repositories:
            contacts = _Contacts.of(people, repositories)
            rules = CheckRules(
                now=system_clock(),
                delay_factor=settings.stage_delay_factor,
                messages_an_hour=rate,
                knows_contacts=contacts is not None,
                own_types=own_campaign_types(settings.campaign_types),
            )
            templates = _templates(settings, repositories)
            with _progress_bar(document) as on_progress:
                return await check_request(document, rules, templates, contacts, on_progress)

    return asyncio.run(checked())


@asynccontextmanager
async def _repositories(
    settings: Settings, document: Doc, *, is_offline: bool
) -> AsyncIterator[Repositories | None]:
    """Open the database, if the request names anything that may be in it and it answers."""
    recipients = document.get("recipients")
    has_ids = isinstance(recipients, list) and any(
        isinstance(entry, str | int) for entry in recipients
    )
    if is_offline or not (has_ids or document.get("template_id")):
        yield None
        return
    async with AsyncExitStack() as stack:
        try:
            _, repositories = await stack.enter_async_context(open_repositories(settings))
        except EnvironmentFailure as failure:
            click.echo(f"Checked without the database: {failure}", err=True)
            yield None
        else:
            yield repositories


def _templates(settings: Settings, repositories: Repositories | None) -> Templates:
    if repositories is None:
        return TemplateFiles(settings.templates)
    return ConfigManager(repositories.templates, settings.templates, channels_in_use(settings))


@dataclass(frozen=True, slots=True)
class _Contacts:
    """The contacts of a file, which ``submit`` would store first, then those of the database."""

    people: Mapping[str, Doc]
    stored: Contacts | None

    @classmethod
    def of(cls, people: Mapping[str, Doc] | None, repositories: Repositories | None) -> Self | None:
        """Return the contacts that there are; None if there is nothing to look into."""
        if people is None and repositories is None:
            return None
        return cls(people or {}, repositories.contacts if repositories else None)

    async def find(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the contacts that exist, by id."""
        missing = [one for one in ids if one not in self.people]
        stored = await self.stored.find(missing) if self.stored and missing else {}
        return {**stored, **{one: self.people[one] for one in ids if one in self.people}}


@contextmanager
def _progress_bar(document: Doc) -> Iterator[Callable[[int], None]]:
    """Show on standard error, if that is a terminal, how many recipients have been looked at."""
    recipients = document.get("recipients")
    columns = (TextColumn("recipients"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(recipients) if isinstance(recipients, list) else 0)
        yield lambda count: progress.update(task, completed=count)
