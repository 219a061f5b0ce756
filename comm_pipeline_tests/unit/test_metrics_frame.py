"""From counted rows to the metrics document, and to tables."""

from dataclasses import replace

import pytest

from comm_pipeline.domain.metrics import CampaignCounts, StageCount
from comm_pipeline.reporting.metrics_frame import campaign_metrics, funnel_frame, overview_frame
from comm_pipeline_tests.builders import START
from comm_pipeline_tests.metrics_builders import (
    COUNTS,
    DOCUMENTED,
    STAGES,
    a_campaign,
    some_metrics,
)


def test_rows_become_the_documented_document() -> None:
    campaign = a_campaign(id="campaign123")
    document = campaign_metrics(campaign, COUNTS, STAGES, START).model_dump(mode="json")
    for field in DOCUMENTED.keys() - {"updated_at"}:
        assert document[field] == DOCUMENTED[field], field
    assert document["outcomes"] == {"success": 15, "bounced": 5}
    assert list(document["deliveries"].items()) == [("queued", 1), ("sent", 249), ("bounced", 2)]


def test_a_campaign_without_rows_has_zeros_for_every_stage() -> None:
    metrics = campaign_metrics(a_campaign(), CampaignCounts([], [], []), STAGES, START)
    assert tuple(metrics.stage_metrics) == STAGES
    assert {stage.model_dump_json() for stage in metrics.stage_metrics.values()} == {
        '{"entered":0,"completed":0,"avg_duration_seconds":0.0}'
    }
    assert metrics.message_metrics.response_rate == 0
    assert (metrics.outcomes, metrics.deliveries) == ({}, {})


def test_a_stage_that_the_template_lacks_comes_last() -> None:
    counts = replace(COUNTS, stages=[StageCount("another", 1, 0, None), *COUNTS.stages])
    metrics = campaign_metrics(a_campaign(), counts, STAGES, START)
    assert tuple(metrics.stage_metrics) == (*STAGES, "another")
    assert metrics.stage_metrics["another"].avg_duration_seconds == 0


def test_funnel_frame() -> None:
    frame = funnel_frame([some_metrics(), some_metrics(campaign_id="campaign124")])
    assert list(frame.columns) == [
        "campaign_id",
        "stage",
        "position",
        "entered",
        "completed",
        "conversion",
        "avg_duration_seconds",
    ]
    assert frame["position"].tolist() == [1, 2, 3, 1, 2, 3]
    assert frame["conversion"].tolist()[:3] == [0.5, 0.4, 0.75]  # 50/100, 20/50, 15/20


def test_overview_frame() -> None:
    (row,) = overview_frame([some_metrics()]).to_dict("records")
    assert row["campaign_id"] == "campaign123"
    assert (row["active"], row["completed"], row["success"], row["failed"]) == (80, 15, 15, 5)
    assert row["response_rate"] == pytest.approx(0.48)
    assert row["updated_at"].isoformat() == "2023-06-05T12:00:00+00:00"


def test_frames_without_campaigns_keep_columns_and_types() -> None:
    for frame, filled in (
        (funnel_frame([]), funnel_frame([some_metrics()])),
        (overview_frame([]), overview_frame([some_metrics()])),
    ):
        assert frame.empty
        assert frame.dtypes.to_dict() == filled.dtypes.to_dict()
