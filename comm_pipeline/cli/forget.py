"""``comm-pipeline forget``: erases what is held about an address."""

from datetime import timedelta
from uuid import uuid4

import click

from comm_pipeline.cli.database import with_database
from comm_pipeline.cli.printable import counted
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import hold_rules, pseudonyms_of
from comm_pipeline.services.forgetting import ForgetRules, Forgetting, Forgotten
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

#: The exit code when something still names the person.
_LEFT = 1


@click.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Erase. Without it, only what would be erased is shown.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0, max=86_400),
    default=60.0,
    show_default=True,
    help="Seconds to wait for busy campaigns.",
)
def forget(address: str, *, yes: bool, wait: float) -> None:
    """Erase everywhere what is held about ADDRESS, a mail address or a phone number.

    Open conversations end first. Counts stay as they are, and so does the suppression, as a keyed
    hash. It cannot be undone. Exit code 1 if something still names the person.
    """
    settings = settings_in_force()
    pseudonyms = pseudonyms_of(settings)
    if pseudonyms is None:
        raise InvalidSettingError(
            "FORGET_KEY: is needed, so that the address is not written to again; set it to a "
            "secret text of at least 32 characters, for every process, and never change it"
        )
    rules = ForgetRules(f"forget {uuid4().hex[:12]}", hold_rules(settings), timedelta(seconds=wait))

    async def asked(database: Database, repositories: Repositories) -> Forgotten:
        forgetting = Forgetting(database, repositories, pseudonyms, rules, system_clock)
        return await (forgetting.forget(address) if yes else forgetting.plan(address))

    found = with_database(settings, asked)
    _show(found, is_done=yes)
    if not yes:
        click.echo("Nothing was changed. To erase it: the same command with --yes")
    for place in found.left:
        click.echo(f"still names the person: {place}", err=True)
    if found.left:
        click.get_current_context().exit(_LEFT)


def _show(found: Forgotten, *, is_done: bool) -> None:
    did = "Suppressed" if is_done else "Would suppress"
    click.echo(f"{did}: {counted(found.addresses, 'address', 'addresses')}")
    did = "Ended" if is_done else "Would end"
    click.echo(f"{did}: {counted(found.open_conversations, 'open conversation')}")
    did = "Erased" if is_done else "Would erase"
    for name, count in sorted(found.erased.items()):
        if count:
            click.echo(f"{did}: {count} in {name}")
    if not any(found.erased.values()):
        click.echo("Nothing is held.")
