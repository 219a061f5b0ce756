"""Documents that hold something of one person, in every collection of the database.

Looking for a text in every document reads the whole database once. That is for the rare question
of a person about themselves; no pass does so.
"""

import struct
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from bson import CodecOptions, decode
from bson.raw_bson import RawBSONDocument
from pymongo.errors import DuplicateKeyError, OperationFailure

from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.storage.connection import Database, Doc

_RAW: Final = CodecOptions(document_class=RawBSONDocument)
_AT_ONCE: Final = 1_000
_UNAUTHORIZED: Final = 13


class PersonalDocuments:
    """Finds, changes and deletes documents by what they say, whichever collection they are in."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def collections(self) -> list[str]:
        """Return the names of all collections of the database, those of the server left out."""
        names = await self._db.list_collection_names(filter={"type": "collection"})
        return sorted(name for name in names if not name.startswith("system."))

    async def stream(
        self, collection: str, is_wanted: Callable[[str], bool], numbers: Collection[int] = ()
    ) -> AsyncIterator[Doc]:
        """Yield the documents whose text is wanted: all keys and strings of it, one after another.

        Those that may hold one of ``numbers`` as a number are wanted, too. What is not wanted is
        not decoded, which would take most of the time.
        """
        stored = _as_stored(numbers)
        found = self._db[collection].with_options(codec_options=_RAW).find({})
        async with found.batch_size(_AT_ONCE) as documents:
            async for document in documents:
                raw = bytes(document.raw)
                if any(one in raw for one in stored) or is_wanted(raw.decode("utf-8", "replace")):
                    yield decode(document.raw, self._db.codec_options)

    async def find(self, collection: str, query: Mapping[str, Any]) -> list[Doc]:
        """Return whole documents."""
        return await self._db[collection].find(query).to_list()

    async def find_messages(self, conversation_id: ConversationId) -> list[Doc]:
        """Return the ledger entries of a conversation, whose keys begin with its id."""
        own = {"_id": {"$gt": f"{conversation_id}:", "$lt": f"{conversation_id};"}}
        return await self._db["outbound_messages"].find(own).to_list()

    async def write(
        self, collection: str, before: Doc, after: Doc, guard: Sequence[str] = ()
    ) -> bool:
        """Change a document from what was read; False if a field of ``guard`` is another by now.

        Only fields that differ are written. One with another ``_id`` takes the old one's place:
        first the new one is there, then the old one is gone.
        """
        documents = self._db[collection]
        if after["_id"] != before["_id"]:
            with suppress(DuplicateKeyError):  # by a process that died before the old one was gone
                await documents.insert_one(after)
            await documents.delete_one({"_id": before["_id"]})
            return True
        query = {"_id": before["_id"]} | {field: {"$eq": before.get(field)} for field in guard}
        if any(not _is_plain(key) for key in (*before, *after)):
            return (await documents.replace_one(query, after)).matched_count == 1
        changed = {key: value for key, value in after.items() if before.get(key, _NONE) != value}
        gone = dict.fromkeys(before.keys() - after.keys(), "")
        update = {"$set": changed, "$unset": gone}
        if not changed and not gone:
            return True
        update = {name: fields for name, fields in update.items() if fields}
        return (await documents.update_one(query, update)).matched_count == 1

    async def replace_item(
        self, collection: str, key: Any, field: str, position: int, before: Any, after: Any
    ) -> bool:
        """Change one item of an array; False if there is another by now."""
        place = f"{field}.{position}"
        result = await self._db[collection].update_one(
            {"_id": key, place: {"$eq": before}}, {"$set": {place: after}}
        )
        return result.matched_count == 1

    async def delete(self, collection: str, key: Any) -> None:
        """Delete a document."""
        await self._db[collection].delete_one({"_id": key})


@contextmanager
def noting_missing_rights(collection: str, notes: list[str]) -> Iterator[None]:
    """Note, once, that the database's user may not do something in a collection, and go on.

    The server's own words are left out: they repeat the command with what it would write.
    """
    try:
        yield
    except OperationFailure as error:
        if error.code != _UNAUTHORIZED:
            raise
        note = f"{collection}: the user of MONGODB_URI lacks a right there; erase it as another"
        if note not in notes:
            notes.append(note)


def _as_stored(numbers: Collection[int]) -> list[bytes]:
    """Return the bytes of numbers in each of the kinds of number that BSON has for them."""
    kinds = [("<q", 2**63), ("<d", 2**53), ("<i", 2**31)]
    return [struct.pack(kind, one) for one in numbers for kind, end in kinds if 0 <= one < end]


_NONE: Final = object()


def _is_plain(key: str) -> bool:
    """Return whether MongoDB can set a field of that name alone."""
    return bool(key) and not key.startswith("$") and "." not in key
