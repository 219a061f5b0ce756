"""Sensors: what is due, asked of MongoDB by index, and the runs that do it.

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
    DefaultSensorStatus,
    ResourceParam,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    run_failure_sensor,
    sensor,
)

from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.orchestration.assets.campaigns import REQUEST_TAG
from comm_pipeline.orchestration.jobs import (
    advance_campaign_job,
    start_campaign_job,
    sweep_job,
)
from comm_pipeline.orchestration.partitions import campaigns_partitions
from comm_pipeline.orchestration.resources import ClockResource, MongoResource
from comm_pipeline.services.due_work import DueWork, find_due_work, find_waiting_requests
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc

#: So many requests at once get a run each, with its own page; more share a sweep.
_RUNS_OF_THEIR_OWN: Final = 3
#: Dagster's sensor loop turns no faster.
_LOOP_SECONDS: Final = 5
_IN_PROGRESS: Final = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]
PARTITION_TAG: Final = "dagster/partition"


def build_sensors(settings: Settings) -> list[SensorDefinition]:
    """Return the sensors, as often as the settings say."""
    interval = _interval(settings.polling_interval_seconds)

    @sensor(
        jobs=[start_campaign_job, sweep_job],
        minimum_interval_seconds=interval,
        default_status=DefaultSensorStatus.RUNNING,
        description="Finds batch requests that are new, or whose processing died.",
    )
    def batch_requests_sensor(
        context: SensorEvaluationContext,
        mongodb: ResourceParam[MongoResource],
        clock: ResourceParam[ClockResource],
    ) -> SensorResult:
        now = clock.clock()
        waiting = mongodb.read(lambda repositories: find_waiting_requests(repositories, now))
        return requests_result(waiting, now, settings.batch_request_claim_seconds, context.instance)

    @sensor(
        jobs=[sweep_job, advance_campaign_job, start_campaign_job],
        minimum_interval_seconds=interval,
        default_status=DefaultSensorStatus.RUNNING,
        description=(
            "Finds replies, scheduled campaigns whose time has come, and conversations and "
            "messages that are due."
        ),
    )
    def due_work_sensor(
        context: SensorEvaluationContext,
        mongodb: ResourceParam[MongoResource],
        clock: ResourceParam[ClockResource],
    ) -> SensorResult:
        due = mongodb.read(
            lambda repositories: find_due_work(repositories, settings, clock.clock())
        )
        return due_work_result(due, context.instance, settings.max_run_requests_per_tick)

    @run_failure_sensor(
        default_status=DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Puts every failed run into operator_alerts, with its error.",
    )
    def failed_runs_sensor(
        context: RunFailureSensorContext,
        mongodb: ResourceParam[MongoResource],
        clock: ResourceParam[ClockResource],
    ) -> None:
        run, message = context.dagster_run, context.failure_event.message or "the run failed"
        partition = run.tags.get(PARTITION_TAG, "")
        mongodb.read(
            lambda repositories: repositories.alerts.raise_alert(
                f"run:{run.job_name}:{partition}",
                f"run {run.run_id}: {message}",
                clock.clock(),
            )
        )

    return [batch_requests_sensor, due_work_sensor, failed_runs_sensor]


def _interval(seconds: int) -> int:
    """Return the interval to ask Dagster for, in seconds.

    Its loop turns each 5 s, and would miss every other turn with an interval of 5.
    """
    return seconds if seconds > _LOOP_SECONDS else 1


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
        request = RunRequest(job_name=sweep_job.name, tags=_tags("many_requests"))
        return SensorResult(run_requests=[request], asset_events=observed)
    campaign_ids = [campaign_id_for_request(document["_id"]) for document in waiting]
    return SensorResult(
        run_requests=[
            _start(document, campaign_id, now, claim_seconds)
            for document, campaign_id in zip(waiting, campaign_ids, strict=True)
        ],
        dynamic_partitions_requests=[campaigns_partitions.build_add_request(campaign_ids)],
        asset_events=observed,
    )


def due_work_result(due: DueWork, instance: DagsterInstance, most_requests: int) -> SensorResult:
    """Return the runs for due work: one for each large campaign, one sweep for all others."""
    running = _campaigns_in_progress(instance)
    large = [campaign_id for campaign_id in due.large if campaign_id not in running]
    requests = [_advance(campaign_id) for campaign_id in large[:most_requests]]
    small = [campaign_id for campaign_id in due.small if campaign_id not in running]
    wants_sweep = bool(small) or due.has_replies
    if wants_sweep and not _sweep_in_progress(instance):
        requests.append(RunRequest(job_name=sweep_job.name, tags=_tags("due_work")))
    if not requests:
        return SensorResult(skip_reason=_why_nothing(due, wants_sweep))
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


def _why_nothing(due: DueWork, wants_sweep: bool) -> SkipReason:  # noqa: FBT001 - one of two words
    if wants_sweep:
        return SkipReason("a sweep is in progress and will do what is due")
    if due.held:
        return SkipReason(f"{len(due.held)} campaigns are due and being worked on")
    return SkipReason("nothing is due" if not due.large else "the due campaigns are running")


def _sweep_in_progress(instance: DagsterInstance) -> bool:
    filters = RunsFilter(
        job_name=sweep_job.name, statuses=_IN_PROGRESS, created_after=_oldest_believed()
    )
    return bool(instance.get_run_ids(filters, limit=1))


def _campaigns_in_progress(instance: DagsterInstance) -> set[Any]:
    """Return the campaigns that have a run of their own in progress."""
    filters = RunsFilter(statuses=_IN_PROGRESS, created_after=_oldest_believed())
    runs = instance.get_runs(filters)
    return {run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags}


def _oldest_believed() -> datetime:
    """Return since when a run that counts as in progress is believed.

    A crash of the whole system leaves runs behind that Dagster shows as started for hours. A run
    that does work for longer holds its campaign, which says so by itself.
    """
    return datetime.now(UTC) - timedelta(minutes=15)
