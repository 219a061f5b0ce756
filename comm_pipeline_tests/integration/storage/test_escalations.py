"""Hand-offs: one for each decision, recorded as it was the first time, closed once."""

import asyncio

import pytest

from comm_pipeline.domain.escalations import EscalationStatus
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    CONVERSATION_ID,
    START,
    a_conversation,
    a_visit,
    an_escalation,
    at,
)

pytestmark = pytest.mark.anyio


async def test_a_hand_off_is_recorded_once(database: Database, repositories: Repositories) -> None:
    opened = repositories.escalations.open
    await opened([an_escalation()])
    again = an_escalation(now=at(1), reason="x")
    await asyncio.gather(*(opened([again]) for _ in range(20)))
    (stored,) = await database["escalations"].find().to_list()
    assert (stored["action"], stored["reason"], stored["status"], stored["created_at"]) == (
        "notify_manager",
        "anger",
        "open",
        START,
    )


async def test_each_stage_and_each_decision_has_its_own(repositories: Repositories) -> None:
    for stage, version in (("awareness", 1), ("decision", 1), ("decision", 2)):
        conversation = a_conversation(a_visit(stage), version=version)
        await repositories.escalations.open([an_escalation(conversation)])
    stages = [one.stage for one in await repositories.escalations.find(CAMPAIGN_ID)]
    assert sorted(stages) == ["awareness", "decision", "decision"]


async def test_it_is_closed_once_and_only_a_superseded_one_opens_again(
    repositories: Repositories,
) -> None:
    escalations, one = repositories.escalations, an_escalation()
    await escalations.open([one])
    assert await escalations.close(one.id, EscalationStatus.SUPERSEDED, at(1))
    await escalations.open([one])
    assert await escalations.close(one.id, EscalationStatus.RESOLVED, at(2), "by phone")
    assert not await escalations.close(one.id, EscalationStatus.REJECTED, at(3))
    await escalations.open([one])
    assert await escalations.find(status=EscalationStatus.OPEN) == []
    (closed,) = await escalations.find()
    assert (closed.status, closed.note, closed.notify_at) == ("resolved", "by phone", None)


async def test_a_hand_off_of_an_earlier_version_is_read(
    database: Database, repositories: Repositories
) -> None:
    document = {
        "_id": f"{CONVERSATION_ID}:awareness",
        "conversation_id": CONVERSATION_ID,
        "campaign_id": CAMPAIGN_ID,
        "recipient_id": "user_1",
        "stage": "awareness",
        "action": "notify_manager",
        "reason": "no answer",
        "status": "open",
        "created_at": START,
    }
    await database["escalations"].insert_one(document)
    (found,) = await repositories.escalations.find_open_of(ConversationId(CONVERSATION_ID))
    assert (found.reason, found.history, found.proposal) == ("no answer", (), None)
