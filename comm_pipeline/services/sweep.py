"""The sweep: everything small that is due, in one go.

A Dagster run costs seconds, so many small campaigns share one: new batch requests, replies, and the
due work of campaigns that do not have so much of it that they deserve a run of their own. The sweep
goes round until nothing is due any more or its time is over.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import structlog

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.campaign_pass import CampaignBusyError, CampaignReport
from comm_pipeline.services.campaign_poller import PollResult
from comm_pipeline.services.due_work import has_much_due
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.inbox import InboxReport

log = structlog.get_logger(__name__)

#: Requests or campaigns looked up at once.
_AT_ONCE: Final = 500


@dataclass
class SweepReport:
    """What a sweep did: requests, replies, a report for each campaign touched, and failures."""

    requests: list[PollResult] = field(default_factory=list)
    inbox: InboxReport = field(default_factory=InboxReport)
    campaigns: dict[CampaignId, list[CampaignReport]] = field(default_factory=dict)
    busy: set[CampaignId] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)


async def sweep(engine: Engine, limit: timedelta) -> SweepReport:
    """Do what is due and small, round by round, for about ``limit`` at most.

    One request or campaign that fails stops no other; it is in the report's failures, and an alert.
    """
    report = SweepReport()
    deadline = engine.clock() + limit
    while engine.clock() < deadline and not engine.stop.is_made:
        report.inbox = _added(report.inbox, await engine.inbox.take_up(_batch_size(engine)))
        done = await _take_up_requests(engine, report)
        done += await _pass_over_due(engine, report)
        if not done:
            break
    return report


async def small_due_campaigns(engine: Engine, limit: int) -> list[CampaignId]:
    """Return due campaigns with too little due work for a run of their own."""
    repositories, now = engine.repositories, engine.clock()
    threshold = engine.settings.large_campaign_due
    due = await repositories.campaigns.find_due(now, limit)
    return [one for one in due if not await has_much_due(repositories, one, threshold, now)]


async def _take_up_requests(engine: Engine, report: SweepReport) -> int:
    waiting = await engine.repositories.requests.find_waiting(engine.clock(), _AT_ONCE)

    async def take_up(request_id: Any) -> None:
        result = await engine.poller.process(request_id, engine.passes.owner, engine.clock())
        if result is not None:
            report.requests.append(result)

    before = len(report.requests)
    ids = [document["_id"] for document in waiting if str(document["_id"]) not in report.failures]
    await _each(engine, ids, take_up, report)
    return len(report.requests) - before


async def _pass_over_due(engine: Engine, report: SweepReport) -> int:
    async def work(campaign_id: CampaignId) -> None:
        try:
            done = await engine.passes.run(campaign_id)
        except CampaignBusyError:
            report.busy.add(campaign_id)
            return
        report.campaigns.setdefault(campaign_id, []).append(done)

    left_alone = report.busy | report.failures.keys()
    due = [one for one in await small_due_campaigns(engine, _AT_ONCE) if one not in left_alone]
    await _each(engine, due, work, report)
    return len(due)


async def _each(
    engine: Engine,
    items: Sequence[Any],
    work: Callable[[Any], Awaitable[None]],
    report: SweepReport,
) -> None:
    """Work on items side by side, as many as the settings say; a failing one fails alone."""
    at_once = asyncio.Semaphore(engine.settings.processing_threads)

    async def guarded(item: Any) -> None:
        async with at_once:
            if engine.stop.is_made:
                return
            try:
                await work(item)
            except Exception as error:
                log.exception("sweep_item_failed", item=str(item))
                reason = f"{type(error).__name__}: {error}"
                report.failures[str(item)] = reason
                await engine.repositories.alerts.raise_alert(
                    f"sweep:{item}", reason, engine.clock()
                )

    async with asyncio.TaskGroup() as tasks:
        for item in items:
            tasks.create_task(guarded(item))


def _batch_size(engine: Engine) -> int:
    return engine.settings.max_batch_size


def _added(one: InboxReport, other: InboxReport) -> InboxReport:
    return InboxReport(
        applied=one.applied + other.applied,
        unmatched=one.unmatched + other.unmatched,
        malformed=one.malformed + other.malformed,
        opted_out=one.opted_out + other.opted_out,
        campaigns=one.campaigns | other.campaigns,
    )
