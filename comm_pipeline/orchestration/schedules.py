"""Schedules: what happens by the clock, whatever is due."""

from dagster import DefaultScheduleStatus, ScheduleDefinition

from comm_pipeline.orchestration.jobs import campaign_metrics_job
from comm_pipeline.settings import Settings


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """Return the schedules; metrics are computed about as often as they go stale."""
    return [
        ScheduleDefinition(
            name="campaign_metrics_schedule",
            job=campaign_metrics_job,
            cron_schedule=cron_every(settings.metrics_ttl_seconds),
            default_status=DefaultScheduleStatus.RUNNING,
            description="Computes the metrics of all campaigns and writes the report.",
        )
    ]


def cron_every(seconds: int) -> str:
    """Return the cron line for about every so many seconds: whole minutes, or whole hours."""
    minutes = max(1, seconds // 60)
    if minutes < 60:
        return f"*/{minutes} * * * *"
    return f"0 */{min(minutes // 60, 23)} * * *"
