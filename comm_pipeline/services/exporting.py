"""Handing over everything that is held about one address.

Documents about the person are handed over whole; of others, which belong to other people too, only
what is the person's: the entry in a request, the place where the address is mentioned.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from comm_pipeline.services.person_search import find_person
from comm_pipeline.services.personal_data import (
    CONVERSATIONS,
    REQUESTS,
    Person,
    campaign_of_request,
    entries_of,
)
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.personal_documents import PersonalDocuments
from comm_pipeline.storage.repositories import Repositories

#: Collections whose documents may be about one person.
_OWN: Final = frozenset(
    {
        "contacts",
        CONVERSATIONS,
        "delivery_reports",
        "escalations",
        "inbound_messages",
        "outbound_messages",
        "suppressions",
    }
)


async def export_person(
    database: Database, repositories: Repositories, address: str, now: datetime
) -> Doc:
    """Return what is held about an address: documents by collection, and mentions elsewhere.

    Reads every document of the database once. Raises InvalidInputError if it is no address.
    """
    documents = PersonalDocuments(database)
    person = await find_person(repositories, documents, address, lambda text: text)
    held: dict[str, list[Any]] = {}
    mentions: list[Doc] = []
    for name in await documents.collections():
        own = held.setdefault(name, [])
        async for document in documents.stream(name, _wanted(name, person), person.numbers):
            if name in _OWN and person.owns(name, document):
                own.append(document)
            elif name == REQUESTS and (entries := recipients_of(person, document)):
                own += [_asked_for(document, entry) for _, entry in entries]
            else:
                mentions += [
                    {"collection": name, "_id": document["_id"], "field": field}
                    for field in mentioned_in(person, name, document)
                ]
    if not held.get("suppressions"):
        held["suppressions"] = [
            {"_id": one, "kind": found.kind.value, "reason": found.reason}
            for one, found in (
                await repositories.suppressions.find(sorted(person.addresses))
            ).items()
        ]
    return {
        "address": person.address,
        "other_addresses": sorted(person.addresses - {person.address}),
        "exported_at": now,
        "documents": {name: found for name, found in held.items() if found},
        "mentions": mentions,
    }


def _wanted(collection: str, person: Person) -> Any:
    """Return what says of a document's text whether it has to be looked at."""
    everything = collection in {REQUESTS, "contacts"}  # numbers may be written in national form
    return (lambda _: True) if everything else person.is_mentioned


def recipients_of(person: Person, request: Mapping[str, Any]) -> list[tuple[int | str | None, Any]]:
    """Return the entries of a request's recipients that are this person, with their places."""
    ids = person.recipients_of(campaign_of_request(request))
    return [
        (place, entry)
        for place, entry in entries_of(request)
        if person.is_reached_by(entry)
        or _id_of(entry) in ids
        or (_id_of(entry) in person.contact_ids and person.is_called_so(entry))
    ]


def mentioned_in(person: Person, collection: str, document: Mapping[str, Any]) -> Iterable[str]:
    """Yield the fields of a document that hold an address or a full name of the person."""
    text = person.text_in(collection, document)
    for field, value in document.items():
        if text.is_anywhere_in({field: value}):
            yield field


def _id_of(entry: Any) -> str:
    return str(entry.get("id") if isinstance(entry, Mapping) else entry)


def _asked_for(request: Mapping[str, Any], entry: Any) -> Doc:
    asked = {field: request.get(field) for field in ("_id", "name", "status", "campaign_id")}
    return asked | {"recipient": entry}
