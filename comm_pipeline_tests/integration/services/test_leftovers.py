"""What a process leaves behind, and what must not be counted against a message."""

from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.gates import Withheld
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.harness import Pipeline, a_pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = "campaign_request_1"
LATER = SendResult(status=DeliveryStatus.DEFERRED, detail="451 later")


async def committed_and_not_in_the_ledger(pipeline: Pipeline) -> str:
    """Leave the database as a process that died after its last commit."""
    await pipeline.insert(a_batch_request(recipients=[a_recipient(1)]))
    await pipeline.sweep()
    repositories = pipeline.repositories
    (entry,) = await repositories.ledger._collection.find().to_list()
    await repositories.ledger._collection.delete_many({})
    await repositories.conversations._collection.update_many(
        {},
        {
            "$set": {
                "outbox": [entry["_id"]],
                "status": "completed",
                "outcome": "success",
                "next_action_at": None,
            }
        },
    )
    pipeline.channel.sent.clear()
    return str(entry["_id"])


async def test_a_campaign_does_not_complete_over_a_message_that_is_not_in_the_ledger(
    pipeline: Pipeline,
) -> None:
    await committed_and_not_in_the_ledger(pipeline)
    await pipeline.engine.passes.deliver((await pipeline.repositories.campaigns.get(CAMPAIGN)).id)
    assert (await pipeline.repositories.campaigns.get(CAMPAIGN)).status == "active"

    await pipeline.run_until_quiet()

    assert len(pipeline.channel.sent) == 1
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outbox"] == []
    assert (await pipeline.repositories.campaigns.get(CAMPAIGN)).status == "completed"
    assert await pipeline.engine.metrics.reconcile(CAMPAIGN) == []


@pytest.mark.parametrize("status", ["cancelled", "completed", "failed"])
async def test_of_a_campaign_that_has_ended_it_is_settled(pipeline: Pipeline, status: str) -> None:
    key = await committed_and_not_in_the_ledger(pipeline)
    await pipeline.repositories.campaigns._collection.update_one(
        {"_id": CAMPAIGN}, {"$set": {"status": status, "next_due_at": pipeline.clock()}}
    )

    await pipeline.run_until_quiet()

    (entry,) = await pipeline.repositories.ledger._collection.find().to_list()
    assert (entry["_id"], entry["status"]) == (key, "cancelled")
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outbox"] == []
    assert pipeline.channel.sent == []


async def test_a_frequency_cap_that_is_met_after_the_mark_takes_no_attempt(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = pipeline.engine.passes.delivery._gates
    usual, asked = gates.stopped, 0
    clears_at = pipeline.clock() + timedelta(hours=1)
    cap = CapReached("another campaign is writing", clears_at)

    async def stopped(campaign_id: Any, messages: Any, facts: Any = None) -> Any:
        nonlocal asked
        asked += 1
        if asked == 2:  # after the mark
            stop = Withheld(DeliveryStatus.DEFERRED, "frequency_cap", cap.reason, cap.clears_at)
            return {one.id: stop for one in messages}
        return await usual(campaign_id, messages, facts)

    monkeypatch.setattr(gates, "stopped", stopped)
    monkeypatch.setattr(gates, "are_asked_after_the_mark", lambda _: True)
    await pipeline.insert(a_batch_request(recipients=[a_recipient(1)]))
    await pipeline.sweep()
    (entry,) = await pipeline.repositories.ledger._collection.find().to_list()
    assert (entry["status"], entry["attempts"]) == ("deferred", 0)
    assert entry["reason"] == "frequency_cap: another campaign is writing"

    await pipeline.sweep(hours=2)
    (entry,) = await pipeline.repositories.ledger._collection.find().to_list()
    assert (entry["status"], entry["attempts"]) == ("sent", 1)


async def test_what_is_late_stays_late_when_it_was_held_back_once(
    mongodb_uri: str, database_name: str
) -> None:
    async with a_pipeline(mongodb_uri, database_name, catch_up_rate_limit="10/hour") as pipeline:
        people = [a_recipient(number) for number in range(25)]
        for person in people:
            address = person["contact_info"]["email"]
            pipeline.channel.answers[address] = lambda: LATER
        await pipeline.insert(a_batch_request(recipients=people))
        await pipeline.sweep()
        pipeline.channel.answers.clear()
        pipeline.channel.sent.clear()

        await pipeline.sweep(days=1)
        assert len(pipeline.channel.sent) == 10
        # A shorter outage, in which all that were held back have become due again.
        await pipeline.sweep(hours=5)
        assert len(pipeline.channel.sent) == 20
