"""Conversations that need a person: held, listed, told of, answered, given back, approved."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.errors import InvalidInputError, NotFoundError
from comm_pipeline.services.answering_by_people import HandOffDesk
from comm_pipeline.services.escalation_notices import mail_about
from comm_pipeline.services.escalations import needed_escalations
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.http_servers import Seen, http_server
from comm_pipeline_tests.integration.services.answering import (
    an_answering_template,
    hear,
    under_way,
)
from comm_pipeline_tests.integration.services.test_campaign_life import a_request
from comm_pipeline_tests.smtp_servers import Script, smtp_server

pytestmark = pytest.mark.anyio
ANGRY = "You idiots, this is outrageous! I will call my lawyer and sue you."


def desk_of(pipeline: Pipeline) -> HandOffDesk:
    return HandOffDesk(pipeline.repositories, "acme.example", pipeline.clock)


async def status_of(pipeline: Pipeline, campaign_id: str) -> tuple[str, str | None]:
    conversation = await pipeline.conversation(campaign_id, "ann")
    return conversation["status"], conversation["outcome"]


async def test_anger_holds_the_conversation_and_tells_what_a_person_has_to_know(
    pipeline: Pipeline,
) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await pipeline.sweep(hours=30)
    assert len(pipeline.channel.sent) == 1
    assert await status_of(pipeline, campaign_id) == ("escalated", None)
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.kind, one.rule, one.status, one.address) == (
        "hand_off",
        "escalate_on",
        "open",
        "ann@example.com",
    )
    assert [said.text for said in one.history] == ["Shall we talk about reports?", ANGRY]
    assert "1 messages sent, 1 received" in one.summary


async def test_a_person_answers_in_the_thread_and_gives_the_conversation_back(
    pipeline: Pipeline,
) -> None:
    campaign_id, desk = await under_way(pipeline), desk_of(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    done = [await desk.answer(campaign_id, "ann", "I am sorry. Nora") for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    await pipeline.sweep()
    first, answer = pipeline.channel.sent
    assert (answer.subject, answer.text) == ("Re: Reports", "I am sorry. Nora")
    assert answer.references[0] == first.message_id
    assert await status_of(pipeline, campaign_id) == ("escalated", None)
    done = [await desk.resolve(campaign_id, "ann", None, "by phone") for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    assert await status_of(pipeline, campaign_id) == ("active", None)
    (closed,) = await pipeline.repositories.escalations.find()
    assert (closed.status, closed.note) == ("resolved", "by phone")
    await hear(pipeline, campaign_id, "Thanks for your help")
    await pipeline.sweep(minutes=21)
    assert "You are welcome." in pipeline.channel.sent[-1].text


async def test_what_the_recipient_writes_meanwhile_is_shown_to_the_person(
    pipeline: Pipeline,
) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    (before,) = await pipeline.repositories.escalations.find()
    pipeline.clock.move(hours=1)
    await hear(pipeline, campaign_id, "Well, let us talk then.")
    (after,) = await pipeline.repositories.escalations.find()
    assert (before.heard, after.heard) == (0, 1)
    assert after.history[-1].text == "Well, let us talk then."
    notices = [mail_about(one, "sales@acme.example", "acme.example") for one in (before, after)]
    assert notices[1].subject == f"Re: {notices[0].subject}"
    assert notices[0].message_id != notices[1].message_id
    await pipeline.repositories.escalations.add_reply(
        after.conversation_id, after.history[-1], pipeline.clock()
    )
    assert (await pipeline.repositories.escalations.find())[0].heard == 1


async def test_what_has_ended_by_itself_needs_nobody(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    assert len(await needed_escalations(pipeline.repositories, None, 10, pipeline.clock())) == 1
    pipeline.clock.move(hours=1)
    await hear(pipeline, campaign_id, "STOP")
    assert await needed_escalations(pipeline.repositories, None, 10, pipeline.clock()) == []
    (closed,) = await pipeline.repositories.escalations.find()
    assert closed.status == "superseded"


async def test_a_conversation_given_back_may_be_handed_over_again(pipeline: Pipeline) -> None:
    campaign_id, desk = await under_way(pipeline), desk_of(pipeline)
    for _ in range(2):
        await hear(pipeline, campaign_id, ANGRY)
        assert await status_of(pipeline, campaign_id) == ("escalated", None)
        await desk.resolve(campaign_id, "ann", None)
        pipeline.clock.move(hours=1)
    assert len(await pipeline.repositories.escalations.find()) == 2


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome.HANDED_OFF, "completed"), (Outcome.SUCCESS, "completed")]
)
async def test_a_person_ends_a_conversation_and_the_campaign_with_it(
    pipeline: Pipeline, outcome: Outcome, status: str
) -> None:
    campaign_id, desk = await under_way(pipeline), desk_of(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await desk.answer(campaign_id, "ann", "Let us talk.")
    done = [await desk.resolve(campaign_id, "ann", outcome) for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    await pipeline.sweep()
    assert pipeline.channel.sent[-1].text == "Let us talk."
    assert await status_of(pipeline, campaign_id) == (status, outcome)
    assert (await pipeline.repositories.campaigns.get(campaign_id)).status == "completed"
    with pytest.raises(InvalidInputError, match=f"it has ended as {outcome}; nothing is changed"):
        await desk.resolve(campaign_id, "ann", None)
    with pytest.raises(InvalidInputError, match="completed: nothing of it leaves"):
        await desk.answer(campaign_id, "ann", "One more thing")


async def test_nobody_is_written_to_who_asked_to_stop(pipeline: Pipeline) -> None:
    campaign_id, desk = await under_way(pipeline, "ann", "bo"), desk_of(pipeline)
    await hear(pipeline, campaign_id, "STOP")
    with pytest.raises(InvalidInputError, match="must not be written to"):
        await desk.answer(campaign_id, "ann", "Please stay")
    await desk.answer(campaign_id, "bo", "Hello Bo")
    await desk.resolve(campaign_id, "bo", Outcome.OPTED_OUT, "by phone")
    await pipeline.sweep()
    assert len(pipeline.channel.sent) == 2
    assert "bo@example.com" in await pipeline.repositories.suppressions.find(["bo@example.com"])


async def test_after_the_end_only_an_opt_out_may_be_said_and_stops_everything(
    pipeline: Pipeline,
) -> None:
    campaign_id, desk = await under_way(pipeline), desk_of(pipeline)
    await hear(pipeline, campaign_id, ANGRY)
    await desk.resolve(campaign_id, "ann", Outcome.SUCCESS)
    document = a_request(an_answering_template(), "ann") | {"_id": "request_2"}
    other = await pipeline.insert(document)
    await pipeline.sweep()
    with pytest.raises(InvalidInputError, match="it has ended as success; nothing is changed"):
        await desk.resolve(campaign_id, "ann", Outcome.HANDED_OFF)
    suppressions = pipeline.repositories.suppressions
    assert await suppressions.find(["ann@example.com"]) == {}
    assert await status_of(pipeline, other) == ("active", None)
    done = [await desk.resolve(campaign_id, "ann", Outcome.OPTED_OUT, "by phone") for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    assert {one.text for one in done} == {"it had ended as success; nobody writes to them any more"}
    assert await status_of(pipeline, campaign_id) == ("completed", "success")
    assert await status_of(pipeline, other) == ("completed", "opted_out")
    assert "ann@example.com" in await suppressions.find(["ann@example.com"])
    decisions = (await pipeline.conversation(campaign_id, "ann"))["decisions"]
    noted = [one["reason"] for one in decisions if one["rule"] == "opted_out"]
    assert noted == ["a person noted an opt-out: by phone"]
    sent = len(pipeline.channel.sent)
    await pipeline.sweep(hours=200)
    assert len(pipeline.channel.sent) == sent
    for key in (campaign_id, other):
        assert await pipeline.engine.metrics.reconcile(key) == []


async def test_an_answer_leaves_only_when_a_person_has_approved_it(pipeline: Pipeline) -> None:
    campaign_id, desk = await under_way(pipeline, approval=True), desk_of(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    await pipeline.sweep(hours=100)
    assert len(pipeline.channel.sent) == 1
    (one,) = await pipeline.repositories.escalations.find()
    assert one.kind == "approval"
    assert one.proposal is not None
    assert "You are welcome." in one.proposal.text
    done = [await desk.approve(campaign_id, "ann") for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    await pipeline.sweep()
    assert pipeline.channel.sent[-1].text == one.proposal.text
    assert not (await desk.approve(campaign_id, "ann")).is_new
    (closed,) = await pipeline.repositories.escalations.find()
    assert closed.status == "approved"


async def test_an_answer_still_waits_for_approval_in_a_conversation_that_goes_on(
    pipeline: Pipeline,
) -> None:
    campaign_id, desk = await under_way(pipeline, approval=True), desk_of(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    await pipeline.sweep(hours=100)
    assert (await desk.resolve(campaign_id, "ann", None)).text == "it is active already"
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.kind, one.status) == ("approval", "open")
    assert (await desk.approve(campaign_id, "ann")).is_new


async def test_a_rejected_answer_never_leaves(pipeline: Pipeline) -> None:
    campaign_id, desk = await under_way(pipeline, approval=True), desk_of(pipeline)
    with pytest.raises(NotFoundError, match="waits for approval"):
        await desk.reject(campaign_id, "ann")
    await hear(pipeline, campaign_id, "Thanks a lot!")
    done = [await desk.reject(campaign_id, "ann", "too short") for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    await pipeline.sweep(hours=30)
    assert len(pipeline.channel.sent) == 1
    assert await status_of(pipeline, campaign_id) == ("active", None)


async def test_a_newer_reply_supersedes_the_answer_that_waits(pipeline: Pipeline) -> None:
    campaign_id, desk = await under_way(pipeline, approval=True), desk_of(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    pipeline.clock.move(hours=1)
    await hear(pipeline, campaign_id, "Too expensive, though.")
    await desk.approve(campaign_id, "ann")
    await pipeline.sweep(minutes=21)
    assert "You are welcome." in pipeline.channel.sent[-1].text
    assert "Most teams compare" in pipeline.channel.sent[-1].text
    assert len(pipeline.channel.sent) == 2


@pytest.fixture
async def mail() -> AsyncIterator[Script]:
    async with smtp_server(Script()) as script:
        yield script


async def test_people_are_told_by_mail_and_by_a_call_until_it_works(
    mongodb_uri: str, database_name: str, mail: Script
) -> None:
    answers = iter([b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"])
    seen: list[Seen] = []

    async def behaviour(request: Seen) -> bytes:
        seen.append(request)
        return next(answers, b"HTTP/1.1 204 Ok\r\nContent-Length: 0\r\n\r\n")

    async with http_server(behaviour) as server:
        settings: dict[str, Any] = {
            "escalation_email": "Sales <sales@acme.example>",
            "escalation_webhook_url": server.url,
            "escalation_webhook_secret": "whsec_" + base64.b64encode(b"k" * 32).decode(),
            "escalation_webhook_allow_http": True,
            "smtp_host": "127.0.0.1",
            "smtp_port": mail.port,
            "smtp_security": "none",
            "smtp_sender": "bot@acme.example",
            "smtp_message_id_domain": "acme.example",
        }
        async with a_pipeline(mongodb_uri, database_name, **settings) as pipeline:
            campaign_id = await under_way(pipeline)
            await hear(pipeline, campaign_id, ANGRY)
            (alert,) = await pipeline.repositories.alerts.find_latest(10)
            assert alert["_id"] == "escalation_notice:webhook"
            assert (len(mail.mails), len(seen)) == (1, 1)
            await pipeline.sweep(hours=1)
            await pipeline.sweep(hours=1)
    (told,) = mail.mails
    assert told["Subject"] == f"Please take over: ann in {campaign_id}"
    body = told.get_body(("plain",))
    assert body is not None
    assert ANGRY in body.get_content()
    assert f"comm-pipeline resolve {campaign_id} ann" in body.get_content()
    assert len(seen) == 2
    assert seen[0].body == seen[1].body
    event = seen[1].document
    assert (event["type"], event["data"]["rule"]) == ("escalation.opened", "escalate_on")
