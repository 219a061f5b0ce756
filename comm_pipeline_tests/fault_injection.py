"""Killing a worker at any of its writes: what it was about to do is done or not, and no more.

A fuse counts the writes and the sends of one worker. When it blows, nothing that the worker does
afterwards reaches the database or the provider, as if its process were gone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.harness import RecordingChannel

T = TypeVar("T")

#: What a collection is read with; everything else is taken for a write.
_READS = frozenset(
    {
        "find",
        "find_one",
        "aggregate",
        "count_documents",
        "distinct",
        "index_information",
        "with_options",
        "codec_options",
        "name",
        "database",
    }
)


class Killed(BaseException):
    """The worker is dead."""


@dataclass
class Fuse:
    """Kills at write or send number ``at`` (None: never), after it is done or before."""

    at: int | None = None
    is_after: bool = False
    count: int = 0
    is_blown: bool = False

    async def guard(self, act: Callable[[], Awaitable[T]]) -> T:
        if self.is_blown:
            raise Killed
        self.count += 1
        if self.count != self.at:
            return await act()
        if self.is_after:
            await act()
        self.is_blown = True
        raise Killed


class FusedCollection:
    """A collection whose writes go through a fuse."""

    def __init__(self, collection: Any, fuse: Fuse) -> None:
        self._collection = collection
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._collection, name)
        if name in _READS:
            return found

        async def write(*arguments: Any, **named: Any) -> Any:
            return await self._fuse.guard(lambda: found(*arguments, **named))

        return write


class FusedChannel(RecordingChannel):
    """A channel whose worker may die before it offers a message, or before it hears the answer."""

    def __init__(self, provider: RecordingChannel, fuse: Fuse) -> None:
        super().__init__()
        self.accepts_idempotency_key = provider.accepts_idempotency_key
        self._provider = provider
        self._fuse = fuse

    async def send(self, message: ChannelMessage) -> SendResult:
        return await self._fuse.guard(lambda: self._provider.send(message))


def fused(repositories: Repositories, fuse: Fuse) -> Repositories:
    """Put the fuse into every collection of the repositories, and return them."""
    for repository in repositories.all():
        repository._collection = FusedCollection(repository._collection, fuse)  # type: ignore[assignment]
    return repositories


class FusedDatabase:
    """A database whose collections write through a fuse."""

    def __init__(self, database: Any, fuse: Fuse) -> None:
        self._database = database
        self._fuse = fuse

    def __getitem__(self, name: str) -> FusedCollection:
        return FusedCollection(self._database[name], self._fuse)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)
