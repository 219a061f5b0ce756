"""The machine's clock is moved back and forth between passes."""

from collections import Counter

import pytest

from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import MovedClock, a_pipeline

pytestmark = pytest.mark.anyio

#: Hours from one pass to the next.
BACK_AND_FORTH = (0, -3, 5, -24 * 365, 24 * 365, 47, -47, 48, -1, 1, -48, 100, -30, 30)


@pytest.mark.parametrize("is_replaced", [False, True], ids=["one worker", "another each time"])
async def test_nothing_is_doubled_or_lost(
    mongodb_uri: str, database_name: str, *, is_replaced: bool
) -> None:
    clock = MovedClock()
    async with a_pipeline(mongodb_uri, database_name, clock=clock) as pipeline:
        campaign_id = await pipeline.insert(a_batch_request(recipient_count=5))
        for number, hours in enumerate(BACK_AND_FORTH):
            if is_replaced:
                owner, channel = f"worker {number}", pipeline.channel
                async with a_pipeline(
                    mongodb_uri, database_name, clock=clock, channel=channel, owner=owner
                ) as other:
                    await other.sweep(hours=hours)
            else:
                await pipeline.sweep(hours=hours)
        await pipeline.run_until_quiet()
        sent = Counter(message.idempotency_key for message in pipeline.channel.sent)
        campaign = await pipeline.repositories.campaigns.get(campaign_id)
        states = await pipeline.repositories.conversations.find_conversation_states(
            {"campaign_id": campaign_id}
        )
        assert await pipeline.engine.metrics.reconcile(campaign_id) == []
    # The first message and two follow-ups, to each of five people.
    assert (len(sent), max(sent.values())) == (15, 1)
    assert campaign.status == "completed"
    assert [state["outcome"] for state in states] == ["no_response"] * 5
