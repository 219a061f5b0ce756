"""Campaigns: created once, due when they are, never losing a call to look earlier."""

import asyncio
from typing import Any

import pytest

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CAMPAIGN_TRANSITIONS, CampaignStatus
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, at
from comm_pipeline_tests.integration.storage.documents import campaign

pytestmark = pytest.mark.anyio

ONE = CampaignId("campaign_1")


async def _create(repositories: Repositories, number: int = 1, **overrides: Any) -> Campaign:
    created = campaign(number, **overrides)
    assert await repositories.campaigns.create(created, ["user_1"])
    return created


async def test_a_campaign_comes_back_as_it_was_stored(repositories: Repositories) -> None:
    created = await _create(repositories)
    assert await repositories.campaigns.get(ONE) == created


async def test_many_create_a_campaign_and_one_does(
    database: Database, repositories: Repositories
) -> None:
    made = await asyncio.gather(
        *(repositories.campaigns.create(campaign(), [f"user_{n}"]) for n in range(20))
    )
    assert made.count(True) == 1
    stored = await database["campaigns"].find_one({"_id": ONE})
    assert stored is not None
    assert len(stored["recipients"]) == 1


async def test_no_such_campaign(repositories: Repositories) -> None:
    with pytest.raises(NotFoundError, match="there is no campaign 'campaign_9'"):
        await repositories.campaigns.get(CampaignId("campaign_9"))
    with pytest.raises(NotFoundError):
        await repositories.campaigns.change_status(CampaignId("x"), CampaignStatus.ACTIVE)


@pytest.mark.parametrize("current", CampaignStatus)
async def test_statuses_follow_the_table_only(
    current: CampaignStatus, repositories: Repositories
) -> None:
    for number, following in enumerate(CampaignStatus):
        created = await _create(repositories, number, status=current)
        changing = repositories.campaigns.change_status(created.id, following, error="changed")
        if following in CAMPAIGN_TRANSITIONS[current]:
            assert (await changing).status is following
            assert (await repositories.campaigns.get(created.id)).error == "changed"
        else:
            with pytest.raises(IllegalTransitionError, match=f"is {current} and may not"):
                await changing
            assert await repositories.campaigns.get(created.id) == created


async def test_many_change_a_status_and_one_does(repositories: Repositories) -> None:
    await _create(repositories, status=CampaignStatus.PENDING)
    changes = [
        repositories.campaigns.change_status(ONE, CampaignStatus.INITIALIZING) for _ in range(20)
    ]
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert sum(isinstance(result, Campaign) for result in results) == 1
    assert sum(isinstance(result, IllegalTransitionError) for result in results) == 19


async def test_the_longest_due_come_first(repositories: Repositories) -> None:
    for number, hours in enumerate([-1, 1, -3, 0, None]):
        await _create(repositories, number, next_due_at=None if hours is None else at(hours))
    found = await repositories.campaigns.find_due(START, 10)
    assert found == ["campaign_2", "campaign_0", "campaign_3"]
    assert await repositories.campaigns.find_due(START, 1) == ["campaign_2"]


async def test_pages_of_campaigns(repositories: Repositories) -> None:
    for number in range(5):
        status = CampaignStatus.PAUSED if number % 2 else CampaignStatus.ACTIVE
        await _create(repositories, number, status=status)
    page = await repositories.campaigns.find(limit=2)
    following = await repositories.campaigns.find(after=page[-1].id)
    assert [one.id[-1] for one in [*page, *following]] == ["0", "1", "2", "3", "4"]
    paused = await repositories.campaigns.find(CampaignStatus.PAUSED)
    assert [one.id[-1] for one in paused] == ["1", "3"]
    assert await repositories.campaigns.count_by_status() == {"active": 3, "paused": 2}


async def test_the_newest_campaigns_come_first(repositories: Repositories) -> None:
    for number in (2, 3, 1):
        await _create(repositories, number, created_at=at(number))
    latest = await repositories.campaigns.find_latest(2)
    assert [one.id for one in latest] == ["campaign_3", "campaign_2"]


@pytest.mark.parametrize(("planned", "expected"), [(None, 0), (5, 0), (-5, -5)])
async def test_waking_never_makes_later(
    planned: float | None, expected: float, repositories: Repositories
) -> None:
    await _create(repositories, next_due_at=None if planned is None else at(planned))
    await repositories.campaigns.wake([ONE], START)
    woken = await repositories.campaigns.get(ONE)
    assert (woken.next_due_at, woken.wakeups) == (at(expected), 1)


async def test_a_campaign_that_is_not_active_is_not_woken(repositories: Repositories) -> None:
    created = await _create(repositories, status=CampaignStatus.PAUSED, next_due_at=None)
    await repositories.campaigns.wake([ONE], START)
    assert await repositories.campaigns.get(ONE) == created


async def test_a_pass_that_was_overtaken_by_a_wake_plans_nothing(
    repositories: Repositories,
) -> None:
    await _create(repositories)
    before = await repositories.campaigns.get(ONE)
    await repositories.campaigns.wake([ONE], START)
    assert not await repositories.campaigns.set_next_due(ONE, at(48), before.wakeups)
    assert (await repositories.campaigns.get(ONE)).next_due_at == START


async def test_no_wake_is_lost_to_a_pass_that_plans(repositories: Repositories) -> None:
    """However the two fall together, a wake after the pass has read leaves the campaign due."""
    await _create(repositories)
    for _ in range(40):
        before = await repositories.campaigns.get(ONE)
        await asyncio.gather(
            *(repositories.campaigns.set_next_due(ONE, None, before.wakeups) for _ in range(2)),
            repositories.campaigns.wake([ONE], START),
            *(repositories.campaigns.set_next_due(ONE, at(48), before.wakeups) for _ in range(2)),
        )
        assert (await repositories.campaigns.get(ONE)).next_due_at == START


async def test_a_due_campaign_is_postponed_with_the_reason(repositories: Repositories) -> None:
    await _create(repositories)
    await repositories.campaigns.postpone(ONE, at(1), "no channel")
    postponed = await repositories.campaigns.get(ONE)
    assert (postponed.next_due_at, postponed.error) == (at(1), "no channel")


@pytest.mark.parametrize("planned", [None, at(48)])
async def test_postponing_never_makes_earlier(planned: Any, repositories: Repositories) -> None:
    created = await _create(repositories, next_due_at=planned)
    await repositories.campaigns.postpone(ONE, at(1), "no channel")
    assert await repositories.campaigns.get(ONE) == created
