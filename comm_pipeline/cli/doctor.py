"""``comm-pipeline doctor``: whether everything is there that the pipeline needs."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

import click

from comm_pipeline.bot.model_opening import build_language_model
from comm_pipeline.channels.registry import build_channel_named, channel_names
from comm_pipeline.cli.settings_in_force import RUNNING_SYSTEM, settings_in_force
from comm_pipeline.errors import CommPipelineError, EnvironmentFailure
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.services.mailbox_reading import imap_config
from comm_pipeline.settings import Masking, Settings

#: Says what it found; raises what to do about a problem.
Check = Callable[[Settings], Coroutine[Any, Any, str]]


@click.command()
def doctor() -> None:
    """Check settings, MongoDB, indexes, templates, channels, mailbox and language model.

    Each problem is told with its remedy. Exit code 1 if something is wrong.
    """
    settings = settings_in_force()
    click.echo("ok    settings are valid")
    if RUNNING_SYSTEM in settings.sources.values():
        click.echo("ok    a system is running: its settings count where none are set here")
    found = [_tell(name, check, settings) for name, check in _checks(settings).items()]
    if not all(found):
        raise click.exceptions.Exit(1)


def _tell(name: str, check: Check, settings: Settings) -> bool:
    shown = Masking.of(settings).without_secrets
    try:
        said = asyncio.run(check(settings))
    except CommPipelineError as error:
        click.echo(f"WRONG {name}: {shown(str(error))}")
        return False
    click.echo(f"ok    {name}: {shown(said)}")
    return True


async def _mongodb(settings: Settings) -> str:
    async with open_repositories(settings) as (database, _):
        info = await database.client.server_info()
        return f"version {info['version']}, database {database.name}"


async def _indexes(settings: Settings) -> str:
    async with open_repositories(settings) as (_, repositories):
        missing = {
            repository.name: names
            for repository in repositories.all()
            if (names := await repository.missing_indexes())
        }
    if missing:
        raise EnvironmentFailure(
            f"missing: {missing}; they are made when a run or `comm-pipeline dev` starts"
        )
    return "all there"


async def _templates(settings: Settings) -> str:
    EmailLayout(settings.templates)
    count = len(list((settings.templates / "campaigns").glob("*.json")))
    return f"{count} campaign templates in {settings.templates}"


async def _channel(name: str, settings: Settings) -> str:
    async with build_channel_named(name, settings, system_clock) as channel:
        return await channel.check()


async def _language_model(settings: Settings) -> str:
    async with (
        open_repositories(settings) as (_, repositories),
        build_language_model(settings, repositories.model_usage, system_clock) as model,
    ):
        said = await model.check()
        today = await repositories.model_usage.of_day(system_clock().date())
    taken, most = today.get("tokens", 0), settings.llm_max_tokens_per_day
    return f"{said}; {taken:.0f} of {most} tokens taken today"


async def _mailbox(settings: Settings) -> str:
    config = imap_config(settings)
    assert config is not None, "asked only if one is set up"
    async with ImapSource(config) as source:
        return f"{source.name} can be read; {len(await source.uids_above(0))} mails lie in it"


def _checks(settings: Settings) -> dict[str, Check]:
    names = channel_names(settings)
    checks = _CHECKS | {f"channel {name}": partial(_channel, name) for name in names}
    checks |= {"mailbox": _mailbox} if settings.imap_host else {}
    return checks | ({"language model": _language_model} if settings.llm_base_url else {})


_CHECKS: Final[dict[str, Check]] = {
    "MongoDB": _mongodb,
    "indexes": _indexes,
    "templates": _templates,
}
