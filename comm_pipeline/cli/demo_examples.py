"""Inserting the example requests, as the agent service inserts its own."""

from pathlib import Path
from typing import Final
from uuid import uuid4

from comm_pipeline.cli.submit import read_contacts, read_json
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.storage.repositories import Repositories

_REQUESTS: Final = ("sales_request.json", "support_request.json")


async def submit_examples(
    repositories: Repositories, templates: Path
) -> list[tuple[SubmittedRequest, str]]:
    """Insert the contacts and, under new ids, the requests; return those with their names.

    Raises InvalidRequestError if one of the files is broken.
    """
    folder = templates / "requests"
    await repositories.contacts.put(read_contacts(folder / "contacts.json"))
    submitted = []
    for name in _REQUESTS:
        document = read_json(folder / name)
        new_id = f"demo_{name.partition('_')[0]}_{uuid4().hex[:8]}"
        request = await submit_request(repositories, document, system_clock(), new_id)
        submitted.append((request, str(document["name"])))
    return submitted
