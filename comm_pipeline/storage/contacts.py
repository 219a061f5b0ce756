"""``contacts``: people whom batch requests name by id only; the platform's collection."""

from collections.abc import Sequence
from typing import ClassVar

from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, possible_ids


class ContactRepository(Repository):
    """Looks contacts up; never changes them."""

    name: ClassVar[str] = "contacts"

    async def find(self, ids: Sequence[str]) -> dict[str, Doc]:
        """Return the contacts that exist, by id; stored ids may be ObjectIds or numbers too."""
        stored = [stored for text in ids for stored in possible_ids(text)]
        cursor = self._collection.find({"_id": {"$in": stored}})
        return {str(document["_id"]): document async for document in cursor}
