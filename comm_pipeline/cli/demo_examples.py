"""Inserting the example requests, as the agent service inserts its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from comm_pipeline.cli.submit import read_contacts, read_json
from comm_pipeline.errors import InvalidRequestError
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.config_manager import find_template_file
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.storage.repositories import Repositories

_REQUESTS: Final = ("sales_request.json", "support_request.json")
#: Rules of the clock on the wall, which the demo's short days do not make faster.
_CLOCK_RULES: Final = ("business_hours", "holidays", "optimal_contact_times", "frequency_caps")


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
        document = in_short_days(read_json(folder / name), templates)
        new_id = f"demo_{name.partition('_')[0]}_{uuid4().hex[:8]}"
        request = await submit_request(repositories, document, system_clock(), new_id)
        submitted.append((request, str(document["name"])))
    return submitted


def in_short_days(request: Mapping[str, Any], templates: Path) -> dict[str, Any]:
    """Return a request with its template inside, without the rules that would wait for morning."""
    template = find_template_file(templates, request["template_id"])
    if template is None:
        raise InvalidRequestError(f"template_id: there is no template {request['template_id']!r}")
    rules = {
        name: value
        for name, value in template.get("global_settings", {}).items()
        if name not in _CLOCK_RULES
    }
    changed = {**request, "template": {**template, "global_settings": rules}}
    del changed["template_id"]
    return changed
