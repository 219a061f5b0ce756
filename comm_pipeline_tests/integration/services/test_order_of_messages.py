"""Messages of one conversation leave in their order, whatever holds the first one back."""

from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.ids import CampaignId, MessageKey
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")
#: Without an end that comes before anybody has heard everything.
PATIENT = {"max_follow_ups": 0, "max_stage_duration_hours": 1_000}
NO_ANSWER_NEEDED = {"response_required": False}
DEAL = {"deal": ["we have a deal"]}
THANKED = {"intents": {"thanks": "You are welcome."}}


def _stage(*texts: str, delay: float = 0, **rules: Any) -> dict[str, Any]:
    messages = [{"template": text, "timing": {"delay_hours": delay}} for text in texts]
    return {"messages": messages, "progression_rules": PATIENT | rules}


async def _start(pipeline: Pipeline, people: int, stages: dict[str, Any], **rest: Any) -> None:
    template = a_template_document(stages=stages, default_initial_stage="news", **rest)
    await pipeline.insert(a_batch_request(recipient_count=people, template=template))


def _defer_once(pipeline: Pipeline, hours: int = 2) -> None:
    """Let the provider defer the first offer, and accept what follows."""
    later = SendResult(
        status=DeliveryStatus.DEFERRED, detail="451 later", retry_after_seconds=hours * 3_600
    )
    left = [later]
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
    silent = _stage(**NO_ANSWER_NEEDED)
    stages = {"news": _stage("One", "Two"), "silent": silent, "more": _stage("Three")}
    await _defer_the_second(pipeline, stages)
    await pipeline.reply(CAMPAIGN, "user_1", "Yes, tell me more", received_at=pipeline.clock())
    await pipeline.run_until_quiet()

    assert _heard(pipeline) == ["One", "Two", "Three"]  # "Two" was deferred, and not offered again
    dropped = await pipeline.repositories.ledger.get(MessageKey(f"{CAMPAIGN}:user_1:news:1:first"))
    assert dropped is not None
    assert (dropped.status, dropped.attempts) == (DeliveryStatus.CANCELLED, 1)
    assert dropped.reason == "reply: the recipient has answered meanwhile"


@pytest.mark.parametrize("rules", [{}, {"min_stage_duration_hours": 100}])
async def test_the_rest_of_the_last_stage_is_dropped_when_it_is_answered(
    pipeline: Pipeline, rules: dict[str, Any]
) -> None:
    await _defer_the_second(pipeline, {"news": _stage("One", "Two", **rules)})
    await pipeline.reply(CAMPAIGN, "user_1", "Yes, tell me more", received_at=pipeline.clock())
    await pipeline.run_until_quiet()
    assert _heard(pipeline) == ["One", "Two"]
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "success"


async def test_what_an_answer_has_overtaken_still_holds_the_next_message(
    pipeline: Pipeline,
) -> None:
    stages = {"news": _stage("One", "Two", "Three", specific_response_required="deal")}
    await _defer_the_second(pipeline, stages, answers=THANKED, responses=DEAL)
    await pipeline.reply(CAMPAIGN, "user_1", "Thank you!", received_at=pipeline.clock())
    await pipeline.run_until_quiet()
    assert _heard(pipeline) == ["One", "Two", "You are welcome.", "Two", "Three"]


async def test_a_deferred_answer_holds_the_first_message_of_the_next_stage(
    pipeline: Pipeline,
) -> None:
    # The stage is over an hour after it began, and the answer leaves after two.
    stages = {"news": _stage("One", min_stage_duration_hours=1), "more": _stage("Two")}
    await _start(pipeline, 1, stages, answers=THANKED)
    await pipeline.sweep()
    _defer_once(pipeline)
    await pipeline.reply(CAMPAIGN, "user_1", "Thank you!", received_at=pipeline.clock())
    await pipeline.run_until_quiet()
    assert _heard(pipeline) == ["One", "You are welcome.", "You are welcome.", "Two"]


async def test_the_last_follow_up_leaves_before_the_next_stage(pipeline: Pipeline) -> None:
    news = _stage("One", response_required=False, max_follow_ups=1)
    await _start(pipeline, 1, {"news": news, "more": _stage("Two")})
    await pipeline.run_until_quiet()
    assert len(_heard(pipeline)) == 3
    assert (_heard(pipeline)[0], _heard(pipeline)[2]) == ("One", "Two")


