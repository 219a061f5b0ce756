"""As many recipients as wanted, made from those of a request.

Each keeps all that is said of the person it is made from, but has an id and an address of its own.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from comm_pipeline.domain.addresses import address_of
from comm_pipeline.errors import InvalidInputError

#: No mail arrives there: the domain is reserved for documentation (RFC 2606).
_DOMAIN = "example.com"


def made_recipients(
    entries: Sequence[object], contacts: Mapping[str, Mapping[str, Any]], count: int, seed: str
) -> list[object]:
    """Return ``count`` recipients, called ``sim_00001`` and so on.

    Fewer than there are entries are a sample that the seed draws; for more, the entries repeat.
    ``contacts`` are the people whom entries name by id only.
    """
    return [
        _made(entries[position], contacts, f"sim_{number:05}")
        for number, position in enumerate(_positions(len(entries), count, seed), start=1)
    ]


def _positions(available: int, count: int, seed: str) -> list[int]:
    if count >= available:
        return [number % available for number in range(count)]
    rng = Random(f"{seed}:sample")  # noqa: S311 - drawn, not secret
    return sorted(rng.sample(range(available), count))


def _made(entry: object, contacts: Mapping[str, Mapping[str, Any]], new_id: str) -> object:
    """Return a recipient like ``entry``; one that could not be written to stays like that."""
    if not isinstance(entry, Mapping):
        contact = contacts.get(str(entry))
        if contact is None:
            return new_id
        entry = {key: value for key, value in contact.items() if key != "_id"}
    info = entry.get("contact_info")
    if not isinstance(info, Mapping):
        return {**entry, "id": new_id}
    return {**entry, "id": new_id, "contact_info": _with_made_address(info, new_id)}


def _with_made_address(info: Mapping[str, Any], new_id: str) -> Mapping[str, Any]:
    try:
        address_of(info)
    except InvalidInputError:
        return info
    return {**info, "email": f"{new_id}@{_DOMAIN}"}
