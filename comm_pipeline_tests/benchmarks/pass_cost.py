"""What a pass costs over a large campaign and over a small one in which as much is due."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Final

from comm_pipeline.domain.ids import (
    CampaignId,
    RecipientId,
    StageName,
    conversation_id,
    message_key,
)
from comm_pipeline.services.engine import Engine
from comm_pipeline_tests.benchmarks.workload import an_engine, insert_request, take_up

_REPETITIONS: Final = 15
#: The example campaign follows up after 48 hours.
_SILENCE: Final = timedelta(hours=49)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A campaign whose first messages have left."""

    engine: Engine
    campaign_id: CampaignId
    count: int

    async def make_due(self, due: int, turn: int) -> None:
        """Let ``due`` conversations, spread over the campaign, have waited for long enough."""
        now, step = self.engine.clock(), self.count // due
        ids = [
            conversation_id(self.campaign_id, RecipientId(f"user_{number:07}"))
            for number in range(turn % step, step * due, step)
        ]
        said_at = now - _SILENCE
        times = ("entered_at", "first_sent_at", "last_sent_at")
        changes = {"next_action_at": now, **{f"stages.0.{time}": said_at for time in times}}
        repositories = self.engine.repositories
        states = await repositories.conversations._collection.update_many(
            {"_id": {"$in": ids}}, {"$set": changes}
        )
        keys = [message_key(one, StageName("awareness"), 0, 0) for one in ids]
        messages = await repositories.ledger._collection.update_many(
            {"_id": {"$in": keys}}, {"$set": {"settled_at": said_at}}
        )
        assert (states.modified_count, messages.modified_count) == (due, due)

    async def seconds_of_pass(self, due: int) -> float:
        start = perf_counter()
        report = await self.engine.passes.run(self.campaign_id)
        seconds = perf_counter() - start
        assert report.delivery.counts == {"sent": due}, report
        return seconds


async def measure_pass_cost(
    uri: str,
    database: str,
    sizes: Sequence[int] = (2_000, 200_000),
    due: int = 100,
    repetitions: int = _REPETITIONS,
) -> dict[int, float]:
    """Return the median seconds of a pass with ``due`` due conversations, by campaign size.

    The sizes take turns, so that whatever else the machine does meets both.
    """
    async with AsyncExitStack() as stack:
        campaigns = []
        for size in sizes:
            # A batch size that makes the preparation quick; the passes measured use the default.
            await _speak_first(uri, f"{database}_of_{size}", size)
            engine = await stack.enter_async_context(an_engine(uri, f"{database}_of_{size}"))
            campaigns.append(_Spoken(engine, CampaignId("campaign_bench"), size))
        seconds: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(repetitions):
            for campaign in campaigns:
                await campaign.make_due(due, turn)
                seconds[campaign.count].append(await campaign.seconds_of_pass(due))
    return {size: median(values) for size, values in seconds.items()}


async def _speak_first(uri: str, database: str, count: int) -> None:
    """Prepare a campaign by the real services: every recipient has the first message."""
    async with an_engine(uri, database, max_batch_size=1_000) as engine:
        await insert_request(engine, count, by_id=True)
        report = await engine.passes.run(await take_up(engine))
    assert report.delivery.counts == {"sent": count}
