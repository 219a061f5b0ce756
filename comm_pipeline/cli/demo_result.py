"""What came of the demo: metrics and report, by Dagster, and the proof by the mail folder."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from comm_pipeline.cli.local_system import LocalSystem
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.clock import system_clock
from comm_pipeline.simulation.mail_proof import MailProof, prove
from comm_pipeline.storage.repositories import Repositories

_METRICS_JOB: Final = "campaign_metrics_job"
_METRICS_LIMIT_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """One campaign; ``failures`` says of recipients who could not be written to why not."""

    metrics: CampaignMetrics
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How the demo ended; ``report`` is the page for people."""

    campaigns: list[CampaignResult]
    proof: MailProof
    report: Path


async def collect_result(
    system: LocalSystem, repositories: Repositories, campaign_ids: Sequence[CampaignId]
) -> Result:
    """Have Dagster count the completed campaigns, and compare the mails with the ledger.

    Raises EnvironmentFailure if Dagster does not do it in time.
    """
    assert system.mail_directory is not None
    asked_at = system_clock()
    report = system.settings.home / "reports" / "campaign_report.html"
    run_id = await asyncio.to_thread(system.launch_job, _METRICS_JOB)
    deadline = time.monotonic() + _METRICS_LIMIT_SECONDS
    while time.monotonic() < deadline:
        system.check()
        found = [await _counted_after_its_end(repositories, one) for one in campaign_ids]
        metrics = [one for one in found if one is not None]
        if len(metrics) == len(found) and _is_written_since(report, asked_at):
            campaigns = [CampaignResult(one, await _failures(repositories, one)) for one in metrics]
            proof = await prove(repositories, system.mail_directory, campaign_ids)
            return Result(campaigns, proof, report)
        await asyncio.sleep(_LOOK_SECONDS)
    raise EnvironmentFailure(
        f"{_METRICS_JOB} has not stored metrics and report within {_METRICS_LIMIT_SECONDS:.0f} s; "
        f"see its run {run_id} in {system.settings.home / 'logs'}"
    )


async def _counted_after_its_end(
    repositories: Repositories, campaign_id: CampaignId
) -> CampaignMetrics | None:
    """Return the metrics of a campaign unless they are older than its end."""
    campaign = await repositories.campaigns.get(campaign_id)
    document = await repositories.metrics.get(campaign_id)
    if document is None or campaign.completed_at is None:
        return None
    metrics = CampaignMetrics.model_validate(document)
    return metrics if metrics.updated_at >= campaign.completed_at else None


async def _failures(repositories: Repositories, metrics: CampaignMetrics) -> tuple[str, ...]:
    query = {"campaign_id": metrics.campaign_id, "status": ConversationStatus.FAILED.value}
    found = await repositories.conversations.find_conversation_states(query)
    return tuple(str(conversation.get("reason")) for conversation in found)


def _is_written_since(path: Path, moment: datetime) -> bool:
    return path.exists() and path.stat().st_mtime >= moment.timestamp()
