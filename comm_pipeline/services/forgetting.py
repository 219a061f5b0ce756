"""Forgetting a person: erased everywhere, but counts stay right and nobody writes to them again.

The order lets a process die anywhere, and whoever forgets again find what is left. The suppression
comes first, as a keyed hash, and open conversations end: from then on nothing leaves. What leads to
the rest, conversations and contacts, is erased last, and what led to others after these.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final

from comm_pipeline.domain.erasure import (
    erased_conversation,
    erased_escalation,
    erased_findings,
    erased_message,
    erased_recipient,
    erased_reply,
    erased_report,
)
from comm_pipeline.domain.ids import (
    CampaignId,
    ConversationId,
    MessageKey,
    campaign_id_for_request,
    rfc_message_id,
)
from comm_pipeline.domain.personal_text import ERASED
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.domain.statuses import BatchRequestStatus, CampaignStatus, Outcome
from comm_pipeline.services.address_stops import AddressStop, stop_conversations
from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.exporting import mentioned_in, recipients_of
from comm_pipeline.services.leases import HoldRules, hold_campaign
from comm_pipeline.services.person_search import find_person
from comm_pipeline.services.personal_data import (
    CONTACTS,
    CONVERSATIONS,
    ESCALATIONS,
    MESSAGES,
    REPLIES,
    REPORTS,
    REQUESTS,
    Person,
    Step,
)
from comm_pipeline.services.reply_matching import address_or_none
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.personal_documents import PersonalDocuments, noting_missing_rights
from comm_pipeline.storage.repositories import Repositories

_LOOK_AGAIN: Final = 0.2
_ATTEMPTS: Final = 5
_STOP: Final = AddressStop(Outcome.OPTED_OUT, "forgotten", "the person was forgotten", "forget")
_Erase = Callable[[Mapping[str, Any], Callable[[str], str], datetime], Doc]
#: What is erased of documents about one person that no campaign has to be held for.
_APART: Final[Mapping[str, _Erase]] = {
    REPLIES: erased_reply,
    REPORTS: erased_report,
    ESCALATIONS: erased_escalation,
}
#: What authors write, and campaigns are pinned to by its digest: left as it is, and told.
_TEMPLATES: Final = frozenset({"template", "template_document"})
_TEMPLATE_COLLECTION: Final = "campaign_templates"
_ALERTS: Final = "operator_alerts"
_CAMPAIGNS: Final = "campaigns"
_LEASES: Final = "work_leases"
#: In these statuses a request or a campaign is never taken up again, so that its id may change.
_DONE: Final[Mapping[str, frozenset[str]]] = {
    REQUESTS: frozenset({BatchRequestStatus.COMPLETED, BatchRequestStatus.FAILED}),
    _CAMPAIGNS: frozenset(
        {CampaignStatus.COMPLETED, CampaignStatus.CANCELLED, CampaignStatus.FAILED}
    ),
}


@dataclass(frozen=True, slots=True)
class ForgetRules:
    """How campaigns are held meanwhile: by whom, and how long to wait for one that is busy."""

    owner: str
    hold_rules: HoldRules
    patience: timedelta


@dataclass
class Forgotten:
    """What was erased, in documents by collection; ``left`` are places that still say something."""

    addresses: int = 0
    open_conversations: int = 0
    erased: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Forgets people, each by an address."""

    database: Database
    repositories: Repositories
    pseudonyms: Pseudonyms
    rules: ForgetRules
    clock: Clock

    async def plan(self, address: str) -> Forgotten:
        """Return what would be erased; nothing is written. Raises InvalidInputError."""
        documents = PersonalDocuments(self.database)
        person = await self._person(documents, address)
        plan = await self._begun(person)
        for name in await documents.collections():
            async for document in _concerned(documents, person, name):
                plan.erased[name] += self._concerns(person, name, document)
        return plan

    async def forget(self, address: str) -> Forgotten:
        """Erase what is held about an address; doing it again changes nothing.

        A right that is missing in a collection is told in ``left``, and the rest is erased.
        Raises InvalidInputError if it is no address, CampaignBusyError if a campaign does not
        become free in time: what was erased by then stays erased.
        """
        documents = PersonalDocuments(self.database)
        person = await self._person(documents, address)
        report = await self._begun(person)
        for one in sorted(person.addresses):
            await self.repositories.suppressions.forget(one, self.pseudonyms, self.clock())
        await stop_conversations(
            self.repositories, sorted(person.conversations), _STOP, self.clock()
        )
        for name in await documents.collections():
            if name != _LEASES:
                await self._erase_collection(documents, person, name, report)
        for step in reversed(person.steps):  # what leads to others goes after them
            await self._erase_step(documents, person, step, report)
        # Steps hold campaigns by the ids that these had before.
        await self._erase_collection(documents, person, _LEASES, report)
        await self._look_for_more(documents, person, report)
        return report

    async def _erase_step(
        self, documents: PersonalDocuments, person: Person, step: Step, report: Forgotten
    ) -> None:
        campaigns: dict[CampaignId, list[ConversationId]] = {}
        for key in step.conversations:
            campaigns.setdefault(person.conversations[key][0], []).append(key)
        for campaign_id, keys in campaigns.items():
            async with self._held(campaign_id):
                await stop_conversations(self.repositories, keys, _STOP, self.clock())
                for key in keys:
                    with noting_missing_rights(f"{MESSAGES} or {CONVERSATIONS}", report.left):
                        await self._erase_conversation(documents, person, key, report)
        for request_id in step.requests:
            for request in await documents.find(REQUESTS, {"_id": request_id}):
                with noting_missing_rights(REQUESTS, report.left):
                    is_erased = await self._erase_request(documents, person, request)
                    report.erased[REQUESTS] += is_erased
        for contact_id in step.contacts:
            with noting_missing_rights(CONTACTS, report.left):
                await documents.delete(CONTACTS, contact_id)
                report.erased[CONTACTS] += 1

    async def _person(self, documents: PersonalDocuments, address: str) -> Person:
        person = await find_person(self.repositories, documents, address, self.pseudonyms.of)
        kept = await _ids_of_what_runs(documents, person)
        return replace(person, text=replace(person.text, kept=kept))

    async def _begun(self, person: Person) -> Forgotten:
        loaded = await self.repositories.conversations.load(list(person.conversations))
        is_open = sum(one.outcome is None for one in loaded.values())
        return Forgotten(addresses=len(person.addresses), open_conversations=is_open)

    def _concerns(self, person: Person, name: str, document: Doc) -> bool:
        is_asked_for = name == REQUESTS and bool(recipients_of(person, document))
        is_found_wrong = name == _CAMPAIGNS and _without_findings(person, document) != document
        return (
            is_asked_for
            or is_found_wrong
            or person.owns(name, document)
            or any(mentioned_in(person, name, document))
        )

    async def _erase_collection(
        self, documents: PersonalDocuments, person: Person, name: str, report: Forgotten
    ) -> None:
        with noting_missing_rights(name, report.left):
            async for document in _concerned(documents, person, name):
                with noting_missing_rights(name, report.left):
                    report.erased[name] += await self._erase_document(
                        documents, person, name, document
                    )

    async def _erase_document(
        self, documents: PersonalDocuments, person: Person, name: str, document: Doc
    ) -> bool:
        """Return whether a document said anything of the person."""
        if name in {CONTACTS, CONVERSATIONS, MESSAGES} and person.owns(name, document):
            return False  # later, when its campaign is held, and nothing else needs it
        if name in {CONVERSATIONS, MESSAGES} and person.is_written_to(document):
            return False  # came in meanwhile: whole until it ends and is erased; or somebody else's
        if name == CONTACTS and person.shares_with(document):
            return False  # of somebody else, who has the same number
        if name == CONVERSATIONS:
            return await self._change_conversation(documents, person, document["_id"], _as_it_is)
        if name == REQUESTS:
            leads_on = any(document["_id"] in step.requests for step in person.steps)
            return not leads_on and await self._erase_request(documents, person, document)
        after = self._erased(person, name, document)
        return after != document and await documents.write(name, document, after)

    async def _erase_request(
        self, documents: PersonalDocuments, person: Person, request: Doc
    ) -> bool:
        is_asked_for = await self._erase_recipients(documents, person, request)
        if is_asked_for:
            (request,) = await documents.find(REQUESTS, {"_id": request["_id"]})
        after = self._erased(person, REQUESTS, request)
        is_changed = after != request and await documents.write(REQUESTS, request, after)
        return is_asked_for or is_changed

    def _erased(self, person: Person, name: str, document: Doc) -> Doc:
        """Return a document of a collection without what it says of the person."""
        erase = _APART.get(name)
        after = document
        if erase is not None and person.owns(name, document):
            after = erase(document, self._address, self.clock())
        elif name == _ALERTS and person.is_named_in(f"{document['_id']} {document.get('message')}"):
            after = {**document, "message": ERASED}
        elif name == _CAMPAIGNS:
            after = _without_findings(person, document)
        return self._without_addresses(person, name, after)

    def _without_addresses(self, person: Person, name: str, document: Doc) -> Doc:
        if name == _TEMPLATE_COLLECTION:
            return document
        stays = _TEMPLATES | _ids_that_stay(person, name, document)
        authored = {key: document[key] for key in stays & document.keys()}
        others = {key: value for key, value in document.items() if key not in authored}
        text = person.text_in(name, document)
        if not text.is_anywhere_in(others):
            return document
        cleaned: Doc = text.taken_out_of(others)
        if cleaned.get("_id", document["_id"]) != document["_id"]:
            cleaned |= _unique_again(name, cleaned)
        return cleaned | authored

    async def _erase_recipients(
        self, documents: PersonalDocuments, person: Person, request: Doc
    ) -> bool:
        """Take the person out of a request's recipients; how many these are stays."""
        is_changed = False
        for place, entry in recipients_of(person, request):
            recipient = str(entry.get("id") if isinstance(entry, Mapping) else entry)
            erased = erased_recipient(entry, person.text.taken_out(recipient))
            if erased != entry:  # an id alone says nothing, once the contact is gone
                is_changed |= await _replace_recipient(documents, request, place, entry, erased)
        return is_changed

    async def _erase_conversation(
        self,
        documents: PersonalDocuments,
        person: Person,
        key: ConversationId,
        report: Forgotten,
    ) -> None:
        for message in await documents.find_messages(key):
            after = self._without_addresses(
                person, MESSAGES, erased_message(message, self._address, self.clock())
            )
            await documents.write(MESSAGES, message, after)
            report.erased[MESSAGES] += 1
        if await self._change_conversation(documents, person, key, erased_conversation):
            report.erased[CONVERSATIONS] += 1

    async def _change_conversation(
        self, documents: PersonalDocuments, person: Person, key: ConversationId, erase: _Erase
    ) -> bool:
        """Change a conversation as a commit of its own; False if nothing of it is to be changed."""
        for _ in range(_ATTEMPTS):
            found = await documents.find(CONVERSATIONS, {"_id": key})
            if not found:
                return False
            erased = erase(found[0], self._address, self.clock())
            after = self._without_addresses(person, CONVERSATIONS, erased)
            if after == found[0]:
                return False
            after = {**after, "version": int(after.get("version") or 0) + 1}
            if await documents.write(CONVERSATIONS, found[0], after, guard=("version",)):
                return True
        return False

    async def _look_for_more(
        self, documents: PersonalDocuments, person: Person, report: Forgotten
    ) -> None:
        """Name every place that still holds an address or a full name, or may be the person's."""
        report.left += [
            f"{CONTACTS}, _id {person.text.taken_out(str(one))}: has the id of the person's "
            "conversation and another name; if it is the same person, forget its address too"
            for one in person.doubtful
        ]
        for name in await documents.collections():
            with noting_missing_rights(name, report.left):
                async for document in documents.stream(name, person.text.is_in, person.numbers):
                    report.left += [
                        f"{name}, _id {person.text.taken_out(str(document['_id']))}: {one}"
                        for one in mentioned_in(person, name, document)
                    ]

    def _address(self, address: str) -> str:
        """Return the pseudonym of an address as it was written, perhaps after a name."""
        return self.pseudonyms.of(address_or_none(parseaddr(address)[1]) or address)

    @asynccontextmanager
    async def _held(self, campaign_id: CampaignId) -> AsyncIterator[None]:
        """Hold a campaign, so that no pass offers or settles anything of it meanwhile."""
        rules, loop = self.rules, asyncio.get_running_loop()
        give_up_at = loop.time() + rules.patience.total_seconds()
        leases = self.repositories.leases
        while True:
            held = hold_campaign(leases, campaign_id, rules.owner, rules.hold_rules, StopRequest())
            async with held as hold:
                if hold is not None:
                    yield
                    return
            if loop.time() >= give_up_at:
                raise CampaignBusyError(
                    f"campaign {campaign_id} is being worked on; forget again, or pause it first "
                    f"(comm-pipeline pause {campaign_id})"
                )
            await asyncio.sleep(_LOOK_AGAIN)


