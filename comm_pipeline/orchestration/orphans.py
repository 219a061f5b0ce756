"""Runs that a crash left behind: Dagster would count them as running for ever."""

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

#: Only runs of which nothing can be alive once the whole system has stopped. Dagster launches what
#: is queued by itself.
_LEFT = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
#: A run that was made and not yet submitted is submitted when its sensor asks for its key again, or
#: its backfill goes on. Ended, it would use up its key, or count as a failure of the backfill.
_SUBMITTED_AGAIN = frozenset({"dagster/run_key", "dagster/backfill"})


def end_orphaned_runs(instance: DagsterInstance) -> list[str]:
    """Fail every run that was under way when the system stopped; return their ids.

    Call it before daemon and code server start. Their work is found again by the sensors.
    """
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=_LEFT)):
        if run.status is DagsterRunStatus.NOT_STARTED and _SUBMITTED_AGAIN & run.tags.keys():
            continue
        instance.report_run_failed(run, "the system stopped while this run was under way")
        ended.append(run.run_id)
    return ended
