"""``comm-pipeline submit``: insert a batch request from a file."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from comm_pipeline.cli.database import with_repositories
from comm_pipeline.errors import InvalidRequestError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.submit import submit_request
from comm_pipeline.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--new-id", is_flag=True, help="Give the request a new _id.")
def submit(file: Path, *, new_id: bool) -> None:
    """Insert the batch request in FILE, as the agent service would.

    The sensor takes it up within the polling interval. Prints the campaign's id.
    """
    document = read_json(file)
    chosen = f"{file.stem}_{uuid4().hex[:8]}" if new_id else None
    submitted = with_repositories(
        load_settings(),
        lambda repositories: submit_request(repositories, document, system_clock(), chosen),
    )
    click.echo(f"Batch request {submitted.request_id}: {submitted.recipients} recipients.")
    click.echo(f"comm-pipeline status {submitted.campaign_id}")


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises InvalidRequestError that says where it is broken."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{file}: is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidRequestError(f"{file}: must hold one object, the batch request")
    return document
