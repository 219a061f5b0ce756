"""Definitions on a database of their own, with a moved clock and a recording channel."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from dagster import DagsterInstance, Definitions, ExecuteInProcessResult

from comm_pipeline.definitions import build_definitions
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.settings import Settings
from comm_pipeline_tests.harness import MovedClock, RecordingChannel

T = TypeVar("T")


@dataclass
class Orchestration:
    """What a test of Dagster's part needs."""

    settings: Settings
    instance: DagsterInstance
    clock: MovedClock = field(default_factory=MovedClock)
    channel: RecordingChannel = field(default_factory=RecordingChannel)

    @property
    def resources(self) -> dict[str, Any]:
        return {
            "mongodb": MongoResource(self.settings),
            "channel": ChannelResource(self.settings, lambda _settings, _clock: self.channel),
            "clock": ClockResource(self.clock),
        }

    @property
    def definitions(self) -> Definitions:
        return self.definitions_with(self.resources)

    def definitions_with(self, resources: dict[str, Any]) -> Definitions:
        """Return the definitions with other resources."""
        return build_definitions(self.settings, **resources)

    def use(self, action: Callable[[Engine], Awaitable[T]]) -> T:
        """Call the services outside of Dagster."""

        async def opened() -> T:
            async with open_engine(self.settings, self.clock, "test", self.channel) as engine:
                return await action(engine)

        return asyncio.run(opened())

    def insert(self, *requests: dict[str, Any]) -> None:
        async def insert_all(engine: Engine) -> None:
            await engine.repositories.requests._collection.insert_many(list(requests))

        self.use(insert_all)

    def run(self, job: str, **arguments: Any) -> ExecuteInProcessResult:
        """Run a job in this process; a partition is added first."""
        if partition := arguments.get("partition_key"):
            self.instance.add_dynamic_partitions("campaigns", [partition])
        resolved = self.definitions.resolve_job_def(job)
        return resolved.execute_in_process(instance=self.instance, **arguments)


@pytest.fixture
def orchestration(mongodb_uri: str, database_name: str, tmp_path: Any) -> Iterator[Orchestration]:
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=database_name, home=tmp_path, lease_seconds=5
    )
    with DagsterInstance.ephemeral() as instance:
        yield Orchestration(settings, instance)
