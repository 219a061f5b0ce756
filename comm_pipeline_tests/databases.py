"""Databases for tests: emptied and used again, because making the indexes of one takes longest."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_type_hints
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import Repository, is_same_index

Doc = dict[str, Any]
_REPOSITORIES: Final[dict[str, type[Repository]]] = {
    repository.name: repository for repository in get_type_hints(Repositories).values()
}
#: Files that are in memory, on Linux; and the room that the data of a whole test session may need.
_MEMORY: Final = Path("/dev/shm")
_ROOM_BYTES: Final = 4 * 1024**3


@contextmanager
def memory_directory() -> Iterator[Path]:
    """Yield a directory in memory, where there is any: half of a durable write is the disk's."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    with TemporaryDirectory(dir=_MEMORY if has_room else None) as directory:
        yield Path(directory)


class Databases:
    """Hands out databases of one mongod, each to one test at a time.

    A test finds no document, and what it does with indexes and options reaches no other test: a
    database that was given others is dropped. The client stays open from test to test.
    """

    def __init__(self, client: MongoClient[Doc]) -> None:
        self._client = client
        self._free: list[str] = []

    def take(self) -> str:
        """Return the name of a database that nobody else uses."""
        return self._free.pop() if self._free else f"test_{uuid4().hex[:16]}"

    def give_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it if that does not make it as it was."""
        if _is_emptied(self._client[name]):
            self._free.append(name)
        else:
            self._client.drop_database(name)


def _is_emptied(database: Database[Doc]) -> bool:
    """Delete all documents; return False if a collection has something that a test gave it."""
    names = []
    for found in database.list_collections():
        if found["name"] not in _REPOSITORIES:
            database.drop_collection(found["name"])
        elif found["options"]:
            return False
        else:
            names.append(found["name"])
    indexes, filled = _indexes_and_filled(database, names)
    if not all(_is_as_made(indexes[name], _REPOSITORIES[name]) for name in names):
        return False
    for name in filled:
        database[name].delete_many({})
    return True


def _indexes_and_filled(
    database: Database[Doc], names: Sequence[str]
) -> tuple[dict[str, dict[str, Doc]], list[str]]:
    """Return the indexes of collections by name, and which have documents: one question for all."""
    stages: list[Doc] = [{"$documents": []}]
    for name in names:
        where: Doc = {"_id": 0, "collection": name}
        index = [{"$indexStats": {}}, {"$project": {**where, "spec": 1}}]
        document = [{"$limit": 1}, {"$project": where}]
        stages += [
            {"$unionWith": {"coll": name, "pipeline": index}},
            {"$unionWith": {"coll": name, "pipeline": document}},
        ]
    indexes: dict[str, dict[str, Doc]] = {name: {} for name in names}
    filled = []
    for found in database.aggregate(stages):
        if spec := found.get("spec"):
            key = list(spec["key"].items())
            indexes[found["collection"]][spec["name"]] = {**spec, "key": key}
        else:
            filled.append(found["collection"])
    return indexes, filled


def _is_as_made(indexes: Mapping[str, Doc], repository: type[Repository]) -> bool:
    """Return whether a collection has the indexes of its repository, or none yet."""
    existing = {name: index for name, index in indexes.items() if name != "_id_"}
    wanted = {str(one.document["name"]): one.document for one in repository.indexes}
    return not existing or (
        existing.keys() == wanted.keys()
        and all(is_same_index(existing[name], index) for name, index in wanted.items())
    )
