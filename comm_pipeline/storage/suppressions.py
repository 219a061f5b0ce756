"""``suppressions``: addresses that are never written to, with kind, reason and source.

Those whose people may have said stop stand here, too, with the conversations that gave rise to the
doubt (``doubted_in``); what goes there waits.

Of an address that was forgotten only its pseudonym is kept. Whoever asks for an address is told of
both.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.addresses import forms_of
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.pseudonyms import PREFIX, Pseudonyms
from comm_pipeline.domain.suppressions import Suppression, SuppressionKind
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.repository import Repository

_OPT_OUT = SuppressionKind.OPT_OUT
_DOUBTFUL: Final[Doc] = {"kind": SuppressionKind.POSSIBLE_OPT_OUT.value}
#: The kinds that a kind takes the place of: what a person says outdoes a bounce, both a doubt.
_OUTDONE: Final = {
    kind: [SuppressionKind.POSSIBLE_OPT_OUT.value]
    + ([] if kind is SuppressionKind.BOUNCE else [SuppressionKind.BOUNCE.value])
    for kind in SuppressionKind
    if kind.is_final
}
#: The reason of every entry of a forgotten address: its own could tell who it was.
_FORGOTTEN = "the person behind it was forgotten"


class SuppressionRepository(Repository):
    """The suppression list; its ``_id`` is the address in its one normal form, or a pseudonym."""

    name: ClassVar[str] = "suppressions"
    indexes: ClassVar[Sequence[IndexModel]] = (
        IndexModel([("doubted_in", 1)], name="doubted_in", sparse=True),
    )

    def __init__(self, database: Database, pseudonyms: Pseudonyms | None = None) -> None:
        super().__init__(database)
        self._pseudonyms = pseudonyms

    async def initialize(self) -> None:
        """Check that forgotten addresses will be recognised.

        Raises EnvironmentFailure if the key is missing that their pseudonyms were made with.
        """
        await super().initialize()
        known = None if self._pseudonyms is None else self._pseudonyms.key_id
        forgotten = {"_id": {"$gte": PREFIX, "$lt": PREFIX + "~"}, "key_id": {"$ne": known}}
        if await self._collection.find_one(forgotten, {"_id": 1}) is not None:
            raise EnvironmentFailure(
                "FORGET_KEY: addresses were forgotten under another key, so that they would be "
                "written to again; set it to the key that was in force then"
            )

    async def add(
        self,
        address: str,
        reason: str,
        source: str,
        now: datetime,
        kind: SuppressionKind = _OPT_OUT,
    ) -> None:
        """Suppress an address for good; the first reason stays, unless the kind outdoes its kind.

        What a person says outdoes a bounce, and anything a doubt. One that was forgotten is
        suppressed already, and stays forgotten.
        """
        if await self.are_forgotten([address]):
            return
        said = {"kind": kind.value, "reason": reason, "source": source}
        await self._collection.update_one(
            {"_id": address}, {"$setOnInsert": said | {"created_at": now}}, upsert=True
        )
        await self._collection.update_one(
            {"_id": address, "kind": {"$in": _OUTDONE[kind]}},
            {"$set": said, "$unset": {"doubted_in": ""}},
        )

    async def doubt(
        self, address: str, conversation_id: ConversationId, reason: str, source: str, now: datetime
    ) -> None:
        """Let messages to an address wait because of what came in a conversation.

        Doing it again changes nothing, nor does it to an address that is suppressed for good.
        """
        if await self.are_forgotten([address]):
            return
        entry, doubt = {"_id": address} | _DOUBTFUL, {"$addToSet": {"doubted_in": conversation_id}}
        said = {"$setOnInsert": {"reason": reason, "source": source, "created_at": now}}
        try:
            await self._collection.update_one(entry, said | doubt, upsert=True)
        except DuplicateKeyError:  # it is suppressed, or somebody has just begun to doubt as well
            await self._collection.update_one(entry, doubt)

    async def find_doubted(self, conversation_id: ConversationId) -> list[str]:
        """Return the addresses to which messages wait because of what came in a conversation."""
        found = self._collection.find({"doubted_in": conversation_id}, {"_id": 1})
        return sorted([document["_id"] async for document in found])

    async def end_doubt(self, conversation_id: ConversationId) -> None:
        """Say that what came in a conversation was no opt-out; other doubts stay."""
        await self._collection.delete_many({"doubted_in": [conversation_id]} | _DOUBTFUL)
        await self._collection.update_many(
            {"doubted_in": conversation_id}, {"$pull": {"doubted_in": conversation_id}}
        )

    async def find(self, addresses: Sequence[str]) -> dict[str, Suppression]:
        """Return those of the addresses that are suppressed, each with kind and reason."""
        ids = {address: self._ids_of(address) for address in addresses}
        wanted = {"_id": {"$in": sorted({one for some in ids.values() for one in some})}}
        cursor = self._collection.find(wanted, {"kind": 1, "reason": 1})
        found = {document["_id"]: Suppression.of(document) async for document in cursor}
        known = {
            address: [found[one] for one in some if one in found] for address, some in ids.items()
        }
        # An address may stand there in two forms: what stops for good goes before a doubt.
        return {
            address: next((one for one in some if one.kind.is_final), some[0])
            for address, some in known.items()
            if some
        }

    async def are_forgotten(self, addresses: Sequence[str]) -> bool:
        """Return whether one of the addresses is that of somebody who was forgotten."""
        if self._pseudonyms is None:
            return False
        theirs = {self._pseudonyms.of(one) for some in addresses for one in forms_of(some)}
        forgotten = {"_id": {"$in": sorted(theirs)}}
        return bool(theirs) and await self._collection.find_one(forgotten, {"_id": 1}) is not None

    async def forget(self, address: str, pseudonyms: Pseudonyms, now: datetime) -> None:
        """Keep of an address that it is suppressed, and not which address it is."""
        await self._collection.update_one(
            {"_id": pseudonyms.of(address)},
            {
                "$setOnInsert": {
                    "kind": _OPT_OUT.value,
                    "reason": _FORGOTTEN,
                    "source": "forget",
                    "key_id": pseudonyms.key_id,
                    "created_at": now,
                }
            },
            upsert=True,
        )
        await self._collection.delete_many({"_id": {"$in": forms_of(address)}})

    def _ids_of(self, address: str) -> list[str]:
        """Return the ids under which an address may be suppressed, the likeliest first."""
        forms = forms_of(address)
        if self._pseudonyms is None:
            return [*forms]
        return [*forms, *map(self._pseudonyms.of, forms)]
