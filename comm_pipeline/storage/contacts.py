"""``contacts``: people whom batch requests name by id only; the platform's collection."""

from collections.abc import Sequence
from typing import ClassVar

from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, possible_ids


class ContactRepository(Repository):
    """Looks contacts up; the services never change them."""

    name: ClassVar[str] = "contacts"

    async def find(self, ids: Sequence[str]) -> dict[str, Doc]:
        """Return the contacts that exist, by id; stored ids may be ObjectIds or numbers too."""
        stored = [stored for text in ids for stored in possible_ids(text)]
        cursor = self._collection.find({"_id": {"$in": stored}})
        return {str(document["_id"]): document async for document in cursor}

    async def put(self, contacts: Sequence[Doc]) -> None:
        """Store contacts as the platform does, each in place of an earlier one of its id."""
        for contact in contacts:
            await self._collection.replace_one({"_id": contact["_id"]}, contact, upsert=True)
