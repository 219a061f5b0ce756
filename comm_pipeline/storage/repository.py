"""What all repositories share: a collection, and the indexes that it needs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel
from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from comm_pipeline.storage.connection import Collection, Database

DUPLICATE_KEY = 11000


class Repository:
    """One collection. ``name`` is the collection's; ``indexes`` are made by ``initialize``."""

    name: ClassVar[str]
    indexes: ClassVar[Sequence[IndexModel]] = ()

    def __init__(self, database: Database) -> None:
        self._db = database
        self._collection: Collection = database[self.name]

    async def initialize(self) -> None:
        """Create the indexes that are missing."""
        if self.indexes:
            await self._collection.create_indexes(list(self.indexes))

    async def missing_indexes(self) -> list[str]:
        """Return the names of indexes that ``initialize`` would create."""
        existing = await self._collection.index_information()
        wanted = [str(index.document["name"]) for index in self.indexes]
        return [name for name in wanted if name not in existing]


def to_document(model: BaseModel) -> dict[str, Any]:
    """Return a model as the document that is stored."""
    return model.model_dump(by_alias=True)


def duplicates_in(error: BulkWriteError) -> list[Mapping[str, Any]]:
    """Return the duplicate-key errors of a bulk write. Raises it again if it has any other."""
    errors: Iterable[Mapping[str, Any]] = error.details.get("writeErrors", [])
    duplicates = [failure for failure in errors if failure.get("code") == DUPLICATE_KEY]
    if len(duplicates) != len(list(error.details.get("writeErrors", []))) or error.details.get(
        "writeConcernErrors"
    ):
        raise error
    return duplicates
