"""Metrics Collector: counts campaigns, keeps what was counted, and checks that counts agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError
from pymongo.errors import ConnectionFailure

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import CampaignMetrics, reconcile
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.errors import told
from comm_pipeline.services.clock import Clock
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories

#: Recipients; smaller campaigns are looked at whole: of few visits a sample says little.
_SAMPLED_FROM: Final = 10_000
_ENDED: Final = {
    CampaignStatus.COMPLETED.value,
    CampaignStatus.CANCELLED.value,
    CampaignStatus.FAILED.value,
}


@dataclass
class CollectionReport:
    """What was collected; ``failures`` gives the reason for each campaign without metrics.

    ``unchanged`` counts ended campaigns that had been counted after their end.
    """

    metrics: list[CampaignMetrics] = field(default_factory=list)
    failures: dict[CampaignId, str] = field(default_factory=dict)
    unchanged: int = 0


class MetricsCollector:
    """Computes and stores the metrics document of campaigns.

    ``sample_rate`` is the share of a large campaign's stage visits whose durations are averaged;
    counts are always exact. Stored metrics count as fresh for ``ttl``.
    """

    def __init__(
        self,
        repositories: Repositories,
        queries: MetricsQueries,
        sample_rate: float,
        ttl: timedelta,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._queries = queries
        self._sample_rate = sample_rate
        self._ttl = ttl
        self._clock = clock

    async def collect(self, campaign_id: CampaignId) -> CampaignMetrics:
        """Count a campaign and store the result.

        Raises NotFoundError if there is none of that id.
        """
        # It imports pandas, which every run would pay for and few need.
        from comm_pipeline.reporting.metrics_frame import campaign_metrics  # noqa: PLC0415

        now = self._clock()
        campaign = await self._repositories.campaigns.get(campaign_id)
        counts = await self._queries.counts(campaign_id, self._rate_for(campaign))
        metrics = campaign_metrics(campaign, counts, _stage_names(campaign), now)
        await self._repositories.metrics.put([metrics.model_dump(mode="python")], now)
        return metrics

    async def get_campaign_metrics(self, campaign_id: CampaignId) -> dict[str, Any]:
        """Return the metrics document: the stored one while it is fresh, else a new one.

        Raises NotFoundError if there is no campaign of that id.
        """
        stored = _read(await self._repositories.metrics.get(campaign_id))
        if stored is None or self._clock() - stored.updated_at >= self._ttl:
            stored = await self.collect(campaign_id)
        return stored.model_dump()

    async def collect_all(self, batch_size: int) -> CollectionReport:
        """Count every campaign that may have changed, ``batch_size`` campaigns read at a time.

        An ended campaign that was counted after its end is left as it is. What fails for one
        campaign is reported and stops no other; a database that does not answer stops all.
        """
        report = CollectionReport()
        after = ""
        while page := await self._queries.find_campaigns(after, batch_size):
            after = page[-1]["_id"]
            counted = await self._queries.find_counted([campaign["_id"] for campaign in page])
            changed = [one for one in page if not _is_final(one, counted.get(one["_id"]))]
            report.unchanged += len(page) - len(changed)
            await self._collect_page(changed, report)
        return report

    async def find_campaigns(self, after: str, limit: int) -> list[Doc]:
        """Return a page of campaigns by id, as stored: ``_id``, ``status``, ``completed_at``."""
        return await self._queries.find_campaigns(after, limit)

    async def reconcile(self, campaign_id: CampaignId) -> list[str]:
        """Return in words where the counts of a campaign disagree; see ``domain.metrics``.

        Raises NotFoundError if there is no campaign of that id.
        """
        found, is_one_moment = await self._disagreements(campaign_id)
        if not found or is_one_moment:
            return found
        # What is written between two counts looks like a disagreement, but not twice the same.
        again, _ = await self._disagreements(campaign_id)
        return [line for line in found if line in again]

    async def _disagreements(self, campaign_id: CampaignId) -> tuple[list[str], bool]:
        campaign = await self._repositories.campaigns.get(campaign_id)
        counts, cross, is_one_moment = await self._queries.counts_to_reconcile(campaign_id)
        return reconcile(campaign, counts, cross), is_one_moment

    async def _collect_page(self, campaigns: Sequence[Doc], report: CollectionReport) -> None:
        for campaign in campaigns:
            try:
                report.metrics.append(await self.collect(campaign["_id"]))
            except ConnectionFailure:
                raise
            except Exception as error:  # broken data fail in many ways; their owner reads which
                report.failures[campaign["_id"]] = told(error)

    def _rate_for(self, campaign: Campaign) -> float:
        return self._sample_rate if campaign.total_recipients >= _SAMPLED_FROM else 1.0


def _stage_names(campaign: Campaign) -> tuple[str, ...]:
    return parse_template(campaign.template_document, campaign.template_id).stage_names


def _read(document: Doc | None) -> CampaignMetrics | None:
    """Return stored metrics, or None if there are none or an earlier version's shape differs."""
    if document is None:
        return None
    try:
        return CampaignMetrics.model_validate(document)
    except ValidationError:
        return None


def _is_final(campaign: Doc, counted: Doc | None) -> bool:
    """Return whether metrics say of an ended campaign that it has ended."""
    if campaign.get("status") not in _ENDED or counted is None:
        return False
    ended_at = campaign.get("completed_at")
    is_later = not isinstance(ended_at, datetime) or counted["updated_at"] > ended_at
    return bool(is_later and counted.get("campaign_status") == campaign["status"])
