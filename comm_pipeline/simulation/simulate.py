"""One simulation from the request to what it found, in a database that exists for it alone."""

import gc
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pymongo.errors import DocumentTooLarge

from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.channels.registry import channels_in_use
from comm_pipeline.domain.batch_requests import BatchRequest, parse_request
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.reporting.simulation_data import SimulationData
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.engine import build_engine, mongodb_uri, open_repositories
from comm_pipeline.services.stopping import stop_on_sigterm
from comm_pipeline.services.submit import SubmittedRequest, submit_request
from comm_pipeline.settings import Settings
from comm_pipeline.simulation.audience import Audience, HabitualAudience
from comm_pipeline.simulation.channel import SimulatedChannel
from comm_pipeline.simulation.correspondence import Correspondence
from comm_pipeline.simulation.findings import Simulated, read_findings
from comm_pipeline.simulation.habits import Habits, check_names
from comm_pipeline.simulation.private_database import private_database
from comm_pipeline.simulation.reply_texts import recognised_phrases
from comm_pipeline.simulation.run import Progress, VirtualRun
from comm_pipeline.simulation.source import Source, read_source, write_source
from comm_pipeline.simulation.virtual_clock import VirtualClock
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

#: How long a simulated campaign may last.
LONGEST: Final = timedelta(days=365)
_OWNER: Final = "simulation"
#: As many conversations are read and committed together: nobody else wants the database.
_BATCH: Final = 1_000
#: Passes make many objects and hardly any garbage in circles.
_COLLECT_RARELY: Final = (10_000, 10, 10)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate: a batch request, whom it meets, and when.

    ``recipients`` made-up people take the place of the request's own, if it is given. Time starts
    at ``starts_at`` and ends at ``until`` at the latest. Without ``tick`` it grows with the number
    of recipients, from one minute to an hour.
    """

    request: Mapping[str, Any]
    habits: Habits
    seed: str
    starts_at: datetime
    until: datetime
    recipients: int | None = None
    tick: timedelta | None = None


async def simulate(
    settings: Settings,
    plan: Plan,
    out: Path | None,
    progress: Callable[[Progress], object],
    audience: Audience | None = None,
) -> SimulationData:
    """Run the simulation, write its files into ``out`` if that is given, and return what it found.

    ``settings`` must lead to a running MongoDB; ``audience`` replaces the one that the plan's
    habits describe. Raises InvalidInputError for a request or habits that cannot be used.
    """
    _check_times(plan)
    async with open_repositories(settings) as (_, live):
        source = await read_source(live, plan.request, plan.recipients, plan.seed)
    gc.set_threshold(*_COLLECT_RARELY)
    async with private_database(mongodb_uri(settings)) as database:
        started = time.perf_counter()
        async with prepared(settings, plan, source, database, audience) as (run, template):
            is_complete = await run.until(plan.until, progress)
        simulated = Simulated(
            habits=plan.habits,
            seed=plan.seed,
            starts_at=plan.starts_at,
            until=plan.until,
            is_complete=is_complete,
            made_up=plan.recipients is not None,
            seconds=time.perf_counter() - started,
        )
        return await read_findings(run, template, simulated, out, settings.templates)


@asynccontextmanager
async def prepared(
    settings: Settings,
    plan: Plan,
    source: Source,
    database: Database,
    audience: Audience | None = None,
) -> AsyncIterator[tuple[VirtualRun, CampaignTemplate]]:
    """Submit the request to a database of its own and have its campaign made.

    SIGTERM ends it in order, as it ends a live run. Raises InvalidInputError.
    """
    clock = VirtualClock(plan.starts_at)
    repositories = Repositories.of(database)
    await repositories.initialize()
    await write_source(database, repositories, source)
    template = await _template(repositories, settings, parse_request(source.request))
    check_names(plan.habits, template.stage_names, frozenset(recognised_phrases(template)))
    submitted = await _submit(repositories, source.request, clock())
    correspondence = Correspondence(
        submitted.campaign_id,
        template.stage_names,
        audience or HabitualAudience(template, plan.habits, plan.seed),
    )
    channel = SimulatedChannel(correspondence.has_mailbox)
    channels = ChannelSet.of_one(channel, channels_in_use(settings))
    engine = build_engine(
        _settings(settings, database), clock, _OWNER, database, repositories, channels
    )
    result = await engine.poller.process(submitted.request_id, _OWNER, clock())
    if result is not None and result.status is BatchRequestStatus.FAILED:
        raise InvalidRequestError(f"the request would be refused: {result.reason}")
    tick = tick_for(submitted.recipients) if plan.tick is None else plan.tick
    with stop_on_sigterm(engine.stop):
        yield (
            VirtualRun(
                engine, database, clock, channel, correspondence, submitted.campaign_id, tick
            ),
            template,
        )


def tick_for(recipients: int) -> timedelta:
    """Return how far looks lie apart: a minute for 100 recipients, up to 30 minutes."""
    return timedelta(minutes=min(max(recipients // 100, 1), 30))


def _check_times(plan: Plan) -> None:
    if not plan.starts_at < plan.until <= plan.starts_at + LONGEST:
        raise InvalidInputError(
            f"until: {plan.until.isoformat()} must come after the start "
            f"({plan.starts_at.isoformat()}) and at most {LONGEST.days} days later"
        )


async def _submit(
    repositories: Repositories, request: Mapping[str, Any], now: datetime
) -> SubmittedRequest:
    try:
        return await submit_request(repositories, request, now)
    except DocumentTooLarge:
        raise InvalidRequestError(
            "recipients: they do not fit into one batch request (16 MB); simulate fewer, or leave "
            "out what no text refers to"
        ) from None


def _settings(settings: Settings, database: Database) -> Settings:
    return settings.model_copy(
        update={
            "mongodb_database": database.name,
            "max_batch_size": max(_BATCH, settings.max_batch_size),
            # Nobody is told of people who do not exist.
            "escalation_email": None,
            "escalation_webhook_url": None,
        }
    )


async def _template(
    repositories: Repositories, settings: Settings, request: BatchRequest
) -> CampaignTemplate:
    manager = ConfigManager(repositories.templates, settings.templates, channels_in_use(settings))
    return manager.check(await manager.find_document(request))
