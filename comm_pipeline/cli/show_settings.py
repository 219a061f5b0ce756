"""``comm-pipeline settings``: what is in force, and where it comes from."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from comm_pipeline.settings import describe_settings, load_settings


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_settings(*, as_json: bool) -> None:
    """Print every setting in force with its source; secrets are masked."""
    rows = describe_settings(load_settings())
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    table = Table("variable", "value", "source", "meaning", box=None)
    for row in rows:
        table.add_row(row.name, row.value, row.source, row.meaning)
    Console().print(table)
