"""Runs that a crash left behind: Dagster would count them as running for ever."""

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

#: Only runs of which nothing can be alive once the whole system has stopped.
_STARTED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def end_orphaned_runs(instance: DagsterInstance) -> list[str]:
    """Fail every run that was under way when the system stopped; return their ids.

    Call it before daemon and code server start. Their work is found again by the sensors.
    """
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=_STARTED)):
        instance.report_run_failed(run, "the system stopped while this run was under way")
        ended.append(run.run_id)
    return ended
