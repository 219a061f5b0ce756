"""Whose an address is: the conversations, ids and other addresses of one person."""

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from comm_pipeline.domain.addresses import normalise_address, normalise_email
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.personal_text import PersonalText, names_in
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.contact_details import phone_of
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.personal_documents import PersonalDocuments
from comm_pipeline.storage.repositories import Repositories

CONVERSATIONS: Final = "conversation_states"
CONTACTS: Final = "contacts"
REQUESTS: Final = "agent_batch_requests"
MESSAGES: Final = "outbound_messages"
REPLIES: Final = "inbound_messages"
ESCALATIONS: Final = "escalations"
REPORTS: Final = "delivery_reports"
SUPPRESSIONS: Final = "suppressions"

_BETWEEN_DIGITS: Final = r"\D{0,4}"


@dataclass(frozen=True, slots=True)
class Step:
    """What is found by the addresses of all steps before, as ids.

    ``requests`` are only those that led on: an entry of theirs holds an address that was new.
    """

    conversations: tuple[ConversationId, ...]
    contacts: tuple[Any, ...]
    requests: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Person:
    """What leads to the documents of one person.

    ``addresses`` are all that the person's conversations and contacts know; ``conversations`` give
    campaign and recipient by conversation; ``message_ids`` are those that delivery reports may
    name. ``steps`` are documents as one led to the other, nearest first.
    """

    address: str
    addresses: frozenset[str]
    conversations: Mapping[ConversationId, tuple[CampaignId, str]]
    contact_ids: frozenset[str]
    message_ids: frozenset[str]
    text: PersonalText
    steps: tuple[Step, ...]

    def is_mentioned(self, text: str) -> bool:
        """Return whether a text may have to do with the person; may say so too often."""
        return (
            any(key in text for key in self.conversations)
            or self.text.is_in(text)
            or any(one in text for one in self.message_ids)
        )

    def is_named_in(self, text: str) -> bool:
        """Return whether a text names one of the person's conversations."""
        return any(re.search(re.escape(key) + r"(?![\w%.@+-])", text) for key in self.conversations)

    def owns(self, collection: str, document: Mapping[str, Any]) -> bool:
        """Return whether a document is about this person, and not only mentions them."""
        if collection == CONVERSATIONS:
            return document["_id"] in self.conversations
        if collection == CONTACTS:
            return str(document["_id"]) in self.contact_ids or self.is_reached_by(document)
        if collection == REPORTS:
            ids = (document.get(field) for field in ("message_id", "provider_message_id"))
            return any(one in self.message_ids for one in ids) or self.is_of_ours(document)
        if collection == REPLIES and self._wrote(document):
            return True
        if collection == SUPPRESSIONS:
            return _form_of(str(document["_id"])) in self.addresses
        return document.get("conversation_id") in self.conversations

    def text_in(self, collection: str, document: Mapping[str, Any]) -> PersonalText:
        """Return what of the person is looked for in a document: no name that somebody else has.

        Whoever is called the same is still greeted by name.
        """
        return self.text.without(names_in(self._others_in(collection, document)))

    def _others_in(self, collection: str, document: Mapping[str, Any]) -> Iterable[Any]:
        """Yield the contact data of other people whom a document is about."""
        if collection == REQUESTS:
            entries = document.get("recipients")
            others = entries if isinstance(entries, list) else []
            yield from chain.from_iterable(
                _details(one) for one in others if not self.is_reached_by(one)
            )
        elif self.owns(collection, document):
            return
        elif collection == CONVERSATIONS:
            yield _recipient_of(document)
        elif collection == CONTACTS:
            yield from _details(document)
        elif collection == MESSAGES:
            yield {"name": document.get("recipient_name")}

    def is_of_ours(self, report: Mapping[str, Any]) -> bool:
        """Return whether a delivery report names the key of one of the person's messages."""
        key = report.get("idempotency_key")
        return isinstance(key, str) and any(key.startswith(f"{one}:") for one in self.conversations)

    def is_reached_by(self, entry: object) -> bool:
        """Return whether contact data, of a contact or a recipient, are those of the person."""
        return self.shares_with(entry) and not _is_somebody_else(self.addresses, _of_entry(entry))

    def shares_with(self, entry: object) -> bool:
        """Return whether contact data, of a contact or a recipient, hold one of the addresses."""
        return not self.addresses.isdisjoint(_of_entry(entry))

    def is_written_to(self, document: Mapping[str, Any]) -> bool:
        """Return whether a conversation or a message is with one of the addresses."""
        return not self.addresses.isdisjoint(_known_to(document))

    def _wrote(self, reply: Mapping[str, Any]) -> bool:
        whose = (reply.get("campaign_id"), reply.get("recipient_id"))
        if whose in self.conversations.values():
            return True
        sender = reply.get("from_address")
        return isinstance(sender, str) and self.text.is_in(sender)


