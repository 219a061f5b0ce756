"""Runs of the jobs, in process, on a real MongoDB."""

from datetime import timedelta

import pytest
from dagster import AssetKey, DagsterEvent, DagsterEventType, ExecuteInProcessResult

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline_tests.integration.orchestration.conftest import Orchestration
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request


def materialized(result: ExecuteInProcessResult) -> set[tuple[str, str | None]]:
    return {
        (event.asset_key.path[0], event.partition)
        for event in result.all_events
        if event.event_type is DagsterEventType.ASSET_MATERIALIZATION and event.asset_key
    }


def metadata(result: ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (event,) = [
        event
        for event in result.all_events
        if event.event_type is DagsterEventType.ASSET_MATERIALIZATION
        and event.asset_key == AssetKey(asset)
    ]
    return said(event)


def said(event: DagsterEvent) -> dict[str, object]:
    found = event.step_materialization_data.materialization.metadata
    return {name: value.value for name, value in found.items()}


def start(orchestration: Orchestration) -> ExecuteInProcessResult:
    orchestration.insert(a_request(SALES, "ann", "bob"))
    return orchestration.run(
        "start_campaign_job",
        partition_key="campaign_request_1",
        tags={"comm_pipeline/batch_request": "request_1"},
    )


def test_starting_a_campaign_sends_its_first_messages(orchestration: Orchestration) -> None:
    result = start(orchestration)

    assert len(orchestration.channel.sent) == 2
    assert metadata(result, "campaign")["recipients"] == 2
    assert metadata(result, "conversation_states")["conversations_initialized"] == 2
    delivered = metadata(result, "outbound_messages")
    assert delivered["messages_sent"] == 2
    # Follow-ups are due 48 hours later.
    assert delivered["next_due_at"] == orchestration.clock().timestamp() + 48 * 3600


def test_every_asset_says_how_long_it_took_and_what_is_planned(
    orchestration: Orchestration,
) -> None:
    result = start(orchestration)

    for asset in ("campaign", "conversation_states", "outbound_messages"):
        found = metadata(result, asset)
        assert isinstance(found["duration_seconds"], float), asset
        assert "next_due_at" in found, asset


def test_a_sweep_says_of_a_campaign_what_a_run_of_its_own_does(
    orchestration: Orchestration,
) -> None:
    own = start(orchestration)
    orchestration.insert(a_request(SALES, "ann", "bob") | {"_id": "request_2"})

    swept = orchestration.run("sweep_job")

    for asset in ("campaign", "conversation_states", "outbound_messages"):
        alone, together = metadata(own, asset), metadata(swept, asset)
        assert together.keys() - alone.keys() == {"sweep_duration_seconds"}, asset
        assert alone.keys() - together.keys() == {"duration_seconds"}, asset
    found = metadata(swept, "campaign")
    assert (found["status"], found["recipients"]) == ("active", 2)
    assert found["next_due_at"] == orchestration.clock().timestamp() + 48 * 3600


def test_running_a_partition_again_does_nothing_twice(orchestration: Orchestration) -> None:
    start(orchestration)
    for _ in range(2):
        orchestration.run("start_campaign_job", partition_key="campaign_request_1")
    assert len(orchestration.channel.sent) == 2


def test_a_partition_without_campaign_fails_with_words(orchestration: Orchestration) -> None:
    result = orchestration.run(
        "start_campaign_job", partition_key="campaign_nowhere", raise_on_error=False
    )
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert not result.success
    assert "there is no campaign 'campaign_nowhere'" in str(failure.step_failure_data)


def test_a_bad_request_fails_its_run_with_the_reason(orchestration: Orchestration) -> None:
    orchestration.insert(a_request(SALES, "ann", initial_stage="nowhere"))
    result = orchestration.run(
        "start_campaign_job",
        partition_key="campaign_request_1",
        tags={"comm_pipeline/batch_request": "request_1"},
        raise_on_error=False,
    )
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert "initial_stage: 'nowhere' is not one of" in str(failure.step_failure_data)


def test_a_sweep_reports_each_partition_that_it_touched(orchestration: Orchestration) -> None:
    requests = [
        a_request(SALES, f"ann_{number}") | {"_id": f"request_{number}"} for number in range(5)
    ]
    orchestration.insert(*requests, a_request(SALES) | {"_id": "empty"})

    result = orchestration.run("sweep_job")

    touched = {partition for _, partition in materialized(result)}
    assert touched == {f"campaign_request_{number}" for number in range(5)}
    assert set(orchestration.instance.get_dynamic_partitions("campaigns")) == touched
    assert len(orchestration.channel.sent) == 5


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_metrics_and_report_are_written(orchestration: Orchestration) -> None:
    start(orchestration)

    result = orchestration.run("campaign_metrics_job")

    found = metadata(result, "campaign_metrics")
    assert (found["recipients"], found["messages_sent"]) == (2, 2)
    for asset in ("campaign_metrics", "campaign_report"):
        assert isinstance(metadata(result, asset)["duration_seconds"], float), asset
    page = orchestration.settings.home / "reports" / "campaign_report.html"
    assert "Q4 Enterprise Software Campaign" in page.read_text()
    (check,) = result.get_asset_check_evaluations()
    assert check.passed, check.metadata


def test_a_busy_campaign_is_left_to_its_holder(orchestration: Orchestration) -> None:
    orchestration.insert(a_request(SALES, "ann"))
    orchestration.use(
        lambda engine: engine.repositories.leases.acquire(
            CampaignId("campaign_request_1"), "somebody", timedelta(minutes=5)
        )
    )
    result = orchestration.run(
        "start_campaign_job",
        partition_key="campaign_request_1",
        tags={"comm_pipeline/batch_request": "request_1"},
    )
    assert result.success
    assert "somebody works on it" in str(metadata(result, "conversation_states")["held_up"])
    assert orchestration.channel.sent == []


def test_replies_are_read_again_by_partition(orchestration: Orchestration) -> None:
    start(orchestration)
    result = orchestration.run("reanalyse_replies_job", partition_key="campaign_request_1")
    (output,) = [
        event.step_output_data
        for event in result.all_events
        if event.event_type is DagsterEventType.STEP_OUTPUT
    ]
    assert output.metadata["replies_read"].value == 0
    assert output.metadata["conversations_changed"].value == 0
