"""A campaign during whose first pass something happens to MongoDB, and what is left afterwards."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline.services.engine import open_engine
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import open_database
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.chaos.snapshots import end_holds
from comm_pipeline_tests.chaos.view import Name, Verdict, judged, view_of
from comm_pipeline_tests.harness import MovedClock, RecordingChannel

PEOPLE = 40
REQUEST = "outage"
CAMPAIGN = campaign_id_for_request(REQUEST)
#: Passes within which everything must be done once MongoDB is well again.
_PASSES = 10

Happening = Callable[[], Awaitable[None]]


class Interrupted(RecordingChannel):
    """Lets something happen when it has got a number of messages."""

    max_in_flight = 4

    def __init__(self, at: int, happening: Happening) -> None:
        super().__init__()
        self._at = at
        self._happening = happening

    async def send(self, message: ChannelMessage) -> SendResult:
        result = await super().send(message)
        if len(self.sent) == self._at:
            await self._happening()
        return result


@dataclass
class Outage:
    """What outlives passes. ``uri`` is where the pipeline finds MongoDB.

    Without ``channel``, messages take those of the settings.
    """

    uri: str
    name: str
    channel: RecordingChannel | None = field(default_factory=RecordingChannel)
    clock: MovedClock = field(default_factory=MovedClock)
    settings: dict[str, Any] = field(default_factory=dict)
    passes: int = 0

    async def begin(self) -> None:
        """Ask for a campaign."""
        template = a_template_document()
        document = a_batch_request(_id=REQUEST, recipient_count=PEOPLE, template=template)
        async with open_database(self.uri, self.name) as database:
            await database["agent_batch_requests"].insert_one(document)

    async def work(self) -> str:
        """Do a pass; return what the operator is told of its failure, "" if it did not fail."""
        self.passes += 1
        values = {"mongodb_uri": self.uri, "mongodb_database": self.name, "max_batch_size": 10}
        settings = Settings(**values | self.settings)
        try:
            async with open_engine(
                settings, self.clock, f"worker {self.passes}", self.channel
            ) as engine:
                report = await sweep(engine, timedelta(hours=1))
                return "; ".join(report.failures.values())
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    async def mend(self) -> None:
        """Let passes come until all is done, as the sensors do."""
        for _ in range(_PASSES):
            await self.wait_a_little()
            if await self.work() == "" and await self._is_done():
                return
        raise AssertionError("it does not come to an end")

    async def wait_a_little(self) -> None:
        """Let holds run out, and a campaign come up again that has been postponed."""
        async with open_database(self.uri, self.name) as database:
            await end_holds(database)
        self.clock.move(minutes=6)

    async def _is_done(self) -> bool:
        async with open_database(self.uri, self.name) as database:
            ledger = database["outbound_messages"]
            waiting = {"status": {"$nin": ["sent", "unknown"]}}
            entries = await ledger.count_documents({})
            return entries == PEOPLE and await ledger.count_documents(waiting) == 0

    async def verdict(self, got: Mapping[Name, int] | None = None) -> Verdict:
        """Judge the end: each person's message once, or unknown; ``got`` by the providers."""
        if got is None:
            sent = self.channel.sent if self.channel is not None else []
            got = Counter(message.message_id for message in sent)
        async with open_database(self.uri, self.name) as database:
            seen = await view_of(database)
        said = [len(one["said"]) for one in seen.rest["conversations"].values()]
        result = judged(seen, got)
        if said != [1] * PEOPLE:
            result.problems.append(f"messages in the histories: {said}")
        return result
