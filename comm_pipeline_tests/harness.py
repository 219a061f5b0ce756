"""The real services on a real MongoDB, with a moved clock and a channel that records."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.services.sweep import SweepReport, sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class RecordingChannel:
    """Accepts every message and keeps it; ``answers`` gives other answers by address."""

    name = "recording"
    max_in_flight = 8
    accepts_idempotency_key = False

    def __init__(self) -> None:
        self.sent: list[ChannelMessage] = []
        self.answers: dict[str, Callable[[], SendResult]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    async def send(self, message: ChannelMessage) -> SendResult:
        self.sent.append(message)
        answer = self.answers.get(message.recipient_address)
        if answer is not None:
            return answer()
        return SendResult(status=DeliveryStatus.SENT, detail="250 kept")

    async def check(self) -> str:
        return "recording"

    def texts_to(self, address: str) -> list[str]:
        return [message.text for message in self.sent if message.recipient_address == address]


class Pipeline:
    """The services, driven as Dagster's sweep drives them."""

    def __init__(self, engine: Engine, clock: MovedClock, channel: RecordingChannel) -> None:
        self.engine = engine
        self.clock = clock
        self.channel = channel
        self.repositories = engine.repositories

    async def insert(self, request: Mapping[str, Any]) -> CampaignId:
        """Write a request as the agent service does."""
        await self.repositories.requests._collection.insert_one(dict(request))
        return campaign_id_for_request(request["_id"])

    async def sweep(self, **later: float) -> SweepReport:
        """Move the clock, then do everything that is due; no item may have failed."""
        self.clock.move(**later)
        report = await sweep(self.engine, timedelta(hours=1))
        assert report.failures == {}
        return report

    async def sweep_with_failures(self) -> SweepReport:
        """Do everything that is due now; items may fail."""
        return await sweep(self.engine, timedelta(hours=1))

    async def reply(self, campaign_id: str, recipient_id: str, text: str, **fields: Any) -> None:
        """Write a reply as a service of the platform does."""
        message = {
            "campaign_id": campaign_id,
            "recipient_id": recipient_id,
            "text": text,
            "received_at": self.clock(),
            **fields,
        }
        await self.repositories.inbound._collection.insert_one(message)

    async def conversation(self, campaign_id: str, recipient_id: str) -> Doc:
        return await self.repositories.conversations.get_conversation_state(
            f"{campaign_id}:{recipient_id}"
        )

    async def request(self, request_id: Any) -> Doc:
        found = await self.repositories.requests._collection.find_one({"_id": request_id})
        assert found is not None
        return found

    async def run_until_quiet(self, most: int = 500) -> None:
        """Jump from due time to due time until nothing is planned any more."""
        for _ in range(most):
            await self.sweep()
            document = await self.repositories.campaigns._collection.find_one(
                {"next_due_at": {"$type": "date"}}, sort=[("next_due_at", 1)]
            )
            if document is None:
                return
            self.clock.now = max(self.clock.now, document["next_due_at"])
        raise AssertionError("the campaigns never come to rest")


@asynccontextmanager
async def a_pipeline(
    uri: str,
    database: str,
    *,
    owner: str = "test worker",
    clock: MovedClock | None = None,
    channel: RecordingChannel | None = None,
    **settings: Any,
) -> AsyncIterator[Pipeline]:
    """Open the services on a database; several may share clock, channel and database."""
    clock, channel = clock or MovedClock(), channel or RecordingChannel()
    chosen = Settings(mongodb_uri=uri, mongodb_database=database, **settings)
    async with open_engine(chosen, clock, owner, channel) as engine:
        yield Pipeline(engine, clock, channel)
