"""``comm-pipeline export``: hands over what is held about an address."""

import json
from pathlib import Path

import click

from comm_pipeline.cli.database import with_database
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.exporting import export_person


@click.command()
@click.argument("address")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write, which only its owner may read; without it, it is printed.",
)
def export(address: str, output: Path | None) -> None:
    """Print as JSON everything that is held about ADDRESS, a mail address or a phone number."""
    found = with_database(
        settings_in_force(),
        lambda database, repositories: export_person(
            database, repositories, address, system_clock()
        ),
    )
    text = json.dumps(found, indent=2, default=str, ensure_ascii=False)
    if output is None:
        click.echo(text)
        return
    output.touch(mode=0o600)
    output.chmod(0o600)
    output.write_text(text + "\n", encoding="utf-8")
    click.echo(f"{output}: {sum(map(len, found['documents'].values()))} documents")
