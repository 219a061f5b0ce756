"""What the sensors ask Dagster for."""

from datetime import timedelta
from typing import Any

from dagster import (
    DagsterRunStatus,
    SensorResult,
    build_sensor_context,
)

from comm_pipeline.orchestration.jobs import sweep_job
from comm_pipeline.orchestration.orphans import end_orphaned_runs
from comm_pipeline_tests.integration.orchestration.conftest import Orchestration
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request


def tick(orchestration: Orchestration, name: str) -> SensorResult:
    definitions = orchestration.definitions
    sensor = definitions.resolve_sensor_def(name)
    with build_sensor_context(
        instance=orchestration.instance, resources=orchestration.resources
    ) as context:
        result = sensor(context)
    assert isinstance(result, SensorResult)
    return result


def requests(count: int, people: int = 1) -> list[dict[str, Any]]:
    names = [f"person_{number}" for number in range(people)]
    return [a_request(SALES, *names) | {"_id": f"request_{number}"} for number in range(count)]


def skipped(result: SensorResult) -> str:
    assert result.skip_reason is not None
    return str(result.skip_reason.skip_message)


def test_nothing_waits(orchestration: Orchestration) -> None:
    assert skipped(tick(orchestration, "batch_requests_sensor")) == "no batch request waits"
    assert skipped(tick(orchestration, "due_work_sensor")) == "nothing is due"


def test_a_few_requests_get_a_run_each(orchestration: Orchestration) -> None:
    orchestration.insert(*requests(2))
    result = tick(orchestration, "batch_requests_sensor")
    found = {(run.job_name, run.partition_key) for run in result.run_requests or []}
    assert found == {
        ("start_campaign_job", "campaign_request_0"),
        ("start_campaign_job", "campaign_request_1"),
    }
    assert len(result.dynamic_partitions_requests or []) == 1


def test_run_keys_change_with_time_but_not_with_ticks(orchestration: Orchestration) -> None:
    orchestration.insert(*requests(1))

    def key() -> str | None:
        (run,) = tick(orchestration, "batch_requests_sensor").run_requests or []
        return run.run_key

    first = key()
    orchestration.clock.move(seconds=1)
    assert key() == first
    orchestration.clock.move(seconds=orchestration.settings.batch_request_claim_seconds)
    assert key() != first


def test_many_requests_share_a_sweep(orchestration: Orchestration) -> None:
    orchestration.insert(*requests(10))
    result = tick(orchestration, "batch_requests_sensor")
    assert [run.job_name for run in result.run_requests or []] == ["sweep_job"]

    orchestration.instance.create_run_for_job(sweep_job, status=DagsterRunStatus.STARTED)
    assert "a sweep is in progress" in skipped(tick(orchestration, "batch_requests_sensor"))


def test_small_due_campaigns_share_a_sweep_and_large_ones_do_not(
    orchestration: Orchestration,
) -> None:
    orchestration.settings = orchestration.settings.model_copy(update={"large_campaign_due": 4})
    large = requests(1, people=5)[0] | {"_id": "large"}
    orchestration.insert(*requests(2), large)
    orchestration.run("sweep_job")
    orchestration.run("start_campaign_job", partition_key="campaign_large")
    assert len(orchestration.channel.sent) == 7
    orchestration.clock.move(hours=48)

    result = tick(orchestration, "due_work_sensor")

    found = [(run.job_name, run.partition_key) for run in result.run_requests or []]
    assert found == [("advance_campaign_job", "campaign_large"), ("sweep_job", None)]


def test_a_reply_asks_for_a_sweep(orchestration: Orchestration) -> None:
    orchestration.insert(*requests(1))
    orchestration.run("sweep_job")

    async def reply(engine: Any) -> None:
        await engine.repositories.inbound._collection.insert_one(
            {
                "campaign_id": "campaign_request_0",
                "recipient_id": "person_0",
                "text": "Yes",
                "received_at": orchestration.clock(),
            }
        )

    orchestration.use(reply)
    result = tick(orchestration, "due_work_sensor")
    assert [run.job_name for run in result.run_requests or []] == ["sweep_job"]


def with_due_campaigns(orchestration: Orchestration, large: int, **settings: Any) -> None:
    """Make campaigns that are due with more than a sweep takes, and one small one."""
    orchestration.settings = orchestration.settings.model_copy(
        update={"large_campaign_due": 2, **settings}
    )
    orchestration.insert(
        *requests(large, people=2), a_request(SALES, "ann") | {"_id": "request_small"}
    )
    orchestration.run("sweep_job")
    for number in range(large):
        orchestration.run("start_campaign_job", partition_key=f"campaign_request_{number}")
    orchestration.clock.move(hours=48)


def hold(orchestration: Orchestration, *campaigns: str) -> None:
    async def acquire(engine: Any) -> None:
        for campaign in campaigns:
            await engine.repositories.leases.acquire(campaign, "somebody", timedelta(minutes=5))

    orchestration.use(acquire)


def test_no_more_runs_are_asked_for_than_there_are_slots(orchestration: Orchestration) -> None:
    with_due_campaigns(orchestration, 3, max_concurrent_campaigns=2)
    hold(orchestration, "campaign_request_0")

    result = tick(orchestration, "due_work_sensor")

    assert [run.job_name for run in result.run_requests or []] == [
        "advance_campaign_job",
        "sweep_job",
    ]


def test_held_campaigns_ask_for_nothing(orchestration: Orchestration) -> None:
    with_due_campaigns(orchestration, 1)
    hold(orchestration, "campaign_request_0", "campaign_request_small")

    said = skipped(tick(orchestration, "due_work_sensor"))

    assert said == "2 campaigns are due and being worked on"


def test_large_campaigns_wait_while_every_slot_is_held(orchestration: Orchestration) -> None:
    with_due_campaigns(orchestration, 2, max_concurrent_campaigns=2)
    hold(orchestration, "campaign_request_0", "campaign_request_small")

    said = skipped(tick(orchestration, "due_work_sensor"))

    assert said == "1 campaigns wait for one of MAX_CONCURRENT_CAMPAIGNS slots; 2 are held"


def test_runs_left_over_from_a_crash_are_ended(orchestration: Orchestration) -> None:
    instance = orchestration.instance
    left = [
        instance.create_run_for_job(sweep_job, status=status).run_id
        for status in (DagsterRunStatus.STARTED, DagsterRunStatus.NOT_STARTED)
    ]

    assert set(end_orphaned_runs(instance)) == set(left)

    statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == dict.fromkeys(left, DagsterRunStatus.FAILURE)


def test_a_run_that_is_submitted_again_keeps_its_key(orchestration: Orchestration) -> None:
    instance = orchestration.instance
    for tag in ("dagster/run_key", "dagster/backfill"):
        instance.create_run_for_job(
            sweep_job, status=DagsterRunStatus.NOT_STARTED, tags={tag: "request_1:0:1"}
        )

    assert end_orphaned_runs(instance) == []
