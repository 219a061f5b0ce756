"""What the operating page tells people to write into a campaign by hand."""

from typing import Any

from dagster import SensorResult

from comm_pipeline_tests.integration.orchestration.conftest import Orchestration
from comm_pipeline_tests.integration.orchestration.test_sensors import skipped, tick
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

CAMPAIGN = "campaign_request_1"


def start(orchestration: Orchestration) -> None:
    orchestration.insert(a_request(SALES, "ann"))
    orchestration.run("sweep_job")
    orchestration.clock.move(hours=48)


def write(orchestration: Orchestration, **fields: Any) -> None:
    async def update(engine: Any) -> None:
        await engine.repositories.campaigns._collection.update_one(
            {"_id": CAMPAIGN}, {"$set": fields}
        )

    orchestration.use(update)


def jobs(result: SensorResult) -> list[str | None]:
    return [run.job_name for run in result.run_requests or []]


def test_a_paused_campaign_rests_until_it_is_resumed(orchestration: Orchestration) -> None:
    start(orchestration)
    write(orchestration, status="paused")
    orchestration.run("sweep_job")
    assert skipped(tick(orchestration, "due_work_sensor")) == "nothing is due"
    assert len(orchestration.channel.sent) == 1

    write(orchestration, status="active", next_due_at=orchestration.clock())

    assert jobs(tick(orchestration, "due_work_sensor")) == ["sweep_job"]
    orchestration.run("sweep_job")
    assert len(orchestration.channel.sent) == 2


def test_a_cancelled_campaign_comes_to_rest(orchestration: Orchestration) -> None:
    start(orchestration)

    write(orchestration, status="cancelled", next_due_at=orchestration.clock())
    orchestration.run("sweep_job")

    assert skipped(tick(orchestration, "due_work_sensor")) == "nothing is due"
    assert len(orchestration.channel.sent) == 1
