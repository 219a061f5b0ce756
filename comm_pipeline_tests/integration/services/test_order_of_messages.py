"""Messages of one conversation leave in their order, whatever holds the first one back."""

from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")
#: Without an end that comes before anybody has heard everything.
PATIENT = {"max_follow_ups": 0, "max_stage_duration_hours": 1_000}
NO_ANSWER_NEEDED = {"response_required": False}


def _stage(*texts: str, **rules: Any) -> dict[str, Any]:
    messages = [{"template": text, "timing": {"delay_hours": 0}} for text in texts]
    return {"messages": messages, "progression_rules": PATIENT | rules}


async def _start(pipeline: Pipeline, people: int, stages: dict[str, Any], **rest: Any) -> None:
    template = a_template_document(stages=stages, default_initial_stage="news", **rest)
    await pipeline.insert(a_batch_request(recipient_count=people, template=template))


def _defer_once(pipeline: Pipeline) -> None:
    """Let the provider defer the first offer to the first person, and accept what follows."""
    left = [SendResult(status=DeliveryStatus.DEFERRED, detail="451 later")]
    sent = SendResult(status=DeliveryStatus.SENT, detail="250 kept")
    pipeline.channel.answers["user_1@example.com"] = lambda: left.pop() if left else sent


def _heard(pipeline: Pipeline, number: int = 1) -> list[str]:
    return pipeline.channel.texts_to(f"user_{number}@example.com")


async def test_a_deferred_message_holds_the_next_one_of_its_stage(pipeline: Pipeline) -> None:
    _defer_once(pipeline)
    await _start(pipeline, 1, {"news": _stage("One", "Two", "Three")})
    await pipeline.run_until_quiet()
    assert _heard(pipeline) == ["One", "One", "Two", "Three"]


async def test_a_deferred_message_holds_the_first_of_the_next_stage(pipeline: Pipeline) -> None:
    _defer_once(pipeline)
    stages = {"news": _stage("One", **NO_ANSWER_NEEDED), "more": _stage("Two")}
    await _start(pipeline, 1, stages)
    await pipeline.sweep()
    await pipeline.sweep(seconds=10)
    assert _heard(pipeline) == ["One"]
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert state["current_stage"] == "more"
    assert state["decisions"][-1]["rule"] == "message_on_its_way"
    await pipeline.run_until_quiet()
    assert _heard(pipeline) == ["One", "One", "Two"]


async def test_a_cap_that_holds_several_keeps_their_order(pipeline: Pipeline) -> None:
    stages = {"news": _stage("One", "Two", **NO_ANSWER_NEEDED), "more": _stage("Three", "Four")}
    caps = {"frequency_caps": [{"max_messages": 1, "per_hours": 5}]}
    await _start(pipeline, 20, stages, global_settings=caps)
    await pipeline.run_until_quiet()
    for number in range(1, 21):
        assert _heard(pipeline, number) == ["One", "Two", "Three", "Four"]


async def test_the_rest_of_a_stage_is_dropped_that_was_answered_before_it_left(
    pipeline: Pipeline,
) -> None:
    await _start(pipeline, 1, {"news": _stage("One", "Two"), "more": _stage("Three")})
    await pipeline.sweep()
    _defer_once(pipeline)
    await pipeline.sweep(seconds=1)
    await pipeline.reply(CAMPAIGN, "user_1", "Yes, tell me more", received_at=pipeline.clock())
    await pipeline.sweep(seconds=1)
    await pipeline.run_until_quiet()

    assert _heard(pipeline) == ["One", "Two", "Three"]  # "Two" was deferred, and not offered again
    dropped = await pipeline.repositories.ledger.get(f"{CAMPAIGN}:user_1:news:1:first")
    assert dropped is not None
    assert (dropped.status, dropped.attempts) == (DeliveryStatus.CANCELLED, 1)
    assert dropped.reason == "reply: the recipient has answered meanwhile"
