"""The sweep: everything small that is due, in one go.

A Dagster run costs seconds, so many small campaigns share one: new batch requests, replies, and the
due work of campaigns that do not have so much of it that they deserve a run of their own. The sweep
goes round until nothing is due any more or its time is over.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.campaign_pass import CampaignBusyError, CampaignReport
from comm_pipeline.services.campaign_poller import PollResult
from comm_pipeline.services.due_work import has_much_due_if_readable
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.report_desk import ReportsTaken
from comm_pipeline.settings import Masking

log = structlog.get_logger(__name__)

#: Requests or campaigns looked up at once.
_AT_ONCE: Final = 500
#: The name of replies among the failures.
_INBOX: Final = "inbox"
#: The name of delivery reports among the failures.
_REPORTS: Final = "delivery reports"


@dataclass
class SweepReport:
    """What a sweep did: requests, replies, a report for each campaign touched, and failures."""

    requests: list[PollResult] = field(default_factory=list)
    inbox: InboxReport = field(default_factory=InboxReport)
    reports: ReportsTaken = field(default_factory=ReportsTaken)
    campaigns: dict[CampaignId, list[CampaignReport]] = field(default_factory=dict)
    busy: set[CampaignId] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)


async def sweep(engine: Engine, limit: timedelta) -> SweepReport:
    """Do what is due and small, round by round, for about ``limit`` at most.

    One request or campaign that fails stops no other; it is in the report's failures, and an alert.
    """
    work = _Sweep(engine, engine.clock() + limit)
    while not work.is_over:
        await work.take_up_replies()
        await work.take_up_reports()
        done = await work.take_up_requests()
        done += await work.pass_over_due()
        if not done:
            break
    return work.report


async def small_due_campaigns(engine: Engine, limit: int) -> list[CampaignId]:
    """Return due campaigns with too little due work for a run of their own."""
    repositories, now = engine.repositories, engine.clock()
    threshold = engine.settings.large_campaign_due
    due = await repositories.campaigns.find_due(now, limit)
    return [
        one
        for one in due
        if await has_much_due_if_readable(repositories, one, threshold, now) is False
    ]


@dataclass
class _Sweep:
    """One sweep under way; ``idle`` are campaigns on which a pass had no effect."""

    engine: Engine
    deadline: datetime
    report: SweepReport = field(default_factory=SweepReport)
    idle: set[CampaignId] = field(default_factory=set)
    listening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is begun."""
        return self.engine.stop.is_made or self.engine.clock() >= self.deadline

    async def take_up_replies(self) -> None:
        """Take up what has come in; a failure there is reported and stops nothing else."""
        engine = self.engine
        try:
            async with self.listening:
                if await engine.repositories.inbound.has_new():
                    taken = await engine.inbox.take_up(engine.settings.max_batch_size)
                    self.report.inbox += taken
                    self.idle -= taken.campaigns
        except Exception as error:
            await self._failed(_INBOX, error)

    async def take_up_reports(self) -> None:
        """Take up what providers have reported; a failure there stops nothing else."""
        engine = self.engine
        try:
            if await engine.repositories.provider_reports.has_due(engine.clock()):
                taken = await engine.reports.take_up(engine.settings.max_batch_size)
                self.report.reports += taken
        except Exception as error:
            await self._failed(_REPORTS, error)

    async def take_up_requests(self) -> int:
        """Take up batch requests that wait; return how many were."""
        engine, report = self.engine, self.report
        waiting = await engine.repositories.requests.find_waiting(engine.clock(), _AT_ONCE)

        async def take_up(request_id: Any) -> None:
            result = await engine.poller.process(request_id, engine.passes.owner, engine.clock())
            if result is not None:
                report.requests.append(result)

        before = len(report.requests)
        ids = [one["_id"] for one in waiting if str(one["_id"]) not in report.failures]
        await self._each(ids, take_up)
        return len(report.requests) - before

    async def pass_over_due(self) -> int:
        """Pass over small campaigns that are due; return how many were."""
        left_alone = self.report.busy | self.report.failures.keys() | self.idle
        found = await small_due_campaigns(self.engine, _AT_ONCE)
        due = [one for one in found if one not in left_alone]
        await self._each(due, self._pass_over)
        return len(due)

    async def _pass_over(self, campaign_id: CampaignId) -> None:
        # Whoever has said stop meanwhile waits for the passes under way, not for the whole round.
        if _INBOX not in self.report.failures:
            await self.take_up_replies()
        try:
            done = await self.engine.passes.run(campaign_id)
        except CampaignBusyError:
            self.report.busy.add(campaign_id)
            return
        self.report.campaigns.setdefault(campaign_id, []).append(done)
        if not _has_effect(done):
            self.idle.add(campaign_id)

    async def _each(self, items: Sequence[Any], work: Callable[[Any], Awaitable[None]]) -> None:
        """Work on items side by side, as many as the settings say; a failing one fails alone."""
        at_once = asyncio.Semaphore(self.engine.settings.processing_threads)

        async def guarded(item: Any) -> None:
            async with at_once:
                if self.is_over:
                    return
                try:
                    await work(item)
                except Exception as error:
                    await self._failed(item, error)

        async with asyncio.TaskGroup() as tasks:
            for item in items:
                tasks.create_task(guarded(item))

    async def _failed(self, item: Any, error: Exception) -> None:
        log.error("sweep_item_failed", item=str(item), exc_info=error)
        engine = self.engine
        masking, reason = Masking.of(engine.settings), f"{type(error).__name__}: {error}"
        self.report.failures[str(item)] = masking.error(error)
        await engine.repositories.alerts.raise_alert(
            f"sweep:{item}", masking.without_secrets(reason), engine.clock()
        )


def _has_effect(done: CampaignReport) -> bool:
    counts = (done.initialized, done.work.processed, done.work.recovered)
    return any(counts) or any(done.delivery.counts.values())
