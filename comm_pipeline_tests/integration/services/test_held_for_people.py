"""While a person has a conversation: they are told, and nothing of it is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.statuses import DeliveryStatus, Outcome
from comm_pipeline.services.answering_by_people import HandOffDesk
from comm_pipeline.services.campaign_control import pause_campaign, resume_campaign
from comm_pipeline.services.delivery_outcomes import learn_outcome
from comm_pipeline.services.escalation_notices import EscalationNotices, Way, mail_about
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.harness import Pipeline, RecordingChannel
from comm_pipeline_tests.integration.services.answering import hear, under_way

pytestmark = pytest.mark.anyio

ANGRY = "You idiots, this is outrageous! I will call my lawyer and sue you."
PERSON = "nora@acme.example"
LATER = SendResult(status=DeliveryStatus.DEFERRED, detail="451 later", retry_after_seconds=3_600)


def told_by(pipeline: Pipeline) -> RecordingChannel:
    """Have people told through a channel of their own."""
    channel = RecordingChannel()
    way = Way("email", lambda: channel, lambda one: mail_about(one, PERSON, "acme.example"))
    notices = EscalationNotices(pipeline.repositories, [way], timedelta(minutes=5), pipeline.clock)
    engine = pipeline.engine
    pipeline.engine = replace(engine, passes=replace(engine.passes, notices=notices))
    return channel


async def pause(pipeline: Pipeline, campaign_id: str) -> None:
    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    await pause_campaign(pipeline.repositories.campaigns, campaign.id, "test", pipeline.clock())


async def entry_of(pipeline: Pipeline) -> Doc:
    (entry,) = await pipeline.repositories.ledger._collection.find({"message_index": 0}).to_list()
    return entry


def desk_of(pipeline: Pipeline) -> HandOffDesk:
    return HandOffDesk(pipeline.repositories, "acme.example", pipeline.clock)


async def test_a_notice_that_failed_is_tried_again_while_its_campaign_is_paused(
    pipeline: Pipeline,
) -> None:
    people = told_by(pipeline)
    people.answers[PERSON] = lambda: LATER
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await pause(pipeline, campaign_id)
    await pipeline.sweep()
    assert len(people.sent) == 1
    people.answers.clear()

    await pipeline.sweep(minutes=6)

    assert len(people.sent) == 2
    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    assert (campaign.status, campaign.next_due_at) == ("paused", None)
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.told, one.notify_at) == (("email",), None)


async def test_people_are_told_of_a_reply_to_a_paused_campaign(pipeline: Pipeline) -> None:
    people = told_by(pipeline)
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await pause(pipeline, campaign_id)
    await pipeline.sweep()
    pipeline.clock.move(hours=1)

    await hear(pipeline, campaign_id, "Well, let us talk then.")
    await pipeline.sweep()

    assert [one.subject[:4] for one in people.sent] == ["Plea", "Re: "]
    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    assert (campaign.status, campaign.next_due_at) == ("paused", None)
    await resume_campaign(pipeline.repositories, campaign.id, pipeline.clock())


async def test_a_reply_that_comes_while_people_are_told_is_told_too(pipeline: Pipeline) -> None:
    people = told_by(pipeline)
    campaign_id = await under_way(pipeline)
    reply = {"text": "And another thing.", "message_id": "<2@ann.example>"}

    class Interrupted(RecordingChannel):
        async def send(self, message: ChannelMessage) -> SendResult:
            if not people.sent:
                await pipeline.reply(campaign_id, "ann", **reply)
                await pipeline.engine.inbox.take_up(10)
            return await people.send(message)

    interrupted = Interrupted()
    notices = pipeline.engine.passes.notices
    way = replace(notices.ways[0], open_channel=lambda: interrupted)
    passes = replace(pipeline.engine.passes, notices=replace(notices, ways=[way]))
    pipeline.engine = replace(pipeline.engine, passes=passes)

    await hear(pipeline, campaign_id, ANGRY)
    await pipeline.sweep()

    assert [one.subject[:4] for one in people.sent] == ["Plea", "Re: "]
    assert "And another thing." in people.sent[1].text


async def test_a_message_of_the_stage_waits_for_the_person_and_is_said_after_that(
    pipeline: Pipeline,
) -> None:
    pipeline.channel.answers["ann@example.com"] = lambda: LATER
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    pipeline.channel.answers.clear()

    await pipeline.sweep(hours=2)
    held = await entry_of(pipeline)
    assert held["status"] == "deferred"
    assert held["reason"] == "escalation: a person has the conversation"
    assert len(pipeline.channel.sent) == 1

    await desk_of(pipeline).resolve(campaign_id, "ann", None)
    await pipeline.sweep()
    assert (await entry_of(pipeline))["status"] == "sent"
    assert len(pipeline.channel.sent) == 2
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


@pytest.mark.parametrize("outcome", [Outcome.SUCCESS, Outcome.HANDED_OFF])
async def test_what_waits_is_not_said_if_the_person_ends_the_conversation(
    pipeline: Pipeline, outcome: Outcome
) -> None:
    pipeline.channel.answers["ann@example.com"] = lambda: LATER
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    pipeline.channel.answers.clear()
    await desk_of(pipeline).resolve(campaign_id, "ann", outcome)
    await pipeline.run_until_quiet()
    assert (await entry_of(pipeline))["status"] == "cancelled"
    assert len(pipeline.channel.sent) == 1


async def test_last_words_that_bounce_are_seen_although_the_conversation_has_ended(
    pipeline: Pipeline,
) -> None:
    campaign_id, desk = await under_way(pipeline), desk_of(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await desk.answer(campaign_id, "ann", "The contract is on its way.")
    await desk.resolve(campaign_id, "ann", Outcome.SUCCESS)
    await pipeline.sweep()
    key = (await pipeline.conversation(campaign_id, "ann"))["message_history"][-1]["message_id"]
    message = await pipeline.repositories.ledger.get(key)
    assert message is not None

    for _ in range(2):
        now = pipeline.clock()
        await learn_outcome(pipeline.repositories, message, DeliveryStatus.BOUNCED, "550 no", now)
        await pipeline.repositories.ledger._collection.update_one(
            {"_id": key}, {"$set": {"is_handled": False}}
        )
        await pipeline.sweep()

    state = await pipeline.conversation(campaign_id, "ann")
    assert (state["status"], state["outcome"]) == ("completed", "success")
    notes = [one for one in state["decisions"] if one["kind"] == "note"]
    assert [(one["rule"], one["reason"]) for one in notes] == [
        ("delivery_bounced", "the last message did not arrive: bounced: 550 no")
    ]
    alerts = await pipeline.repositories.alerts.find_latest(5)
    assert any("has ended as success" in one["message"] for one in alerts)
