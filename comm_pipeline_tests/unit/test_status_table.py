"""The table of ``comm-pipeline status``: nothing of it is cut off, however narrow the terminal."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from comm_pipeline.cli.status import _show_campaigns
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.overview import CampaignOverview

CAMPAIGN = CampaignOverview(
    campaign_id=CampaignId("campaign_support_request_example_2026"),
    name="Support",
    type="support",
    status="active",
    recipients=45,
    conversations={"active": 40, "completed": 3, "escalated": 2},
    messages={"sent": 100, "queued": 4, "bounced": 2, "suppressed": 3},
    next_due_at=datetime(2026, 11, 27, 12, 30, tzinfo=UTC),
    held_by=None,
    error=None,
    pause_reason=None,
)


def lines(width: int) -> list[str]:
    shown = io.StringIO()
    _show_campaigns(Console(width=width, file=shown), [CAMPAIGN])
    return shown.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_due_time_is_whole(width: int) -> None:
    head, first, *_ = lines(width)
    assert head.rstrip().endswith("next due (UTC)")
    assert first.rstrip().endswith("11-27 12:30:00")


@pytest.mark.parametrize("width", [80, 160])
def test_every_count_is_whole(width: int) -> None:
    text = "\n".join(lines(width))
    for counts in (CAMPAIGN.conversations, CAMPAIGN.messages):
        assert all(f"{count} {status}" in text for status, count in counts.items())


def test_with_room_a_campaign_is_one_line() -> None:
    assert len(lines(160)) == 2
    assert CAMPAIGN.campaign_id in lines(160)[1]
