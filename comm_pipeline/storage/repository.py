"""What all repositories share: a collection, and the indexes that it needs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from bson import ObjectId
from pydantic import BaseModel
from pymongo import IndexModel
from pymongo.errors import BulkWriteError, OperationFailure

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.storage.connection import Collection, Database

DUPLICATE_KEY = 11000
#: Server errors that say: the document would grow over 16 MB.
TOO_LARGE = frozenset({10334, 17419, 17420})
#: Server error of an update that a field's value does not allow, and what it says of a list.
_BAD_VALUE = 2
_NO_LIST = re.compile(r"The field '(\w+)' must be an array")
#: Server errors that say: there is such an index, with other options or other keys.
_OTHER_INDEX = {85, 86}
#: What makes an index another one, beside its keys.
_INDEX_OPTIONS = ("unique", "sparse", "partialFilterExpression")
#: The largest integer that BSON holds.
_LARGEST_INTEGER = 2**63 - 1


class Repository:
    """One collection. ``name`` is the collection's; ``indexes`` are made by ``initialize``."""

    name: ClassVar[str]
    indexes: ClassVar[Sequence[IndexModel]] = ()

    def __init__(self, database: Database) -> None:
        self._db = database
        self._collection: Collection = database[self.name]

    async def initialize(self) -> None:
        """Create the indexes that are missing.

        Raises EnvironmentFailure if the collection has a different one under the same name.
        """
        if not self.indexes:
            return
        try:
            await self._collection.create_indexes(list(self.indexes))
        except OperationFailure as error:
            if error.code not in _OTHER_INDEX:
                raise
            raise EnvironmentFailure(
                f"The collection {self.name} has another index in the place of one that is needed "
                f"({', '.join(await self.missing_indexes())}); drop that one and start again: "
                f"{error}"
            ) from error

    async def missing_indexes(self) -> list[str]:
        """Return the names of indexes that are not there as they are needed."""
        existing = await self._collection.index_information()
        wanted = {str(index.document["name"]): index.document for index in self.indexes}
        return [
            name
            for name, index in wanted.items()
            if not is_same_index(existing.get(name, {}), index)
        ]


def is_same_index(existing: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Return whether an index, as MongoDB tells of it, is the one that an IndexModel asks for."""
    if list(existing.get("key", [])) != list(wanted["key"].items()):
        return False
    return all(existing.get(option) == wanted.get(option) for option in _INDEX_OPTIONS)


def to_document(model: BaseModel) -> dict[str, Any]:
    """Return a model as the document that is stored."""
    return model.model_dump(by_alias=True)


def own_of_each(ids: Sequence[Any], values: Sequence[Any]) -> dict[str, Any]:
    """Return the expression for the value of the document's own id: each has its place in both."""
    place = {"$indexOfArray": [{"$literal": list(ids)}, "$_id"]}
    return {"$arrayElemAt": [{"$literal": list(values)}, place]}


def possible_ids(text: Any) -> list[Any]:
    """Return what an id given as text may be in a collection: the text, an ObjectId, a number."""
    if not isinstance(text, str):
        return [text]
    ids: list[Any] = [text]
    if ObjectId.is_valid(text):
        ids.append(ObjectId(text))
    # Only a number as it is printed: "007" is no other way to write 7.
    if text.isdecimal() and str(int(text[:20])) == text and int(text) <= _LARGEST_INTEGER:
        ids.append(int(text))
    return ids


def duplicates_in(error: BulkWriteError) -> list[Mapping[str, Any]]:
    """Return the duplicate-key errors of a bulk write. Raises it again if it has any other."""
    errors: Iterable[Mapping[str, Any]] = error.details.get("writeErrors", [])
    duplicates = [failure for failure in errors if failure.get("code") == DUPLICATE_KEY]
    if len(duplicates) != len(list(error.details.get("writeErrors", []))) or error.details.get(
        "writeConcernErrors"
    ):
        raise error
    return duplicates


def field_that_is_no_list(failure: Mapping[str, Any]) -> str | None:
    """Return the field of a write error that says: it holds something else than a list."""
    found = _NO_LIST.search(str(failure.get("errmsg", "")))
    return found[1] if found and failure.get("code") == _BAD_VALUE else None
