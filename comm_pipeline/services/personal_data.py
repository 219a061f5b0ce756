"""Whose an address is: the conversations, ids and other addresses of one person."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from comm_pipeline.domain.addresses import normalise_address, normalise_email
from comm_pipeline.domain.called import Called
from comm_pipeline.domain.ids import CampaignId, ConversationId, campaign_id_for_request
from comm_pipeline.domain.personal_text import PersonalText, names_in
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.contact_details import phone_of

CONVERSATIONS: Final = "conversation_states"
CONTACTS: Final = "contacts"
REQUESTS: Final = "agent_batch_requests"
MESSAGES: Final = "outbound_messages"
REPLIES: Final = "inbound_messages"
ESCALATIONS: Final = "escalations"
REPORTS: Final = "delivery_reports"
SUPPRESSIONS: Final = "suppressions"


@dataclass(frozen=True, slots=True)
class Step:
    """What is found by the addresses of all steps before, as ids.

    ``requests`` are only those that led on: an entry of theirs holds an address that was new, or is
    that of a conversation which no address leads to.
    """

    conversations: tuple[ConversationId, ...]
    contacts: tuple[Any, ...]
    requests: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Person:
    """What leads to the documents of one person.

    ``addresses`` are all that the person's conversations and contacts know; ``conversations`` give
    campaign and recipient by conversation; ``message_ids`` are those that delivery reports may
    name. ``steps`` are documents as one led to the other, nearest first. ``doubtful`` are
    contacts with the id of a conversation, and another name.
    """

    address: str
    addresses: frozenset[str]
    conversations: Mapping[ConversationId, tuple[CampaignId, str]]
    contact_ids: frozenset[str]
    message_ids: frozenset[str]
    text: PersonalText
    steps: tuple[Step, ...]
    called: Called
    doubtful: tuple[Any, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """The phone numbers, as some store them."""
        return frozenset(int(one[1:]) for one in self.addresses if one.startswith("+"))

    def recipients_of(self, campaign_id: str) -> frozenset[str]:
        """Return the ids that the person has in a campaign."""
        whose = self.conversations.values()
        return frozenset(recipient for campaign, recipient in whose if campaign == campaign_id)

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
            yield from chain.from_iterable(
                details_of(one) for _, one in entries_of(document) if not self.is_reached_by(one)
            )
        elif self.owns(collection, document):
            return
        elif collection == CONVERSATIONS:
            yield recipient_in(document)
        elif collection == CONTACTS:
            yield from details_of(document)
        elif collection == MESSAGES:
            yield {"name": document.get("recipient_name")}

    def is_of_ours(self, report: Mapping[str, Any]) -> bool:
        """Return whether a delivery report names the key of one of the person's messages."""
        key = report.get("idempotency_key")
        return isinstance(key, str) and any(key.startswith(f"{one}:") for one in self.conversations)

    def is_reached_by(self, entry: object) -> bool:
        """Return whether contact data, of a contact or a recipient, are those of the person."""
        return is_reached_at(self.addresses, entry)

    def is_called_so(self, entry: object) -> bool:
        """Return whether a recipient's id, which the person has as a contact, means the person."""
        return is_meant_by_id(self.addresses, self.called, entry)

    def shares_with(self, entry: object) -> bool:
        """Return whether contact data, of a contact or a recipient, hold one of the addresses."""
        return shares_address(self.addresses, entry)

    def is_written_to(self, document: Mapping[str, Any]) -> bool:
        """Return whether a conversation or a message is with one of the addresses."""
        return not self.addresses.isdisjoint(known_to(document))

    def _wrote(self, reply: Mapping[str, Any]) -> bool:
        whose = (reply.get("campaign_id"), reply.get("recipient_id"))
        if whose in self.conversations.values():
            return True
        sender = reply.get("from_address")
        return isinstance(sender, str) and self.text.is_in(sender)