async def test_a_person_is_called_after_the_message_has_left(pipeline: Pipeline) -> None:
    news = _stage("One", escalation_after_hours=0.000_01)
    await _start(pipeline, 1, {"news": news})
    await pipeline.sweep()
    await pipeline.sweep(seconds=1)
    assert _heard(pipeline) == ["One"]
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["status"] == "escalated"


async def test_the_next_delay_counts_from_when_an_overtaken_message_left(
    pipeline: Pipeline,
) -> None:
    stages = {"news": _stage("One", "Two", "Three", delay=6, specific_response_required="deal")}
    await _start(pipeline, 1, stages, answers=THANKED, responses=DEAL)
    await pipeline.sweep()
    await pipeline.sweep(hours=6)
    _defer_once(pipeline, hours=24)
    await pipeline.sweep(hours=6)
    await pipeline.reply(CAMPAIGN, "user_1", "Thank you!", received_at=pipeline.clock())
    await pipeline.sweep()
    await pipeline.sweep(hours=1)
    await pipeline.sweep(hours=22)
    assert _heard(pipeline) == ["One", "Two", "You are welcome."]
    await pipeline.sweep(hours=1)
    assert _heard(pipeline) == ["One", "Two", "You are welcome.", "Two"]
    await pipeline.sweep(hours=5.9)
    assert _heard(pipeline)[-1] == "Two"
    await pipeline.sweep(hours=0.2)
    assert _heard(pipeline)[-1] == "Three"


async def test_the_stage_counts_from_when_its_overtaken_first_message_left(
    pipeline: Pipeline,
) -> None:
    stages = {"news": _stage("One", **NO_ANSWER_NEEDED), "more": _stage("Two")}
    stages["more"]["progression_rules"] |= {
        "max_stage_duration_hours": 30,
        "specific_response_required": "deal",
    }
    await _start(pipeline, 1, stages, answers=THANKED, responses=DEAL)
    await pipeline.sweep()
    _defer_once(pipeline, hours=40)
    await pipeline.sweep(seconds=1)
    await pipeline.reply(CAMPAIGN, "user_1", "Thank you!", received_at=pipeline.clock())
    await pipeline.sweep()
    await pipeline.sweep(hours=1)
    await pipeline.sweep(hours=40)
    assert _heard(pipeline) == ["One", "Two", "You are welcome.", "Two"]
    await pipeline.sweep(hours=28)
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["status"] == "active"
    await pipeline.sweep(hours=2)
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "no_response"


@pytest.mark.parametrize("is_deferred", [True, False])
async def test_a_reply_is_no_answer_to_a_question_that_has_not_left(
    pipeline: Pipeline, *, is_deferred: bool
) -> None:
    stages = {"news": _stage("Our news", **NO_ANSWER_NEEDED), "offer": _stage("Will you buy?")}
    caps = {} if is_deferred else {"frequency_caps": [{"max_messages": 1, "per_hours": 72}]}
    await _start(pipeline, 1, stages, global_settings=caps)
    await pipeline.sweep()
    if is_deferred:
        _defer_once(pipeline, hours=72)
    await pipeline.sweep(seconds=1)
    asked = [message.text for message in pipeline.channel.sent]
    await pipeline.reply(CAMPAIGN, "user_1", "Nice news.", received_at=pipeline.clock())
    await pipeline.sweep(hours=2)
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert (state["status"], state["stages"][-1]["responses"]) == ("active", 0)
    assert state["metrics"]["messages_received"] == 1

    await pipeline.sweep(hours=72)
    assert _heard(pipeline) == [*asked, "Will you buy?"]
    await pipeline.reply(CAMPAIGN, "user_1", "Yes, we do.", received_at=pipeline.clock())
    await pipeline.sweep(hours=1)
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "success"


async def _defer_the_second(pipeline: Pipeline, stages: dict[str, Any], **rest: Any) -> None:
    await _start(pipeline, 1, stages, **rest)
    await pipeline.sweep()
    _defer_once(pipeline)
    await pipeline.sweep(seconds=1)
    assert _heard(pipeline) == ["One", "Two"]
    await pipeline.sweep(minutes=1)
