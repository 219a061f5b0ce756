"""The entries of a request's ``recipients``: whether each is somebody who can be written to."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from bson import encode
from bson.errors import BSONError

from comm_pipeline.domain.addresses import known_addresses
from comm_pipeline.domain.batch_requests import recipient_id_of
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.ids import RecipientId
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.checking.people import Person, read_person
from comm_pipeline.services.checking.refusals import read_problem, refused
from comm_pipeline.services.contact_details import phone_of

#: The data of one recipient lie in the conversation, beside all that is said in it.
_MOST_BYTES: Final = 250_000


class RecipientCheck:
    """Reads one entry after the other; keeps ids and addresses only, to find doubled ones.

    ``knows_contacts`` says whether there is anything to look ids up in, ``finds_doubled_ids``
    whether nobody else makes sure that no id stands twice; ``channels`` are those of the template.
    """

    def __init__(
        self, *, knows_contacts: bool, finds_doubled_ids: bool, channels: Sequence[str]
    ) -> None:
        self._knows_contacts = knows_contacts
        self._finds_doubled_ids = finds_doubled_ids
        self._channels = channels
        self._positions: dict[str, int] = {}
        #: Owners by digest of their address, which takes half the memory.
        self._addresses: dict[bytes, RecipientId] = {}
        #: Bytes that the entries take in a document.
        self.size = 0

    def read(
        self, position: int, entry: object, contact: Mapping[str, Any] | None, found: list[Finding]
    ) -> Person | None:
        """Return the person of an entry, None if there is none; findings go into ``found``."""
        place, recipient_id = f"recipients.{position}", None
        try:
            recipient_id = recipient_id_of(entry)
            self._measure(entry)
        except InvalidInputError as refusal:
            found += refused("unusable_recipient", refusal, place, recipient_id)
            return None
        if self._finds_doubled_ids:
            found += self._find_doubled(recipient_id, position)
        person = self._person(place, entry, recipient_id, contact, found)
        if person is not None:
            found += self._find_in_address(person)
        return person

    def finish(self) -> None:
        """Forget everybody, because all have been read."""
        self._positions.clear()
        self._addresses.clear()

    def _person(
        self,
        place: str,
        entry: object,
        recipient_id: RecipientId,
        contact: Mapping[str, Any] | None,
        found: list[Finding],
    ) -> Person | None:
        if not isinstance(entry, Mapping) and contact is None:
            found.append(self._unknown(place, recipient_id))
            return None
        try:
            if isinstance(entry, Mapping):
                return read_person(place, entry)
            place = f"contacts.{recipient_id}"
            return read_person(place, {**(contact or {}), "id": recipient_id})
        except InvalidInputError as refusal:
            found += refused("unusable_recipient", refusal, place, recipient_id)
        except RecursionError:
            found.append(_too_deep(place, recipient_id))
        return None

    def _unknown(self, place: str, recipient_id: RecipientId) -> Finding:
        if self._knows_contacts:
            return error(
                "unknown_contact",
                place,
                f"there is no contact {recipient_id!r}",
                "store it in contacts, or give contact_info in the request",
                recipient=recipient_id,
            )
        return warning(
            "contact_not_checked",
            place,
            "is an id only, and there are no contacts to look it up in",
            "give --contacts FILE, or let the database be reached",
            recipient=recipient_id,
        )

    def _find_doubled(self, recipient_id: RecipientId, position: int) -> Iterator[Finding]:
        first = self._positions.setdefault(recipient_id, position)
        if first != position:
            yield error(
                "doubled_recipient",
                f"recipients.{position}.id",
                f"is the same id as that of recipients.{first}",
                "remove one of them, or give it an id of its own",
                recipient=recipient_id,
            )

    def _find_in_address(self, person: Person) -> Iterator[Finding]:
        try:
            info = person.recipient.contact_info
            address = known_addresses(info, phone_of(info), self._channels).main
        except InvalidInputError as refusal:
            field, message, _ = read_problem(str(refusal))
            fix = "correct the address, or leave this person out"
            yield person.error("unusable_address", field, message, fix)
            return
        owner = self._addresses.setdefault(_digest(address), person.id)
        if owner != person.id:
            yield person.error(
                "doubled_address",
                f"contact_info.{'email' if '@' in address else 'phone'}",
                f"{owner} has the same address, and only the first is written to",
                "remove one of them, or correct the address",
            )

    def _measure(self, entry: object) -> None:
        """Count what an entry takes. Raises InvalidInputError if MongoDB could not store it."""
        document = entry if isinstance(entry, Mapping) else {"": entry}
        try:
            size = len(encode(document))
        except (BSONError, OverflowError, ValueError, RecursionError) as reason:
            raise InvalidInputError(f"cannot be stored by MongoDB: {reason!s:.200}") from None
        if size > _MOST_BYTES:
            raise InvalidInputError(f"has {size:,} bytes of data; up to {_MOST_BYTES:,} may be")
        self.size += size


def _digest(address: str) -> bytes:
    return blake2b(address.encode(errors="surrogatepass"), digest_size=12).digest()


def _too_deep(place: str, recipient_id: RecipientId) -> Finding:
    return error(
        "unusable_recipient",
        place,
        "is nested too deeply",
        "give fewer levels of data",
        recipient=recipient_id,
    )
