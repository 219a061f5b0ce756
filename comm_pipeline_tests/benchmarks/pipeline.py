"""The pipeline: the real services, from the campaign's start to its delivered first messages."""

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final

from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.services.engine import Engine
from comm_pipeline_tests.benchmarks.workload import an_engine, insert_request, take_up

#: The phase before a campaign exists; the limit has no counterpart, so it is reported apart.
TAKE_UP: Final = "take up the request"


async def measure_pipeline(
    uri: str, database: str, count: int, **settings: Any
) -> dict[str, float]:
    """Return the seconds of each phase of a campaign's first pass."""
    async with an_engine(uri, database, **settings) as engine:
        await insert_request(engine, count)
        seconds: dict[str, float] = {}
        campaign_id = await timed(TAKE_UP, take_up, seconds)(engine)
        time_phases(engine, seconds)
        report = await engine.passes.run(campaign_id)
    assert report.status is CampaignStatus.ACTIVE
    assert (report.initialized, report.work.committed) == (count, count)
    assert report.delivery.counts == {"sent": count}
    return seconds


def time_phases(engine: Engine, seconds: dict[str, float]) -> None:
    """Have the engine's passes note the seconds of their phases."""
    passes: Any = engine.passes
    for phase, service, method in (
        ("initialise", passes.campaign_manager, "initialize_campaign_conversations"),
        ("converse", passes.worker, "process_campaign"),
        ("deliver", passes.delivery, "deliver_campaign"),
    ):
        setattr(service, method, timed(phase, getattr(service, method), seconds))


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
