"""``comm-pipeline settings``: what is in force, and where it comes from."""

import json
import sys
from dataclasses import asdict
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.settings import describe_settings

#: Columns of a terminal in which the meanings have room, too.
_WIDE: Final = 120


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_settings(*, as_json: bool) -> None:
    """Print every setting in force with its source; secrets are masked."""
    rows = describe_settings(settings_in_force())
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    if not sys.stdout.isatty():  # for programs that read lines
        for row in rows:
            click.echo(f"{row.name}={row.value}  ({row.source})")
        return
    console = Console()
    names = ["variable", "value", "source"]
    if console.width >= _WIDE:
        names.append("meaning")
    table = Table(box=None)
    for name in names:
        table.add_column(name, overflow="fold")
    table.columns[0].min_width = max(len(row.name) for row in rows)
    for row in rows:
        table.add_row(*(Text(getattr(row, name)) for name in ("name", *names[1:])))
    console.print(table)
