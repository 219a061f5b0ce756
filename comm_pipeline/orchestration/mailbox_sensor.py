"""The sensor that looks into the mailbox: a run costs seconds, and is asked for only if need be."""

from typing import Final

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    ResourceParam,
    RunRequest,
    RunsFilter,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    sensor,
)

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.orchestration.jobs import ingest_replies_job
from comm_pipeline.orchestration.resources import ClockResource, MongoResource
from comm_pipeline.orchestration.run_requests import IN_PROGRESS, oldest_believed
from comm_pipeline.services.mailbox_reading import has_new_mail
from comm_pipeline.settings import Settings

_NOT_SET_UP: Final = "no mailbox is set up; IMAP_HOST names one"
_TAGS: Final = {"dagster/priority": "10", "comm_pipeline/reason": "new_mail"}


def build_mailbox_sensor(settings: Settings, interval: int) -> SensorDefinition:
    """Return the sensor, which looks every ``interval`` seconds."""

    @sensor(
        job=ingest_replies_job,
        minimum_interval_seconds=interval,
        default_status=DefaultSensorStatus.RUNNING,
        description=(
            "Looks into the mailbox (`IMAP_HOST`) every `IMAP_POLL_SECONDS` and has it read if "
            "something is new in it. A mailbox that cannot be read is an operator alert."
        ),
    )
    def mailbox_sensor(
        context: SensorEvaluationContext,
        mongodb: ResourceParam[MongoResource],
        clock: ResourceParam[ClockResource],
    ) -> SensorResult:
        if settings.imap_host is None:
            return SensorResult(skip_reason=_NOT_SET_UP)
        if _is_being_read(context.instance):
            return SensorResult(skip_reason="the mailbox is being read")
        try:
            is_new = mongodb.read(
                lambda repositories: has_new_mail(settings, repositories, clock.clock)
            )
        except EnvironmentFailure as error:
            return SensorResult(skip_reason=str(error))
        if not is_new:
            return SensorResult(skip_reason="nothing new in the mailbox")
        return SensorResult(run_requests=[RunRequest(tags=_TAGS)])

    return mailbox_sensor


def _is_being_read(instance: DagsterInstance) -> bool:
    filters = RunsFilter(
        job_name=ingest_replies_job.name, statuses=IN_PROGRESS, created_after=oldest_believed()
    )
    return bool(instance.get_run_ids(filters, limit=1))
