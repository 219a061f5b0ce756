"""What a simulation takes over from the real database, which it only reads.

The template that the request names, the contacts that it names by id, and who of its recipients
must not be written to any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from comm_pipeline.domain.addresses import address_of
from comm_pipeline.domain.batch_requests import parse_request
from comm_pipeline.domain.suppressions import Suppression
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.services.contact_details import phone_of
from comm_pipeline.simulation.made_recipients import made_recipients
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.contacts import ContactRepository
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.suppressions import SuppressionRepository

_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """A request as it will be submitted, with what it refers to."""

    request: Mapping[str, Any]
    template: Mapping[str, Any] | None = None
    contacts: Sequence[Doc] = ()
    suppressed: Mapping[str, Suppression] = field(default_factory=dict)


async def read_source(
    live: Repositories, document: Mapping[str, Any], recipients: int | None, seed: str
) -> Source:
    """Read what a request needs; with ``recipients``, it gets that many made-up ones.

    Raises InvalidRequestError if it is malformed at first sight.
    """
    request = {"servicetype": "communication", "status": "new", **document}
    request.setdefault("_id", "simulated")
    parsed = parse_request(request)
    entries = request.get("recipients")
    if not isinstance(entries, list) or not entries:
        raise InvalidRequestError("recipients: must be a list with at least one recipient")
    stored = await live.templates.get(parsed.template_id) if parsed.template_id else None
    contacts = await _contacts(live, entries)
    if recipients is not None:
        request["recipients"] = made_recipients(entries, contacts, recipients, seed)
        return Source(request, stored)
    suppressed = await _suppressed(live, entries, contacts)
    return Source(request, stored, list(contacts.values()), suppressed)


async def write_source(database: Database, repositories: Repositories, source: Source) -> None:
    """Put what a request refers to into a simulation's own database."""
    if source.template is not None:
        await repositories.templates.put(source.request["template_id"], source.template)
    for contacts in _batches(source.contacts):
        await database[ContactRepository.name].insert_many(contacts)
    suppressed = [
        {"_id": address, "source": "before the simulation"}
        | {"kind": found.kind.value, "reason": found.reason}
        for address, found in source.suppressed.items()
    ]
    for entries in _batches(suppressed):
        await database[SuppressionRepository.name].insert_many(entries)


async def _contacts(live: Repositories, entries: Sequence[object]) -> dict[str, Doc]:
    ids = [str(entry) for entry in entries if isinstance(entry, str | int)]
    found: dict[str, Doc] = {}
    for batch in _batches(ids):
        found |= await live.contacts.find(batch)
    return found


async def _suppressed(
    live: Repositories, entries: Sequence[object], contacts: Mapping[str, Doc]
) -> dict[str, Suppression]:
    addresses = [
        address
        for entry in entries
        for address in _addresses(entry if isinstance(entry, Mapping) else contacts.get(str(entry)))
    ]
    found: dict[str, Suppression] = {}
    for batch in _batches(addresses):
        found |= await live.suppressions.find(batch)
    return found


def _addresses(person: object) -> Iterator[str]:
    """Yield the addresses of a person, of every kind: any of them may be suppressed."""
    info = person.get("contact_info") if isinstance(person, Mapping) else None
    if not isinstance(info, Mapping):
        return
    with suppress(InvalidInputError):
        yield address_of(info)
    if (phone := phone_of(info)) is not None:
        yield phone


def _batches(items: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield list(items[start : start + _AT_ONCE])
