"""Replies: stored once, found until they are settled."""

import asyncio
from typing import Any

import pytest

from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, a_reply

pytestmark = pytest.mark.anyio


async def test_a_reply_is_stored_once(repositories: Repositories) -> None:
    added = await asyncio.gather(*(repositories.inbound.add(a_reply()) for _ in range(10)))
    assert added.count(True) == 1
    assert await repositories.inbound.count_by_status() == {"new": 1}


async def test_a_provider_id_is_stored_once(repositories: Repositories) -> None:
    assert await repositories.inbound.add(a_reply(id=1, provider_id="p1"))
    assert not await repositories.inbound.add(a_reply(id=2, provider_id="p1"))


@pytest.mark.parametrize("absent", [{}, {"provider_id": None}])
async def test_many_replies_without_a_provider_id(
    absent: dict[str, Any], repositories: Repositories
) -> None:
    assert await repositories.inbound.add(a_reply(id=1, **absent))
    assert await repositories.inbound.add(a_reply(id=2, **absent))


@pytest.mark.parametrize("status", [{}, {"status": None}, {"status": "new"}])
async def test_a_reply_is_new_until_it_is_settled(
    status: dict[str, Any], database: Database, repositories: Repositories
) -> None:
    await database["inbound_messages"].insert_one({"_id": "r", "text": "Yes"} | status)
    assert await repositories.inbound.has_new()
    assert [one["_id"] for one in await repositories.inbound.find_new(10)] == ["r"]
    await repositories.inbound.settle("r", InboundStatus.APPLIED, START, campaign_id="c")
    assert not await repositories.inbound.has_new()
    assert await repositories.inbound.find_new(10) == []
    stored = await database["inbound_messages"].find_one({"_id": "r"})
    assert stored is not None
    assert (stored["status"], stored["settled_at"], stored["campaign_id"]) == (
        "applied",
        START,
        "c",
    )


async def test_no_more_replies_than_asked_for(repositories: Repositories) -> None:
    for number in range(3):
        await repositories.inbound.add(a_reply(id=number))
    assert len(await repositories.inbound.find_new(2)) == 2


async def test_replies_are_counted_by_status(
    database: Database, repositories: Repositories
) -> None:
    statuses = [{}, {"status": "applied"}, {"status": "applied"}]
    await database["inbound_messages"].insert_many(statuses)
    assert await repositories.inbound.count_by_status() == {"new": 1, "applied": 2}