def _as_it_is(document: Mapping[str, Any], pseudonym: Callable[[str], str], now: datetime) -> Doc:
    """Erase nothing: it is somebody else's, and only mentions the person."""
    del pseudonym, now
    return dict(document)


async def _replace_recipient(
    documents: PersonalDocuments, request: Doc, place: int | str | None, entry: Any, erased: Doc
) -> bool:
    """Replace a recipient of a request; False if there is another by now."""
    if isinstance(place, int):
        return await documents.replace_item(
            REQUESTS, request["_id"], "recipients", place, entry, erased
        )
    before = dict(request)  # such a request fails: nothing else needs it
    request["recipients"] = erased if place is None else request["recipients"] | {place: erased}
    return await documents.write(REQUESTS, before, request, guard=("recipients",))


async def _ids_of_what_runs(documents: PersonalDocuments, person: Person) -> frozenset[str]:
    """Return ids of campaigns that name the person and are not over, or begin yet.

    Under other ids there would be a second campaign, and everybody would be written to twice.
    """
    found = set[str]()
    async for one in documents.stream(REQUESTS, person.text.is_in):
        if one.get("status") not in _DONE[REQUESTS]:
            found.add(campaign_id_for_request(one["_id"]))
    async for one in documents.stream(_CAMPAIGNS, person.text.is_in):
        if one.get("status") not in _DONE[_CAMPAIGNS]:
            found.add(one["_id"])
    return frozenset(found)


