"""Sensors: what is due, asked of MongoDB by index, and the runs that do it."""

from typing import Final

from dagster import (
    DefaultSensorStatus,
    ResourceParam,
    RunFailureSensorContext,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    run_failure_sensor,
    sensor,
)

from comm_pipeline.orchestration.jobs import (
    advance_campaign_job,
    start_campaign_job,
    sweep_job,
)
from comm_pipeline.orchestration.mailbox_sensor import build_mailbox_sensor
from comm_pipeline.orchestration.resources import ClockResource, MongoResource
from comm_pipeline.orchestration.run_requests import (
    PARTITION_TAG,
    due_work_result,
    most_advances,
    requests_result,
)
from comm_pipeline.services.due_work import find_due_work, find_waiting_requests
from comm_pipeline.settings import Settings

#: Dagster's sensor loop turns no faster.
_LOOP_SECONDS: Final = 5


def build_sensors(settings: Settings) -> list[SensorDefinition]:
    """Return the sensors, as often as the settings say."""
    return [
        _requests_sensor(settings),
        _due_work_sensor(settings),
        build_mailbox_sensor(settings, _interval(settings.imap_poll_seconds)),
        _failed_runs_sensor(),
    ]


def _requests_sensor(settings: Settings) -> SensorDefinition:
    @sensor(
        jobs=[start_campaign_job, sweep_job],
        minimum_interval_seconds=_interval(settings.polling_interval_seconds),
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

    return batch_requests_sensor


def _due_work_sensor(settings: Settings) -> SensorDefinition:
    @sensor(
        jobs=[sweep_job, advance_campaign_job, start_campaign_job],
        minimum_interval_seconds=_interval(settings.polling_interval_seconds),
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
        return due_work_result(due, context.instance, most_advances(due, settings))

    return due_work_sensor


def _failed_runs_sensor() -> SensorDefinition:
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

    return failed_runs_sensor


def _interval(seconds: int) -> int:
    """Return the interval to ask Dagster for, in seconds.

    Its loop turns each 5 s, and would miss every other turn with an interval of 5.
    """
    return seconds if seconds > _LOOP_SECONDS else 1
