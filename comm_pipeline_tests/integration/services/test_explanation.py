"""What ``explain`` tells about a recipient: past, next step, and all that is in the way."""

from datetime import timedelta

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import NotFoundError
from comm_pipeline.services.campaign_control import pause_campaign
from comm_pipeline.services.explanation import Explainer, Explanation
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

pytestmark = pytest.mark.anyio


async def explain(
    pipeline: Pipeline, campaign_id: str, recipient: str = "ann", **later: float
) -> Explanation:
    engine = pipeline.engine
    explainer = Explainer(engine.repositories, engine.config_manager, 1.0)
    return await explainer.explain(campaign_id, recipient, pipeline.clock() + timedelta(**later))


async def test_a_silent_recipient_is_followed_up_next(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()

    found = await explain(pipeline, campaign_id)
    assert [event.kind for event in found.happened] == ["send", "message", "wait"]
    assert found.happened[1].text == "Product Awareness: sent by email (250 kept)"
    assert found.next.at == pipeline.clock() + timedelta(hours=48)
    assert (found.next.rule, found.next.what) == ("follow_up", "sends follow-up 1 of 2")
    (block,) = found.blocks
    assert (block.rule, block.clears_at) == ("follow_up", found.next.at)
    assert found.clears_at == found.next.at


async def test_everything_in_the_way_is_told_at_once(pipeline: Pipeline) -> None:
    hours = {"business_hours": {"start": "09:00", "end": "10:00", "timezone": "Europe/Berlin"}}
    template = {**SALES, "global_settings": hours}
    campaign_id = await pipeline.insert(a_request(template, "ann"))
    await pipeline.sweep()
    await pause_campaign(
        pipeline.repositories.campaigns, campaign_id, "complaints", pipeline.clock()
    )
    await pipeline.repositories.suppressions.add(
        "ann@example.com", "said stop", "by hand", pipeline.clock()
    )

    found = await explain(pipeline, campaign_id)
    assert [block.rule for block in found.blocks] == [
        "campaign_status",
        "suppression",
        "contact_hours",
    ]
    assert found.clears_at is None
    assert (found.next.at, found.next.what) == (None, "the campaign is paused")
    # 09:00 UTC on Monday is 10:00 in Berlin: an hour too late.
    assert found.blocks[-1].clears_at == pipeline.clock() + timedelta(hours=23)


async def test_for_a_later_instant_it_tells_what_would_be_then(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()
    found = await explain(pipeline, campaign_id, hours=50)
    assert found.blocks == ()
    assert found.next.at == pipeline.clock() + timedelta(hours=50)
    assert found.notes[0].startswith("it is done by the next pass over the campaign")


async def test_an_end_is_told_with_its_reason(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "ann", "Please remove me from your list")
    await pipeline.sweep(hours=1)

    found = await explain(pipeline, campaign_id)
    assert (found.status, found.outcome) == ("completed", "opted_out")
    assert found.happened[-1].rule == "opt_out"
    assert {"suppression", "not_active"} <= {block.rule for block in found.blocks}
    assert found.next.at is None


async def test_who_is_not_there_is_not_found(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()
    with pytest.raises(NotFoundError, match="bob"):
        await explain(pipeline, campaign_id, "bob")


async def test_before_its_start_a_campaign_stands_in_the_way_until_then(pipeline: Pipeline) -> None:
    starts_at = pipeline.clock() + timedelta(days=3)
    request = a_request(SALES, "ann", scheduled_at=starts_at.isoformat())
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()

    found = await explain(pipeline, campaign_id)
    assert (found.campaign_status, found.status) == ("scheduled", "active")
    assert [(one.rule, one.clears_at) for one in found.blocks] == [
        ("campaign_status", starts_at),
        ("message", starts_at),
    ]
    assert found.clears_at == found.next.at == starts_at
    assert found.happened == ()


async def test_before_the_start_who_is_not_in_the_request_is_not_found(pipeline: Pipeline) -> None:
    starts_at = pipeline.clock() + timedelta(days=3)
    request = a_request(SALES, "ann", scheduled_at=starts_at.isoformat())
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()
    with pytest.raises(NotFoundError, match="'bob' in the request"):
        await explain(pipeline, campaign_id, "bob")


async def test_before_the_start_a_later_message_counts_from_it(pipeline: Pipeline) -> None:
    starts_at = pipeline.clock() + timedelta(days=3)
    message = {"template": "Hello", "timing": {"delay_hours": 4}}
    template = {"name": "Later", "stages": {"a": {"messages": [message]}}}
    request = a_request(template, "ann", scheduled_at=starts_at.isoformat())
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()

    found = await explain(pipeline, campaign_id)
    assert found.clears_at == starts_at + timedelta(hours=4)
    await pipeline.sweep(hours=72)
    assert (await explain(pipeline, campaign_id)).clears_at == found.clears_at


AWAY = {"kind": "out_of_office", "text": "I am away."}


async def test_an_absence_lets_a_deferred_message_wait_for_its_own_time(
    pipeline: Pipeline,
) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await _defer_the_first(pipeline, hours=30)
    until = pipeline.clock() + timedelta(hours=10)
    await pipeline.reply(campaign_id, "ann", **AWAY, out_of_office_until=until)
    await pipeline.sweep(hours=1)
    found = await explain(pipeline, campaign_id)
    assert [block.rule for block in found.blocks] == [
        "out_of_office",
        "message_on_its_way",
        "follow_up",
    ]
    # Said again after 30 hours, and followed up 48 later.
    left_at = until + timedelta(hours=20)
    assert abs(found.next.at - left_at - timedelta(hours=48)) < timedelta(minutes=2)
    assert found.next.rule == "follow_up"
    assert found.clears_at is not None
    assert abs(found.clears_at - found.next.at) < timedelta(minutes=2)


async def test_closed_hours_after_an_absence_are_told_of_an_answer_too(pipeline: Pipeline) -> None:
    hours = {"business_hours": {"start": "09:00", "end": "12:00", "timezone": "UTC"}}
    answers = {"intents": {"thanks": "You are welcome."}}
    template = {**SALES, "global_settings": hours, "answers": answers}
    campaign_id = await pipeline.insert(a_request(template, "ann"))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "ann", "Thank you!")
    await pipeline.sweep(minutes=1)
    until = pipeline.clock() + timedelta(hours=10)
    await pipeline.reply(campaign_id, "ann", **AWAY, out_of_office_until=until)
    await pipeline.sweep(minutes=1)
    found = await explain(pipeline, campaign_id)
    assert [block.rule for block in found.blocks] == ["out_of_office", "contact_hours"]
    assert found.clears_at == found.next.at
    assert found.next.what.startswith("answers")


async def _defer_the_first(pipeline: Pipeline, hours: int) -> None:
    later = SendResult(
        status=DeliveryStatus.DEFERRED, detail="451 later", retry_after_seconds=hours * 3_600
    )
    pipeline.channel.answers["ann@example.com"] = lambda: later
    await pipeline.sweep()
