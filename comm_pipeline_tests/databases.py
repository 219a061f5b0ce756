"""Databases for tests: emptied and used again, because making the indexes of one takes longest."""

import shutil
from collections.abc import Iterator
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
    database that was given others is dropped.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._free: list[str] = []

    def take(self) -> str:
        """Return the name of a database that nobody else uses."""
        return self._free.pop() if self._free else f"test_{uuid4().hex[:16]}"

    def give_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it if that does not make it as it was."""
        with MongoClient[Doc](self._uri) as client:
            if _is_emptied(client[name]):
                self._free.append(name)
            else:
                client.drop_database(name)


def _is_emptied(database: Database[Doc]) -> bool:
    """Delete all documents; return False if a collection has something that a test gave it."""
    for found in database.list_collections():
        name = found["name"]
        if name not in _REPOSITORIES:
            database.drop_collection(name)
            continue
        wanted = {str(one.document["name"]): one.document for one in _REPOSITORIES[name].indexes}
        existing = database[name].index_information()
        existing.pop("_id_", None)
        is_initialized = existing.keys() == wanted.keys()
        if found["options"] or (existing and not is_initialized):
            return False
        if not all(
            is_same_index(existing[key], index) for key, index in wanted.items() if existing
        ):
            return False
        database[name].delete_many({})
    return True
