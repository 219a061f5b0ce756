"""Alerts: counted when they come again, newest first."""

import asyncio

import pytest

from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, at

pytestmark = pytest.mark.anyio


async def test_an_alert_that_comes_again_is_counted(repositories: Repositories) -> None:
    await repositories.alerts.raise_alert("a", "first", START)
    raised = (repositories.alerts.raise_alert("a", "again", at(1)) for _ in range(20))
    await asyncio.gather(*raised)
    assert await repositories.alerts.find_latest(10) == [
        {"_id": "a", "message": "again", "first_at": START, "last_at": at(1), "count": 21}
    ]


async def test_the_newest_come_first(repositories: Repositories) -> None:
    for number in (2, 3, 1):
        await repositories.alerts.raise_alert(f"a{number}", "x" * 9000, at(number))
    latest = await repositories.alerts.find_latest(2)
    assert [one["_id"] for one in latest] == ["a3", "a2"]
    assert len(latest[0]["message"]) == 4000
