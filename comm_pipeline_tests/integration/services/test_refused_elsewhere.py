"""What one channel refuses, said by another: a bounce by mail, an answer in the same words."""

from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.unknown_messages import Verdict, find_unknown, settle_unknown
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.answering import an_answering_template, hear
from comm_pipeline_tests.integration.services.test_channel_choice import (
    MAIL,
    PHONE,
    a_request,
    ledger,
)
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN
from comm_pipeline_tests.many_channels import a_pipeline_over, channels_named

pytestmark = pytest.mark.anyio

BOTH = {"email": MAIL, "phone": PHONE}
RULES: dict[str, Any] = {"channels": ["email", "sms"], "channel_fallback": True}


async def report(pipeline: Pipeline, kind: str) -> None:
    entry = (await ledger(pipeline))["user_1:awareness:0:first"]
    details = {"kind": kind, "original_message_id": entry["message_id"], "recipient": MAIL}
    await pipeline.repositories.inbound._collection.insert_one(
        {"kind": kind, "text": "", "received_at": pipeline.clock(), "report": details}
    )
    await pipeline.sweep()


async def test_a_bounce_by_mail_leads_to_the_next_channel(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_request(BOTH, **RULES))
        await pipeline.sweep()
        for _ in range(2):
            await report(pipeline, "hard_bounce")
        await pipeline.sweep(seconds=1)
        assert (channels["email"].addresses, channels["sms"].addresses) == ([MAIL], [PHONE])
        assert (await pipeline.conversation(CAMPAIGN, "user_1"))["status"] == "active"


def _notices(*stages: str) -> dict[str, Any]:
    """A request whose stages say their own name, and want no answer."""
    spoken = {
        name: {"messages": [name], "progression_rules": {"response_required": False}}
        for name in stages
    }
    template = a_template_document(
        stages=spoken, default_initial_stage=stages[0], global_settings=RULES
    )
    return a_batch_request(template=template, recipients=[{"id": "user_1", "contact_info": BOTH}])


@pytest.mark.parametrize("stages", [("notice",), ("intro", "notice"), ("a", "b", "c")])
async def test_what_wants_no_answer_is_said_by_the_next_channel_too(
    mongodb_uri: str, database_name: str, stages: tuple[str, ...]
) -> None:
    channels = channels_named("email", "sms")
    channels["email"].answer = SendResult(status=DeliveryStatus.FAILED, detail="550 policy")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(_notices(*stages))
        await pipeline.run_until_quiet()
        assert [one.text for one in channels["email"].sent] == [stages[0]]
        assert [one.text for one in channels["sms"].sent] == [*stages]
        state = await pipeline.conversation(CAMPAIGN, "user_1")
        assert (state["status"], state["outcome"]) == ("completed", "success")
        assert [one["name"] for one in state["stages"]] == [*stages]
        assert state["metrics"]["messages_sent"] == len(stages) + 1


async def test_last_words_that_no_channel_takes_are_noted(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    for channel in channels.values():
        channel.answer = SendResult(status=DeliveryStatus.FAILED, detail="550 policy")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(_notices("notice"))
        await pipeline.run_until_quiet()
        assert (len(channels["email"].sent), len(channels["sms"].sent)) == (1, 1)
        state = await pipeline.conversation(CAMPAIGN, "user_1")
        assert state["decisions"][-1]["reason"].startswith("the last message did not arrive")


async def test_what_a_person_has_given_up_is_not_said_by_another_channel(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    channels["email"].answer = SendResult(status=DeliveryStatus.UNKNOWN, detail="lost")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_request(BOTH, **RULES))
        await pipeline.sweep()
        (lost,) = await find_unknown(pipeline.repositories, CAMPAIGN, 10)
        await settle_unknown(
            pipeline.repositories, lost.id, Verdict.FAILED, "not there", pipeline.clock()
        )
        await pipeline.run_until_quiet()
        assert channels["sms"].addresses == []
        state = await pipeline.conversation(CAMPAIGN, "user_1")
        assert (state["status"], state["reason"]) == ("failed", "settled by hand: not there")


async def test_a_complaint_by_mail_suppresses_every_address(
    mongodb_uri: str, database_name: str
) -> None:
    async with a_pipeline_over(
        mongodb_uri, database_name, channels_named("email", "sms")
    ) as pipeline:
        await pipeline.insert(a_request(BOTH, **RULES))
        await pipeline.sweep()
        await report(pipeline, "complaint")
        found = await pipeline.repositories.suppressions.find([MAIL, PHONE])
        assert set(found) == {MAIL, PHONE}


async def test_a_refused_answer_is_said_in_the_same_words(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    template = an_answering_template()
    template["global_settings"] |= RULES
    person = {"id": "ann", "contact_info": {"first_name": "Ann", **BOTH}}
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_batch_request(template=template, recipients=[person]))
        await pipeline.sweep()
        channels["email"].answer = SendResult(status=DeliveryStatus.BOUNCED, detail="550 nobody")
        await hear(pipeline, CAMPAIGN, "Thanks for your help")
        for _ in range(2):
            await pipeline.sweep(hours=1)
        (again,) = channels["sms"].sent
        assert again.text == channels["email"].sent[-1].text
        assert "You are welcome." in again.text
        assert again.idempotency_key.endswith(":by_sms")
