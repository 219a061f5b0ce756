"""A provider that remembers what it was offered, and when."""

from dataclasses import dataclass, field
from datetime import datetime

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline_tests.harness import MovedClock, RecordingChannel


@dataclass(frozen=True)
class Offer:
    """A message that reached the provider, and when."""

    at: datetime
    address: str
    key: str


@dataclass
class Provider(RecordingChannel):
    """Accepts everything, and knows when."""

    clock: MovedClock
    offers: list[Offer] = field(default_factory=list)

    async def send(self, message: ChannelMessage) -> SendResult:
        self.offers.append(Offer(self.clock(), message.recipient_address, message.idempotency_key))
        return await super().send(message)

    def __post_init__(self) -> None:
        super().__init__()
