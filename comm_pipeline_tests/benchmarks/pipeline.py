"""The pipeline: the real services, from the campaign's start to its delivered first messages."""

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final

from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.services.engine import Engine
from comm_pipeline_tests.benchmarks.workload import an_engine, insert_request, take_up

#: The phase before a campaign exists; the limit has no counterpart, so it is reported apart.
TAKE_UP: Final = "take up the request"
INITIALISE: Final = "initialise"
#: Everything else of the pass, leases and all.
CONVERSE_AND_DELIVER: Final = "converse and deliver"


async def measure_pipeline(
    uri: str, database: str, count: int, **settings: Any
) -> dict[str, float]:
    """Return the seconds of each phase of a campaign's first pass."""
    async with an_engine(uri, database, **settings) as engine:
        await insert_request(engine, count)
        seconds: dict[str, float] = {}
        campaign_id = await timed(TAKE_UP, take_up, seconds)(engine)
        time_initialising(engine, seconds)
        start = perf_counter()
        report = await engine.passes.run(campaign_id)
        seconds[CONVERSE_AND_DELIVER] = perf_counter() - start - seconds[INITIALISE]
    assert report.status is CampaignStatus.ACTIVE
    assert (report.initialized, report.work.committed) == (count, count)
    assert report.delivery.counts == {"sent": count}
    return seconds


def time_initialising(engine: Engine, seconds: dict[str, float]) -> None:
    """Have the engine's passes note the seconds of their first phase; the others overlap."""
    manager: Any = engine.passes.campaign_manager
    manager.initialize_campaign_conversations = timed(
        INITIALISE, manager.initialize_campaign_conversations, seconds
    )


def timed(
    phase: str, call: Callable[..., Awaitable[Any]], seconds: dict[str, float]
) -> Callable[..., Awaitable[Any]]:
    """Return ``call``, noting how long it takes."""

    async def call_and_note(*args: Any) -> Any:
        start = perf_counter()
        try:
            return await call(*args)
        finally:
            seconds[phase] = seconds.get(phase, 0.0) + perf_counter() - start

    return call_and_note
