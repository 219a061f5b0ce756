"""Which runs the sensors ask for.

A sensor reads, decides and returns run requests with their reason; the runs claim and write. What
is asked for twice is harmless, because runs hold what they work on; run keys and a look at the runs
in progress keep it rare.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dagster import (
    AssetKey,
    AssetObservation,
    DagsterInstance,
    DagsterRunStatus,
    RunRequest,
    RunsFilter,
    SensorResult,
    SkipReason,
)

from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.orchestration.assets.campaigns import REQUEST_TAG
from comm_pipeline.orchestration.jobs import (
    advance_campaign_job,
    start_campaign_job,
    sweep_job,
)
from comm_pipeline.orchestration.partitions import campaigns_partitions
from comm_pipeline.services.due_work import DueWork
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc

#: So many requests at once get a run each, with its own page; more share a sweep.
_RUNS_OF_THEIR_OWN: Final = 3
#: What a run is that was asked for and has not ended.
IN_PROGRESS: Final = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]
PARTITION_TAG: Final = "dagster/partition"
_PRIORITY_TAG: Final = "dagster/priority"


def requests_result(
    waiting: Sequence[Doc], now: datetime, claim_seconds: int, instance: DagsterInstance
) -> SensorResult:
    """Return the runs for waiting batch requests: one each for a few, one sweep for many."""
    if not waiting:
        return SensorResult(skip_reason="no batch request waits")
    observed = [_observation(waiting)]
    if len(waiting) > _RUNS_OF_THEIR_OWN:
        if _sweep_in_progress(instance):
            return SensorResult(
                skip_reason=f"{len(waiting)} batch requests wait; a sweep is in progress",
                asset_events=observed,
            )
        return SensorResult(run_requests=[_sweep("many_requests")], asset_events=observed)
    campaign_ids = [campaign_id_for_request(document["_id"]) for document in waiting]
    return SensorResult(
        run_requests=[
            _start(document, campaign_id, now, claim_seconds)
            for document, campaign_id in zip(waiting, campaign_ids, strict=True)
        ],
        dynamic_partitions_requests=[campaigns_partitions.build_add_request(campaign_ids)],
        asset_events=observed,
    )


def due_work_result(due: DueWork, instance: DagsterInstance, most_advances: int) -> SensorResult:
    """Return the runs for due work: one for each large campaign, one sweep for all others.

    Campaigns that somebody holds are in neither.
    """
    running = _campaigns_in_progress(instance)
    waiting = [campaign_id for campaign_id in due.large if campaign_id not in running]
    large = waiting[:most_advances]
    requests = [_advance(campaign_id) for campaign_id in large]
    small = [campaign_id for campaign_id in due.small if campaign_id not in running]
    wants_sweep = bool(small) or due.has_replies or due.has_reports
    if wants_sweep and not _sweep_in_progress(instance):
        requests.append(_sweep("due_work"))
    if not requests:
        return SensorResult(skip_reason=_why_nothing(due, len(waiting), wants_sweep=wants_sweep))
    return SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[campaigns_partitions.build_add_request(large)]
        if large
        else [],
    )


def _start(document: Doc, campaign_id: CampaignId, now: datetime, claim_seconds: int) -> RunRequest:
    """Return the run for one request.

    Dagster remembers run keys for ever, so the key changes with each attempt, and also with time:
    a run that died before it claimed anything must not be the last.
    """
    request_id = str(document["_id"])
    claim = document.get("claim")
    attempt = claim.get("attempts", 0) if isinstance(claim, dict) else 0
    period = int(now.timestamp()) // max(claim_seconds, 1)
    return RunRequest(
        run_key=f"{request_id}:{attempt}:{period}",
        job_name=start_campaign_job.name,
        partition_key=campaign_id,
        tags={REQUEST_TAG: request_id} | _tags("new_request"),
    )


def most_advances(due: DueWork, settings: Settings) -> int:
    """Return for how many campaigns there is a slot: without one, a run only says held_up."""
    free = settings.max_concurrent_campaigns - len(due.held)
    return max(0, min(free, settings.max_run_requests_per_tick))


def _sweep(reason: str) -> RunRequest:
    """Return the run of a sweep, which is launched before the advance runs that wait."""
    return RunRequest(job_name=sweep_job.name, tags={_PRIORITY_TAG: "10"} | _tags(reason))


def _advance(campaign_id: CampaignId) -> RunRequest:
    return RunRequest(
        job_name=advance_campaign_job.name,
        partition_key=campaign_id,
        tags=_tags("much_due_work"),
    )


def _tags(reason: str) -> dict[str, str]:
    return {"comm_pipeline/reason": reason}


def _observation(waiting: Sequence[Doc]) -> AssetObservation:
    return AssetObservation(
        AssetKey("agent_batch_requests"), metadata={"requests_waiting": len(waiting)}
    )


def _why_nothing(due: DueWork, without_slot: int, *, wants_sweep: bool) -> SkipReason:
    if wants_sweep:
        return SkipReason("a sweep is in progress and will do what is due")
    if without_slot:
        return SkipReason(
            f"{without_slot} campaigns wait for one of MAX_CONCURRENT_CAMPAIGNS slots; "
            f"{len(due.held)} are held"
        )
    if due.held:
        are = "campaign is" if len(due.held) == 1 else "campaigns are"
        return SkipReason(f"{len(due.held)} {are} due and being worked on")
    return SkipReason(
        "the due campaigns are running" if due.large or due.small else "nothing is due"
    )


def _sweep_in_progress(instance: DagsterInstance) -> bool:
    filters = RunsFilter(
        job_name=sweep_job.name, statuses=IN_PROGRESS, created_after=oldest_believed()
    )
    return bool(instance.get_run_ids(filters, limit=1))


def _campaigns_in_progress(instance: DagsterInstance) -> set[Any]:
    """Return the campaigns that have a run of their own in progress."""
    filters = RunsFilter(statuses=IN_PROGRESS, created_after=oldest_believed())
    runs = instance.get_runs(filters)
    return {run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags}


def oldest_believed() -> datetime:
    """Return since when a run that counts as in progress is believed.

    A crash of the whole system leaves runs behind that Dagster shows as started for hours. A run
    that does work for longer holds its campaign, which says so by itself.
    """
    return datetime.now(UTC) - timedelta(minutes=15)
