"""``comm-pipeline submit``: insert a batch request from a file."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.printable import counted
from comm_pipeline.cli.settings_in_force import settings_in_force
from comm_pipeline.errors import InvalidRequestError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.json_files import read_json_file
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.storage.repositories import Repositories


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--new-id", is_flag=True, help="Give the request a new _id.")
@click.option(
    "--contacts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Store the contacts of this file first: a list of objects with _id and contact_info.",
)
def submit(file: Path, *, new_id: bool, contacts: Path | None) -> None:
    """Insert the batch request in FILE, as the agent service would.

    The sensor takes it up within the polling interval. Prints the campaign's id.
    """
    document = read_json(file)
    people = read_contacts(contacts) if contacts else []
    chosen = f"{file.stem}_{uuid4().hex[:8]}" if new_id else None

    async def insert(repositories: Repositories) -> SubmittedRequest:
        await repositories.contacts.put(people)
        return await submit_request(repositories, document, system_clock(), chosen)

    submitted = with_repositories(settings_in_force(), insert)
    click.echo(
        f"Batch request {submitted.request_id}: {counted(submitted.recipients, 'recipient')}."
    )
    click.echo(f"comm-pipeline status {submitted.campaign_id}")


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file. Raises InvalidInputError that says where it is broken."""
    document = read_json_file(file)
    if not isinstance(document, dict):
        raise InvalidRequestError(f"{file}: must hold one object, the batch request")
    return document


def read_contacts(file: Path) -> list[dict[str, Any]]:
    """Return the contacts in a JSON file. Raises InvalidInputError that says what is wrong."""
    contacts = read_json_file(file)
    if not isinstance(contacts, list) or not all(
        isinstance(contact, dict) and contact.get("_id") for contact in contacts
    ):
        raise InvalidRequestError(f"{file}: must hold a list of objects, each with an _id")
    return contacts
