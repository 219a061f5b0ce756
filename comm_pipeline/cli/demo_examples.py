"""Inserting the example requests, as the agent service inserts its own."""

import json
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from comm_pipeline.cli.submit import read_json
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.contacts import ContactRepository
from comm_pipeline.storage.repositories import Repositories

_REQUESTS: Final = ("sales_request.json", "support_request.json")


async def submit_examples(
    database: Database, repositories: Repositories, templates: Path
) -> list[tuple[SubmittedRequest, str]]:
    """Insert the contacts and, under new ids, the requests; return those with their names.

    Raises InvalidRequestError if one of the files is broken.
    """
    folder = templates / "requests"
    contacts = database[ContactRepository.name]
    for contact in _read_contacts(folder / "contacts.json"):
        await contacts.replace_one({"_id": contact["_id"]}, contact, upsert=True)
    submitted = []
    for name in _REQUESTS:
        document = read_json(folder / name)
        new_id = f"demo_{name.partition('_')[0]}_{uuid4().hex[:8]}"
        request = await submit_request(repositories, document, system_clock(), new_id)
        submitted.append((request, str(document["name"])))
    return submitted


def _read_contacts(path: Path) -> list[dict[str, Any]]:
    contacts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return contacts
