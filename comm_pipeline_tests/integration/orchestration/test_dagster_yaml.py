"""Dagster's own configuration, as Dagster reads it."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance, RunRequest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.orchestration.run_requests import due_work_result
from comm_pipeline.services.due_work import DueWork

DAGSTER_YAML = Path(__file__).parents[3] / "dagster.yaml"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    shutil.copy(DAGSTER_YAML, tmp_path)
    with DagsterInstance.from_config(str(tmp_path)) as opened:
        yield opened


def test_advance_runs_leave_places_for_the_sweep(instance: DagsterInstance) -> None:
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    due = DueWork([CampaignId("large")], [CampaignId("small")], [], has_replies=False)

    advance, sweep = due_work_result(due, instance, 5).run_requests or []

    (limit,) = [limit["limit"] for limit in queue.tag_concurrency_limits if covers(limit, advance)]
    assert limit < queue.max_concurrent_runs
    assert not [limit for limit in queue.tag_concurrency_limits if covers(limit, sweep)]
    assert int(sweep.tags["dagster/priority"]) > int(advance.tags.get("dagster/priority", 0))


def covers(limit: Mapping[str, Any], request: RunRequest) -> bool:
    """Return whether a limit on a tag's single value counts a run."""
    return isinstance(limit.get("value"), str) and request.tags.get(limit["key"]) == limit["value"]
