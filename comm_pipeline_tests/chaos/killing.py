"""Workers that die inside this process, by a fuse: quick enough to try every point in the suite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Final, Self

from pymongo import WriteConcern

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.engine import Engine, build_engine, open_repositories
from comm_pipeline.services.escalation_notices import Way, mail_about
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import DURABLE, Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.chaos.life import DOMAIN, MANAGER, STEPS, Step, happen, work
from comm_pipeline_tests.chaos.provider import Provider
from comm_pipeline_tests.chaos.snapshots import Snapshot, end_holds, put_back, taken_of
from comm_pipeline_tests.chaos.view import View, view_of
from comm_pipeline_tests.fault_injection import Fuse, FusedChannel, fused, is_death
from comm_pipeline_tests.harness import MovedClock

REQUEST: Final = "request"
#: Taken as a failure of the provider, so that its breaker is written too.
_GREYLISTED: Final = SendResult(
    status=DeliveryStatus.DEFERRED, detail="451 greylisted", provider_answer=ProviderAnswer.BAD
)


class Line:
    """A channel to the provider, which may refuse copies by their idempotency key."""

    max_in_flight = 8

    def __init__(self, name: str, provider: Provider, *, refuses_copies: bool) -> None:
        self.name = name
        self.provider = f"{name} provider.example"
        self.accepts_idempotency_key = refuses_copies
        self._provider = provider

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
        provider, key, address = self._provider, message.idempotency_key, message.recipient_address
        if self.accepts_idempotency_key and key in provider.keys:
            return SendResult(status=DeliveryStatus.SENT, detail="200 known")
        if provider.refuses(address):
            return _GREYLISTED
        if self.name == "sms":
            provider.take_text(address, message.text)
        else:
            provider.take_mail(address, message.message_id)
        provider.keys.add(key)
        return SendResult(status=DeliveryStatus.SENT, detail="250 kept")

    async def check(self) -> str:
        return self.name


@dataclass
class Place:
    """What outlives workers: database, provider, time."""

    settings: Settings
    database: Database
    refuses_copies: bool = False
    provider: Provider = field(default_factory=Provider)
    clock: MovedClock = field(default_factory=MovedClock)
    workers: int = 0

    def worker(self, fuse: Fuse | None = None) -> Engine:
        """Start a worker that nobody has seen before."""
        self.workers += 1
        fuse = fuse or Fuse()
        lines = {
            name: FusedChannel(Line(name, self.provider, refuses_copies=self.refuses_copies), fuse)
            for name in ("email", "sms")
        }
        engine = build_engine(
            self.settings,
            self.clock,
            f"worker {self.workers}",
            self.database,
            fused(Repositories.of(self.database), fuse),
            ChannelSet(lines, ChannelsInUse("email", frozenset(lines))),
        )
        telling = partial(mail_about, address=MANAGER, domain=DOMAIN)
        way = Way("email", lambda: lines["email"], telling)
        notices = replace(engine.passes.notices, ways=[way])
        return replace(engine, passes=replace(engine.passes, notices=notices))

    async def live(self, step: Step, *fuses: Fuse) -> None:
        """Let workers with fuses do a step, each what the ones before have left, and one without.

        Nobody is called any more once a worker has not died.
        """
        for fuse in (*fuses, Fuse()):
            try:
                failures = await work(step, self.worker(fuse), [REQUEST])
            except BaseException as error:
                if not is_death(error):
                    raise
                await end_holds(self.database)
            else:
                assert failures == {}
                return

    async def flush(self) -> None:
        """Wait until snapshots, which reconciling reads, hold all that was written."""
        durable = self.database["flushed"].with_options(write_concern=DURABLE)
        await durable.insert_one({})


@dataclass(frozen=True)
class Chapter:
    """A step of a life that nobody disturbs: what it begins with and leaves, and its points."""

    step: Step
    now: datetime
    before: Snapshot
    provider: Provider
    after: View
    trail: tuple[str, ...]


@asynccontextmanager
async def a_place(uri: str, name: str, *, refuses_copies: bool = False) -> AsyncIterator[Place]:
    settings = Settings(
        mongodb_uri=uri,
        mongodb_database=name,
        smtp_rate_limit="1000/hour",
        smtp_message_id_domain=DOMAIN,
    )
    async with open_repositories(settings) as (database, repositories):
        await repositories.initialize()
        # The server does not die here, so nobody has to wait for its disk.
        quick = database.with_options(write_concern=WriteConcern(w=1, j=False))
        yield Place(settings, quick, refuses_copies)


async def undisturbed(place: Place) -> list[Chapter]:
    """Live through the whole life without any death."""
    chapters = []
    for step in STEPS:
        await pass_time(place, step)
        before, provider = await taken_of(place.database), place.provider.copy()
        fuse = Fuse()
        await place.live(step, fuse)
        after = await view_of(place.database)
        chapters.append(Chapter(step, place.clock(), before, provider, after, tuple(fuse.trail)))
    return chapters


async def pass_time(place: Place, step: Step) -> None:
    """Let happen what happens before the workers of a step."""
    place.clock.now += step.later
    await happen(step, place.database, [REQUEST], place.clock())


async def begin(place: Place, chapter: Chapter) -> None:
    """Go to where a step begins."""
    await put_back(place.database, chapter.before)
    place.provider = chapter.provider.copy()
    place.clock.now = chapter.now
