"""The real services with several recording channels, each with a provider and sender of its own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.engine import open_engine
from comm_pipeline.settings import Settings
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel

DOWN = SendResult(status=DeliveryStatus.DEFERRED, detail="no connection")


class NamedChannel(RecordingChannel):
    """A recording channel under a name; ``answer``, if set, is given to every message."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.provider = f"{name} provider.example"
        self.answer: SendResult | None = None

    def sender_for(self, conversation_id: str) -> str | None:
        del conversation_id
        return f"us@{self.name}.example"

    async def send(self, message: ChannelMessage) -> SendResult:
        usual = await super().send(message)
        return self.answer or usual

    @property
    def addresses(self) -> list[str]:
        return [message.recipient_address for message in self.sent]


def channels_named(*names: str) -> dict[str, NamedChannel]:
    return {name: NamedChannel(name) for name in names}


@asynccontextmanager
async def a_pipeline_over(
    uri: str,
    database: str,
    channels: Mapping[str, NamedChannel],
    *,
    clock: MovedClock | None = None,
    owner: str = "test worker",
    **settings: Any,
) -> AsyncIterator[Pipeline]:
    """Open the services; the first channel is the usual one."""
    clock, usual = clock or MovedClock(), next(iter(channels))
    chosen = Settings(mongodb_uri=uri, mongodb_database=database, **settings)
    together = ChannelSet(channels, ChannelsInUse(usual, frozenset(channels)))
    async with open_engine(chosen, clock, owner, together) as engine:
        yield Pipeline(engine, clock, channels[usual])