async def find_person(
    repositories: Repositories,
    documents: PersonalDocuments,
    address: str,
    stand_in: Callable[[str], str],
) -> Person:
    """Return whose an address is. Raises InvalidInputError if it is none.

    ``stand_in`` gives what would take the place of an address or a name. Contacts are all read.
    """
    main = _normalised(address)
    addresses, steps = {main}, list[Step]()
    found, contacts = dict[ConversationId, Doc](), dict[str, Doc]()
    while True:
        ids = sorted(await repositories.conversations.ids_of_addresses(sorted(addresses)))
        talks = [
            one
            for one in await documents.find(CONVERSATIONS, {"_id": {"$in": ids}})
            if not _is_somebody_else(addresses, set(_known_to(one)))
        ]
        reached = await _contacts(documents, addresses)
        asked_for = await _requests(documents, addresses)
        step = Step(
            tuple(one["_id"] for one in talks if one["_id"] not in found),
            tuple(one["_id"] for one in reached if repr(one["_id"]) not in contacts),
            tuple(key for key, theirs in asked_for if not theirs <= addresses),
        )
        steps.append(step)
        found |= {one["_id"]: one for one in talks}
        contacts |= {repr(one["_id"]): one for one in reached}
        known = {*addresses, *chain.from_iterable(map(_known_to, talks))}
        known |= set().union(*(_addresses_in(one["contact_info"]) for one in reached))
        known |= set().union(*(theirs for _, theirs in asked_for))
        if known == addresses:
            break
        addresses = known
    messages = [entry for one in found for entry in await documents.find_messages(one)]
    infos = (one["contact_info"] for one in contacts.values())
    details = [*map(_recipient_of, found.values()), *contacts.values(), *infos]
    return Person(
        address=main,
        addresses=frozenset(addresses),
        conversations={key: (one["campaign_id"], one["user_id"]) for key, one in found.items()},
        contact_ids=frozenset(str(one["_id"]) for one in contacts.values()),
        message_ids=frozenset(_ids_of(messages)),
        text=PersonalText({one: stand_in(one) for one in (*addresses, *names_in(details))}),
        steps=tuple(steps),
    )


def _normalised(address: str) -> str:
    try:
        return normalise_address(address)
    except InvalidInputError as error:
        raise InvalidInputError(
            "ADDRESS: must be a mail address, or a phone number in the international form such as "
            f"+491701234567 ({str(error).removeprefix('contact_info.email: ')})"
        ) from None


def _known_to(conversation: Mapping[str, Any]) -> Iterable[str]:
    contact = conversation.get("contact")
    known = {"address": conversation.get("address"), **(contact or {})}
    return [_form_of(one) for name in ("address", "phone", "email") if (one := known.get(name))]


def _form_of(stored: str) -> str:
    """Return the normal form of an address: others, and earlier versions, may store another."""
    try:
        return normalise_address(stored)
    except InvalidInputError:
        return stored


def _recipient_of(conversation: Mapping[str, Any]) -> Any:
    context = conversation.get("context")
    return context.get("recipient") if isinstance(context, Mapping) else None


async def _contacts(documents: PersonalDocuments, addresses: set[str]) -> list[Doc]:
    """Return contacts that can be reached at one of the addresses, however that is written."""
    found = []
    async for one in documents.stream(CONTACTS, lambda _: True):
        theirs = _of_entry(one)
        if not addresses.isdisjoint(theirs) and not _is_somebody_else(addresses, theirs):
            found.append(one)
    return found


async def _requests(
    documents: PersonalDocuments, addresses: AbstractSet[str]
) -> list[tuple[Any, set[str]]]:
    """Return requests in which somebody has one of the addresses, with all that they have there."""
    found = []
    async for one in documents.stream(REQUESTS, _hints_at(addresses)):
        entries = one.get("recipients")
        theirs = set[str]()
        for entry in entries if isinstance(entries, list) else ():
            known = _of_entry(entry)
            if not addresses.isdisjoint(known) and not _is_somebody_else(addresses, known):
                theirs |= known
        if theirs:
            found.append((one["_id"], theirs))
    return found


def _hints_at(addresses: AbstractSet[str]) -> Callable[[str], bool]:
    """Return what says of a text whether contact data in it may hold one of the addresses.

    A number may be written in national form, and is looked for by its end: it may say so too often.
    """
    mails = PersonalText({one: one for one in addresses if "@" in one})
    ends = [_BETWEEN_DIGITS.join(one[-6:]) for one in sorted(addresses) if "@" not in one]
    numbers = re.compile("|".join(ends)) if ends else None
    return lambda text: mails.is_in(text) or (numbers is not None and bool(numbers.search(text)))


def _is_somebody_else(addresses: AbstractSet[str], theirs: AbstractSet[str]) -> bool:
    """Return whether whoever shares a phone number has a mail address of their own.

    The number of an office leads to everybody in it, who have not asked to be forgotten.
    """
    mails, their_mails = ({one for one in some if "@" in one} for some in (addresses, theirs))
    return bool(mails and their_mails) and mails.isdisjoint(their_mails)


def _of_entry(entry: object) -> set[str]:
    """Return the addresses in the contact data of a contact or a recipient."""
    info = entry.get("contact_info") if isinstance(entry, Mapping) else None
    return _addresses_in(info) if isinstance(info, Mapping) else set()


def _addresses_in(info: Mapping[str, Any]) -> set[str]:
    found = set[str]()
    with suppress(InvalidInputError):
        found.add(normalise_email(info.get("email")))
    if (phone := phone_of(info)) is not None:
        found.add(phone)
    return found


def _details(entry: object) -> tuple[Any, ...]:
    """Return where the contact data of a contact or a recipient may hold a name."""
    return (entry, entry.get("contact_info")) if isinstance(entry, Mapping) else ()


def _ids_of(messages: Iterable[Doc]) -> Iterable[str]:
    for message in messages:
        for field in ("message_id", "provider_message_id"):
            if isinstance(message.get(field), str) and message[field]:
                yield message[field]
