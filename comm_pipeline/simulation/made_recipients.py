"""As many recipients as wanted, made from those of a request.

Each keeps all that is said of the person it is made from, but has an id of its own, and an address
of its own for each kind that the person has.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from comm_pipeline.domain.addresses import address_of
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.contact_details import phone_of

#: No mail arrives there: the domain is reserved for documentation (RFC 2606).
_DOMAIN = "example.com"
#: Digits at the end of a phone number that are made up; those before them tell where it belongs.
_MADE_DIGITS = 5
_PHONE_FIELDS = frozenset({"phone", "phones"})


def made_recipients(
    entries: Sequence[object], contacts: Mapping[str, Mapping[str, Any]], count: int, seed: str
) -> list[object]:
    """Return ``count`` recipients, called ``sim_00001`` and so on.

    Fewer than there are entries are a sample that the seed draws; for more, the entries repeat.
    ``contacts`` are the people whom entries name by id only.
    """
    return [
        _made(entries[position], contacts, number)
        for number, position in enumerate(_positions(len(entries), count, seed), start=1)
    ]


def _positions(available: int, count: int, seed: str) -> list[int]:
    if count >= available:
        return [number % available for number in range(count)]
    rng = Random(f"{seed}:sample")  # noqa: S311 - drawn, not secret
    return sorted(rng.sample(range(available), count))


def _made(entry: object, contacts: Mapping[str, Mapping[str, Any]], number: int) -> object:
    """Return a recipient like ``entry``; one that could not be written to stays like that."""
    new_id = f"sim_{number:05}"
    if not isinstance(entry, Mapping):
        contact = contacts.get(str(entry))
        if contact is None:
            return new_id
        entry = {key: value for key, value in contact.items() if key != "_id"}
    info = entry.get("contact_info")
    if not isinstance(info, Mapping):
        return {**entry, "id": new_id}
    return {**entry, "id": new_id, "contact_info": _with_made_addresses(info, new_id, number)}


def _with_made_addresses(info: Mapping[str, Any], new_id: str, number: int) -> Mapping[str, Any]:
    made = dict(info)
    phone = phone_of(info)
    if phone is not None:
        made = {key: value for key, value in made.items() if key not in _PHONE_FIELDS}
        made["phone"] = f"{phone[:-_MADE_DIGITS]}{number % 10**_MADE_DIGITS:0{_MADE_DIGITS}}"
    if _has_email(info):
        made["email"] = f"{new_id}@{_DOMAIN}"
    return made


def _has_email(info: Mapping[str, Any]) -> bool:
    try:
        address_of(info)
    except InvalidInputError:
        return False
    return True
