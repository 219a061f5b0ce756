"""Hand-offs: one for each conversation and stage, recorded as it was the first time."""

import asyncio

import pytest

from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, a_conversation, a_visit, at

pytestmark = pytest.mark.anyio


async def test_a_hand_off_is_recorded_once(database: Database, repositories: Repositories) -> None:
    opened = repositories.escalations.open
    await opened(a_conversation(), "notify_manager", "no answer", START)
    await asyncio.gather(*(opened(a_conversation(), "again", "x", at(1)) for _ in range(20)))
    (stored,) = await database["escalations"].find().to_list()
    assert (stored["action"], stored["reason"], stored["status"], stored["created_at"]) == (
        "notify_manager",
        "no answer",
        "open",
        START,
    )


async def test_each_stage_has_its_own(database: Database, repositories: Repositories) -> None:
    for stage in ("awareness", "decision"):
        conversation = a_conversation(a_visit(stage))
        await repositories.escalations.open(conversation, "notify_manager", "why", START)
    stages = [one["stage"] async for one in database["escalations"].find()]
    assert sorted(stages) == ["awareness", "decision"]
