"""Finding everything that leads to one person, from an address on.

An address leads to conversations, contacts and entries of requests. These lead on: to their other
addresses, an entry to its conversation, a conversation to the contact of its id, a contact to the
entries that name it. An id is one person within a database, unless the names say otherwise.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from comm_pipeline.domain.addresses import normalise_address, normalise_email
from comm_pipeline.domain.batch_requests import recipient_id_of
from comm_pipeline.domain.called import Called
from comm_pipeline.domain.ids import CampaignId, ConversationId, conversation_id
from comm_pipeline.domain.personal_text import PersonalText, names_in
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.personal_data import (
    CONTACTS,
    CONVERSATIONS,
    REQUESTS,
    Person,
    Step,
    addresses_of,
    campaign_of_request,
    details_of,
    entries_of,
    is_meant_by_id,
    is_reached_at,
    is_somebody_else,
    known_to,
    recipient_in,
)
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.personal_documents import PersonalDocuments
from comm_pipeline.storage.repositories import Repositories

_BETWEEN_DIGITS: Final = r"\D{0,4}"
#: What was meant as a mail address, and is none: "ada@example,com".
_MISTYPED: Final = re.compile(r"[^\s@]+@[^\s@]+\.?[^\s@]+")


async def find_person(
    repositories: Repositories,
    documents: PersonalDocuments,
    address: str,
    stand_in: Callable[[str], str],
) -> Person:
    """Return whose an address is. Raises InvalidInputError if it is none.

    ``stand_in`` gives what would take the place of an address or a name. Contacts are all read.
    """
    search = _Search(repositories, documents, {_normalised(address)})
    steps = [await search.step()]
    while search.has_led_on:
        steps.append(await search.step())
    return await search.person(_normalised(address), tuple(steps), stand_in)


@dataclass
class _Asked:
    """What a request holds of the person: entries, and what these lead to."""

    id: Any
    entries: list[Any] = field(default_factory=list)
    conversations: set[ConversationId] = field(default_factory=set)

    @property
    def addresses(self) -> set[str]:
        return set().union(*map(addresses_of, self.entries))


@dataclass
class _Search:
    """What is known by now. Each step looks with all that the steps before have found."""

    repositories: Repositories
    documents: PersonalDocuments
    addresses: set[str]
    has_led_on: bool = False
    asked: set[ConversationId] = field(default_factory=set)
    talks: dict[ConversationId, Doc] = field(default_factory=dict)
    contacts: dict[str, Doc] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)

    async def step(self) -> Step:
        """Look once; ``has_led_on`` says whether there is more to look with now."""
        talks = [one for one in await self._conversations() if one["_id"] not in self.talks]
        contacts = [one for one in await self._contacts() if repr(one["_id"]) not in self.contacts]
        requests = await self._requests()
        found = self.asked | self.talks.keys() | {one["_id"] for one in talks}
        step = Step(
            tuple(one["_id"] for one in talks),
            tuple(one["_id"] for one in contacts),
            tuple(
                one.id
                for one in requests
                if not (one.addresses <= self.addresses and one.conversations <= found)
            ),
        )
        self.talks |= {one["_id"]: one for one in talks}
        self.contacts |= {repr(one["_id"]): one for one in contacts}
        self.entries = [entry for one in requests for entry in one.entries]
        self.asked |= set().union(*(one.conversations for one in requests))
        self.addresses |= {
            *chain.from_iterable(map(known_to, talks)),
            *chain.from_iterable(map(addresses_of, (*contacts, *self.entries))),
        }
        self.has_led_on = any((step.conversations, step.contacts, step.requests))
        return step

    async def person(
        self, main: str, steps: tuple[Step, ...], stand_in: Callable[[str], str]
    ) -> Person:
        """Return whoever was found."""
        messages = [one for key in self.talks for one in await self.documents.find_messages(key)]
        mistyped = _mistyped_in((*self.contacts.values(), *self.entries))
        names = names_in(self._details())
        wanted = dict.fromkeys((*sorted(self.addresses), *mistyped, *names))
        return Person(
            address=main,
            addresses=frozenset(self.addresses),
            conversations={
                key: (one["campaign_id"], one["user_id"]) for key, one in self.talks.items()
            },
            contact_ids=self._contact_ids(),
            message_ids=frozenset(_ids_of(messages)),
            text=PersonalText({one: stand_in(one) for one in wanted}),
            steps=steps,
            called=Called.of(self._details()),
            doubtful=tuple([one["_id"] for one in await self._namesakes()]),
        )

    async def _conversations(self) -> list[Doc]:
        by_address = await self.repositories.conversations.ids_of_addresses(sorted(self.addresses))
        found = await self.documents.find(
            CONVERSATIONS, {"_id": {"$in": sorted({*by_address, *self.asked})}}
        )
        return [
            one
            for one in found
            if one["_id"] in self.asked or not is_somebody_else(self.addresses, set(known_to(one)))
        ]

    async def _contacts(self) -> list[Doc]:
        """Return contacts at the addresses, however these are written, and those of known ids."""
        streamed = self.documents.stream(CONTACTS, lambda _: True)
        at_addresses = [one async for one in streamed if is_reached_at(self.addresses, one)]
        return at_addresses + [one for one in await self._of_known_ids() if self._is_one(one)]

    async def _of_known_ids(self) -> list[Doc]:
        ids = sorted({str(one["user_id"]) for one in self.talks.values()})
        return list((await self.repositories.contacts.find(ids)).values()) if ids else []

    async def _namesakes(self) -> list[Doc]:
        """Return contacts that have the id of a conversation, and are not taken for the person."""
        return [one for one in await self._of_known_ids() if repr(one["_id"]) not in self.contacts]

    def _is_one(self, contact: Doc) -> bool:
        """Return whether the contact of a conversation's id is whom the conversation is with.

        Only the names can say that it is not: the address may have changed.
        """
        own = [
            recipient_in(one)
            for one in self.talks.values()
            if str(one["user_id"]) == str(contact["_id"])
        ]
        return not Called.of(own).differs_from(Called.of(details_of(contact)))

    async def _requests(self) -> list[_Asked]:
        """Return the requests in which somebody has one of the addresses, or is a known contact."""
        found = []
        ids, called = self._contact_ids(), Called.of(self._details())
        numbers = self._numbers() | {int(one) for one in ids if one.isdecimal()}
        async for one in self.documents.stream(REQUESTS, self._hint(ids), numbers):
            asked = _Asked(one["_id"])
            for _, entry in entries_of(one):
                is_known = _id_in(entry) in ids and is_meant_by_id(self.addresses, called, entry)
                if is_known or is_reached_at(self.addresses, entry):
                    asked.entries.append(entry)
                    asked.conversations |= _conversation_of(one, entry)
            if asked.entries:
                found.append(asked)
        return found

    def _hint(self, ids: Iterable[str]) -> Callable[[str], bool]:
        """Return what says of a text whether a recipient in it may be the person.

        A number may be written in national form, and is looked for by its end: it may say so too
        often.
        """
        mails = PersonalText({one: one for one in self.addresses if "@" in one})
        phones = sorted(one for one in self.addresses if "@" not in one)
        parts = [_BETWEEN_DIGITS.join(one[-6:]) for one in phones]
        parts += [re.escape(one) for one in sorted(ids)]
        others = re.compile("|".join(parts)) if parts else None
        return lambda text: mails.is_in(text) or (others is not None and bool(others.search(text)))

    def _numbers(self) -> set[int]:
        return {int(one[1:]) for one in self.addresses if one.startswith("+")}

    def _contact_ids(self) -> frozenset[str]:
        return frozenset(str(one["_id"]) for one in self.contacts.values())

    def _details(self) -> list[Any]:
        known = (*self.contacts.values(), *self.entries)
        own = chain.from_iterable(map(details_of, known))
        return [*map(recipient_in, self.talks.values()), *own]


def _normalised(address: str) -> str:
    try:
        return normalise_address(address)
    except InvalidInputError as error:
        raise InvalidInputError(
            "ADDRESS: must be a mail address, or a phone number in the international form such as "
            f"+491701234567 ({str(error).removeprefix('contact_info.email: ')})"
        ) from None


def _id_in(entry: object) -> str | None:
    try:
        return recipient_id_of(entry)
    except InvalidInputError:
        return None


def _conversation_of(request: Mapping[str, Any], entry: object) -> set[ConversationId]:
    """Return the conversation with a recipient of a request, whether or not there is one yet."""
    try:
        recipient = recipient_id_of(entry)
    except InvalidInputError:
        return set()
    return {conversation_id(CampaignId(campaign_of_request(request)), recipient)}


def _mistyped_in(known: Iterable[Any]) -> Iterable[str]:
    """Yield what stands where a mail address belongs and is none: errors repeat it."""
    for one in known:
        info = one.get("contact_info") if isinstance(one, Mapping) else None
        given = info.get("email") if isinstance(info, Mapping) else None
        if not isinstance(given, str) or not _MISTYPED.fullmatch(given.strip()):
            continue
        try:
            normalise_email(given)
        except InvalidInputError:
            yield given.strip().lower()


def _ids_of(messages: Iterable[Doc]) -> Iterable[str]:
    for message in messages:
        for name in ("message_id", "provider_message_id"):
            if isinstance(message.get(name), str) and message[name]:
                yield message[name]
