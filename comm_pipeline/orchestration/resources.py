"""Resources: MongoDB, the channel and the clock. Each only knows how to build a plain object.

PyMongo's async client belongs to one event loop, so it is opened inside each step, by ``opened``.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from comm_pipeline.channels.base import Channel
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.orchestration.shown_errors import showing_errors
from comm_pipeline.services.clock import Clock, system_clock
from comm_pipeline.services.engine import Engine, open_engine, open_repositories
from comm_pipeline.settings import Settings, trace
from comm_pipeline.storage.repositories import Repositories

T = TypeVar("T")


@dataclass(frozen=True)
class ClockResource:
    """Tells the time to everything that a run does."""

    clock: Clock = system_clock


@dataclass(frozen=True)
class ChannelResource:
    """Builds the channels through which messages leave; by default those of the settings."""

    settings: Settings
    factory: Callable[[Settings, Clock], Channel | ChannelSet] = ChannelSet.of

    def build(self, clock: Clock) -> Channel | ChannelSet:
        """Return channels that have not been opened."""
        return self.factory(self.settings, clock)


@dataclass(frozen=True)
class MongoResource:
    """Knows where MongoDB is: at MONGODB_URI, or the embedded one of the home directory."""

    settings: Settings

    def read(self, use: Callable[[Repositories], Awaitable[T]]) -> T:
        """Call ``use`` with the repositories, in an event loop of its own."""

        async def opened() -> T:
            async with open_repositories(self.settings) as (_, repositories):
                return await use(repositories)

        with showing_errors(self.settings):
            return asyncio.run(opened())

    def run(
        self,
        use: Callable[[Engine], Awaitable[T]],
        channel: ChannelResource,
        clock: ClockResource,
        run_id: str,
    ) -> T:
        """Call ``use`` with the services, in an event loop of its own.

        Each call is a worker of its own, so that it can tell what an earlier one left behind.
        """
        owner = f"run {run_id[:8]}, {self.settings.service_type} {uuid.uuid4().hex[:8]}"

        async def opened() -> T:
            opened_channel = channel.build(clock.clock)
            async with open_engine(self.settings, clock.clock, owner, opened_channel) as engine:
                return await use(engine)

        with trace(run_id), showing_errors(self.settings):
            return asyncio.run(opened())

    def timed(
        self,
        use: Callable[[Engine], Awaitable[T]],
        channel: ChannelResource,
        clock: ClockResource,
        run_id: str,
    ) -> tuple[T, float]:
        """Do as ``run`` does; return its result and the seconds that it took."""
        started = time.perf_counter()
        result = self.run(use, channel, clock, run_id)
        return result, time.perf_counter() - started
