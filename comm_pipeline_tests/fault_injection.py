"""Killing a worker at any of its writes: what it was about to do is done or not, and no more.

A fuse counts the writes and the sends of one worker. When it blows, nothing that the worker does
afterwards reaches the database or the provider, as if its process were gone.
"""

import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from comm_pipeline.channels.base import Channel, ChannelMessage, SendResult
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.chaos.points import point_at

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


def is_death(error: BaseException) -> bool:
    """Return whether an error says that a worker was killed, and nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_death(inner) for inner in error.exceptions)
    return isinstance(error, Killed)


def _die() -> None:
    raise Killed


@dataclass
class Fuse:
    """Kills at write or send number ``at`` (None: never), after it is done or before.

    With ``point``, only what is done there is counted. ``trail`` holds the points of all that was
    done; ``die`` ends the worker.
    """

    at: int | None = None
    is_after: bool = False
    point: str | None = None
    die: Callable[[], None] = _die
    count: int = 0
    is_blown: bool = False
    trail: list[str] = field(default_factory=list)

    async def guard(self, act: Callable[[], Awaitable[T]], point: str = "") -> T:
        if self.is_blown:
            raise Killed
        self.trail.append(point)
        self.count += self.point in (None, point)
        if self.count != self.at or self.point not in (None, point):
            return await act()
        if self.is_after:
            await act()
        self.is_blown = True
        self.die()
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

        def write(*arguments: Any, **named: Any) -> Coroutine[Any, Any, Any]:
            point = _point_of_caller()
            return self._fuse.guard(lambda: found(*arguments, **named), point)

        return write


class FusedChannel:
    """A channel whose sends go through a fuse; otherwise the one that it is made of."""

    def __init__(self, channel: Channel, fuse: Fuse) -> None:
        self._channel = channel
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    async def __aenter__(self) -> Self:
        await self._channel.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._channel.__aexit__(exc_type, exc, traceback)

    def send(self, message: ChannelMessage) -> Coroutine[Any, Any, SendResult]:
        point = _point_of_caller()
        return self._fuse.guard(lambda: self._channel.send(message), point)


def _point_of_caller() -> str:
    """Return the kill point of whoever called the caller of this; tests have none."""
    frame = sys._getframe(2)
    if "comm_pipeline_tests" in frame.f_code.co_filename:
        return "test"
    return point_at(frame.f_code.co_filename, frame.f_lineno)


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
