"""Metrics documents: the latest of each campaign, and one for each day."""

import pytest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, at

pytestmark = pytest.mark.anyio

ONE = CampaignId("campaign_1")


async def test_the_latest_and_one_a_day_are_kept(
    database: Database, repositories: Repositories
) -> None:
    for hours, sent in ((0, 1), (1, 2), (24, 3)):
        await repositories.metrics.put([{"campaign_id": ONE, "sent": sent}], at(hours))
    latest = await repositories.metrics.get(ONE)
    assert latest == {"_id": ONE, "campaign_id": ONE, "sent": 3, "day": "latest"}
    stored = {one["day"]: one["sent"] async for one in database["campaign_metrics"].find()}
    assert stored == {"latest": 3, "2026-03-02": 2, "2026-03-03": 3}


async def test_nothing_computed_nothing_stored(repositories: Repositories) -> None:
    await repositories.metrics.put([], START)
    assert await repositories.metrics.get(ONE) is None


async def test_those_counted_last_come_first(repositories: Repositories) -> None:
    for number in (2, 3, 1):
        counted = {"campaign_id": f"campaign_{number}", "updated_at": at(number)}
        await repositories.metrics.put([counted], at(number))
    latest = await repositories.metrics.find_latest(2)
    assert [one["campaign_id"] for one in latest] == ["campaign_3", "campaign_2"]
