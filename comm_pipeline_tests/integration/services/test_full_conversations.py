"""A conversation whose document has no room left fails alone, whatever is to be written of it."""

from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = "campaign_request_1"
KEY = f"{CAMPAIGN}:user_1"
#: The largest document that MongoDB stores, in bytes.
_LARGEST = 16 * 1024 * 1024


async def fill(pipeline: Pipeline) -> None:
    """Let somebody else's field take all but a few bytes of the conversation's document."""
    collection = pipeline.repositories.conversations._collection
    cursor = await collection.aggregate(
        [{"$match": {"_id": KEY}}, {"$project": {"size": {"$bsonSize": "$$ROOT"}}}]
    )
    (found,) = await cursor.to_list()
    await collection.update_one(
        {"_id": KEY}, {"$set": {"notes_of_a_service": "x" * (_LARGEST - found["size"] - 60)}}
    )


async def state_of(pipeline: Pipeline) -> dict[str, Any]:
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    return {name: state[name] for name in ("status", "outcome", "next_action_at", "outbox")}


FAILED = {"status": "failed", "outcome": "error", "next_action_at": None, "outbox": []}


async def alerts_of(pipeline: Pipeline) -> list[str]:
    found = await pipeline.repositories.alerts.find_latest(10)
    return [one["message"] for one in found if one["_id"] == f"conversation:{KEY}"]


async def test_a_refusal_that_cannot_be_told_stops_no_campaign(pipeline: Pipeline) -> None:
    pipeline.channel.answers["user_1@example.com"] = lambda: SendResult(
        status=DeliveryStatus.DEFERRED, detail="451 try again", retry_after_seconds=600
    )
    await pipeline.insert(a_batch_request())
    await pipeline.sweep()
    await fill(pipeline)
    pipeline.channel.answers["user_1@example.com"] = lambda: SendResult(
        status=DeliveryStatus.BOUNCED, detail="550 no such user"
    )

    await pipeline.sweep(hours=1)

    assert await state_of(pipeline) == FAILED
    (alert,) = await alerts_of(pipeline)
    assert alert.startswith("the conversation cannot be written")
    assert await pipeline.repositories.ledger.find_unhandled(CAMPAIGN, 10) == []
    await pipeline.sweep(hours=48)
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 2


async def test_a_follow_up_that_cannot_be_written_stops_no_campaign(pipeline: Pipeline) -> None:
    await pipeline.insert(a_batch_request())
    await pipeline.sweep()
    await fill(pipeline)

    await pipeline.sweep(hours=49)

    assert await state_of(pipeline) == FAILED
    assert len(await alerts_of(pipeline)) == 1
    assert len(pipeline.channel.texts_to("user_1@example.com")) == 1
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 2
