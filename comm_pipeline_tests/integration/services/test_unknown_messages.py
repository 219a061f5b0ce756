"""Messages whose answers were lost: listed, and settled by a person once and for all."""

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.services.campaign_control import cancel_campaign
from comm_pipeline.services.unknown_messages import Verdict, find_unknown, settle_unknown
from comm_pipeline.storage.outbound_messages import Settlement
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_delivery import (
    ADDRESS,
    CAMPAIGN,
    entry,
    offers,
    others_are_well,
    start,
)

pytestmark = pytest.mark.anyio

KEY = f"{CAMPAIGN}:user_1:awareness:0:first"
LOST = SendResult(status=DeliveryStatus.UNKNOWN, detail="the connection broke")


async def settle(pipeline: Pipeline, verdict: Verdict) -> None:
    await settle_unknown(pipeline.repositories, KEY, verdict, "asked them", pipeline.clock())


async def test_unknown_messages_are_listed(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    for campaign in (None, CAMPAIGN):
        found = await find_unknown(pipeline.repositories, campaign, 10)
        assert [(one.id, one.address) for one in found] == [(KEY, ADDRESS)]
    with pytest.raises(NotFoundError, match="campaign_nowhere"):
        await find_unknown(pipeline.repositories, "campaign_nowhere", 10)


async def test_sent_is_kept_with_the_reason(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    await settle(pipeline, Verdict.SENT)
    await pipeline.sweep(hours=1)

    found = await entry(pipeline)
    assert (found["status"], found["reason"]) == ("sent", "settled by hand: asked them")
    assert offers(pipeline) == 1
    assert await others_are_well(pipeline)


async def test_failed_is_told_to_the_conversation(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    await settle(pipeline, Verdict.FAILED)
    await pipeline.sweep()

    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", "error")
    assert await others_are_well(pipeline)


async def test_queued_is_offered_once_more_under_the_same_id(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    pipeline.channel.answers.clear()
    await settle(pipeline, Verdict.QUEUED)
    await pipeline.sweep()
    await pipeline.sweep()

    assert offers(pipeline) == 2
    first, second = [one for one in pipeline.channel.sent if one.recipient_address == ADDRESS]
    assert (first.idempotency_key, first.message_id) == (second.idempotency_key, second.message_id)
    assert (await entry(pipeline))["status"] == "sent"


async def test_a_message_is_settled_once(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    await settle(pipeline, Verdict.SENT)
    with pytest.raises(IllegalTransitionError, match="is sent and not unknown"):
        await settle(pipeline, Verdict.QUEUED)
    with pytest.raises(NotFoundError, match="no message 'nothing'"):
        await settle_unknown(pipeline.repositories, "nothing", Verdict.SENT, "", pipeline.clock())
    await pipeline.sweep(hours=1)
    assert offers(pipeline) == 1


async def test_nothing_of_an_ended_campaign_is_sent_again(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    await cancel_campaign(pipeline.repositories.campaigns, CAMPAIGN, "test", pipeline.clock())
    with pytest.raises(IllegalTransitionError, match="is cancelled"):
        await settle(pipeline, Verdict.QUEUED)
    await settle(pipeline, Verdict.FAILED)
    await pipeline.sweep()
    assert (await entry(pipeline))["is_handled"] is True


async def test_the_answer_of_a_slow_worker_does_not_overtake_a_person(pipeline: Pipeline) -> None:
    await start(pipeline, LOST)
    await settle(pipeline, Verdict.QUEUED)
    late = Settlement(MessageKey(KEY), DeliveryStatus.SENT, "late", pipeline.clock())
    await pipeline.repositories.ledger.settle([late], "test worker")
    assert (await entry(pipeline))["status"] == "queued"