def _ids_that_stay(person: Person, collection: str, document: Doc) -> frozenset[str]:
    """Return the fields of a request or a campaign that lead to what still runs."""
    if collection not in _DONE:
        return frozenset()
    key = document["_id"]
    campaign_id = key if collection == _CAMPAIGNS else campaign_id_for_request(key)
    is_done = document.get("status") in _DONE[collection]
    is_running = not is_done or campaign_id in person.text.kept
    return frozenset({"_id", "batch_request_id"}) if is_running else frozenset()


def _concerned(documents: PersonalDocuments, person: Person, collection: str) -> AsyncIterator[Doc]:
    """Return the documents of a collection that have to be looked at."""
    # Numbers may be written in national form there, and findings name people by their ids.
    everything = collection in {REQUESTS, CONTACTS, _CAMPAIGNS}
    is_wanted = (lambda _: True) if everything else person.is_mentioned
    return documents.stream(collection, is_wanted, person.numbers)


def _without_findings(person: Person, campaign: Doc) -> Doc:
    """Return a campaign without what was found wrong with the person's entry in the request."""
    return erased_findings(campaign, person.recipients_of(campaign["_id"]))


def _unique_again(collection: str, document: Doc) -> Doc:
    """Return fields of a document with another ``_id`` that may not be those of the old one."""
    if collection == MESSAGES:
        domain = str(document.get("message_id")).rstrip(">").rpartition("@")[2]
        return {"message_id": rfc_message_id(MessageKey(document["_id"]), domain)}
    return {"provider_id": None} if collection == REPLIES else {}