def known_to(conversation: Mapping[str, Any]) -> Iterable[str]:
    """Return the addresses that a conversation or a message knows, in their normal form."""
    contact = conversation.get("contact")
    known = {"address": conversation.get("address"), **(contact or {})}
    return [_form_of(one) for name in ("address", "phone", "email") if (one := known.get(name))]


def _form_of(stored: str) -> str:
    """Return the normal form of an address: others, and earlier versions, may store another."""
    try:
        return normalise_address(stored)
    except InvalidInputError:
        return stored


def recipient_in(conversation: Mapping[str, Any]) -> Any:
    """Return the recipient's data as a conversation keeps them for its texts."""
    context = conversation.get("context")
    return context.get("recipient") if isinstance(context, Mapping) else None


def is_reached_at(addresses: AbstractSet[str], entry: object) -> bool:
    """Return whether contact data are those of whoever has the addresses."""
    return shares_address(addresses, entry) and not is_somebody_else(addresses, addresses_of(entry))


def shares_address(addresses: AbstractSet[str], entry: object) -> bool:
    """Return whether contact data hold one of the addresses; a number may be stored as such.

    Such a number leads to no other: nobody knows of which country it is.
    """
    if not addresses.isdisjoint(addresses_of(entry)):
        return True
    info = entry.get("contact_info") if isinstance(entry, Mapping) else None
    phones = (info.get("phone"), info.get("phones")) if isinstance(info, Mapping) else ()
    several = chain.from_iterable(one if isinstance(one, list) else [one] for one in phones)
    return any(f"+{one}" in addresses for one in several if isinstance(one, int))


def is_meant_by_id(addresses: AbstractSet[str], called: Called, entry: object) -> bool:
    """Return whether an entry with the id of a person's contact means that person.

    An id alone does. With contact data of its own it does if these have the person's full name, or
    neither another name nor another mail address: two services may count their recipients alike.
    """
    theirs = Called.of(details_of(entry))
    if called.is_same_as(theirs):
        return True
    return not (called.differs_from(theirs) or is_somebody_else(addresses, addresses_of(entry)))


def entries_of(request: Mapping[str, Any]) -> list[tuple[int | str | None, Any]]:
    """Return the recipients of a request, each with its place among them.

    Requests that failed may hold an object instead of a list: of recipients by some key, or only
    one recipient, whose place is None.
    """
    entries = request.get("recipients")
    if isinstance(entries, list):
        return list(enumerate(entries))
    if not isinstance(entries, Mapping):
        return []
    return [(None, entries)] if "contact_info" in entries else list(entries.items())


def campaign_of_request(request: Mapping[str, Any]) -> str:
    """Return the id of the campaign that a request became, or will become."""
    known = request.get("campaign_id")
    return known if isinstance(known, str) and known else campaign_id_for_request(request["_id"])


def is_somebody_else(addresses: AbstractSet[str], theirs: AbstractSet[str]) -> bool:
    """Return whether whoever shares a phone number has a mail address of their own.

    The number of an office leads to everybody in it, who have not asked to be forgotten.
    """
    mails, their_mails = ({one for one in some if "@" in one} for some in (addresses, theirs))
    return bool(mails and their_mails) and mails.isdisjoint(their_mails)


def addresses_of(entry: object) -> set[str]:
    """Return the addresses in the contact data of a contact or a recipient."""
    info = entry.get("contact_info") if isinstance(entry, Mapping) else None
    return addresses_in_info(info) if isinstance(info, Mapping) else set()


def addresses_in_info(info: Mapping[str, Any]) -> set[str]:
    """Return the usable addresses in contact data."""
    found = set[str]()
    with suppress(InvalidInputError):
        found.add(normalise_email(info.get("email")))
    if (phone := phone_of(info)) is not None:
        found.add(phone)
    return found


def details_of(entry: object) -> tuple[Any, ...]:
    """Return where the contact data of a contact or a recipient may hold a name."""
    return (entry, entry.get("contact_info")) if isinstance(entry, Mapping) else ()
