"""Each message takes the first of its channels that is there and reaches its recipient."""

from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.explanation import Explainer
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN
from comm_pipeline_tests.many_channels import NamedChannel, a_pipeline_over, channels_named

pytestmark = pytest.mark.anyio

PHONE = "+491701234567"
MAIL = "ada@example.com"
NO_MAILBOX = SendResult(status=DeliveryStatus.BOUNCED, detail="550 5.1.1 nobody")


def a_request(*recipients: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """A request to recipients given by their contact data, with these global settings."""
    template = a_template_document(global_settings=settings)
    said = template["stages"]["awareness"]["messages"][0]
    said["channels"] = {"sms": {"template": "Hi {{ recipient.first_name }}, by SMS?"}}
    people = [
        {"id": f"user_{number}", "contact_info": {"first_name": "Ada", **info}}
        for number, info in enumerate(recipients, start=1)
    ]
    return a_batch_request(template=template, recipients=people)


async def ledger(pipeline: Pipeline) -> dict[str, Doc]:
    """Return the ledger by key, without the campaign's id."""
    found = await pipeline.repositories.ledger._collection.find().to_list()
    return {one["_id"].removeprefix(f"{CAMPAIGN}:"): one for one in found}


async def test_by_order_of_preference_and_what_the_recipient_has(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        both, mail, phone = {"email": MAIL, "phone": PHONE}, {"email": "b@c.example"}, {}
        request = a_request(
            both, mail, {"phone": "+491701234568"}, phone, channels=["sms", "email"]
        )
        await pipeline.insert(request)
        await pipeline.sweep()

        assert sorted(channels["sms"].addresses) == [PHONE, "+491701234568"]
        assert channels["email"].addresses == ["b@c.example"]
        assert channels["sms"].sent[0].text == "Hi Ada, by SMS?"
        assert channels["sms"].sent[0].html is None
        assert "shall we talk?" in channels["email"].sent[0].text
        entries = await ledger(pipeline)
        written = {key: (one["channel"], one["address"]) for key, one in entries.items()}
        assert written == {
            "user_1:awareness:0:first": ("sms", PHONE),
            "user_2:awareness:0:first": ("email", "b@c.example"),
            "user_3:awareness:0:first": ("sms", "+491701234568"),
        }
        nobody = await pipeline.conversation(CAMPAIGN, "user_4")
        assert nobody["status"] == "failed"
        assert "contact_info.email: is missing; contact_info.phone" in nobody["reason"]


async def test_a_channel_that_is_not_set_up_is_passed_over(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_request({"email": MAIL, "phone": PHONE}, channels=["sms", "email"]))
        await pipeline.sweep()
        assert channels["email"].addresses == [MAIL]


async def test_without_any_channel_messages_wait_with_the_reason_and_an_alert(
    mongodb_uri: str, database_name: str
) -> None:
    async with a_pipeline_over(mongodb_uri, database_name, channels_named("email")) as pipeline:
        await pipeline.insert(a_request({"phone": PHONE}, channels=["sms"]))
        await pipeline.sweep()

        waiting = (await ledger(pipeline))["user_1:awareness:0:first"]
        assert waiting["status"] == "queued"
        assert waiting["reason"].startswith("channel: the channel 'sms' is not set up: set TWILIO_")
        (alert,) = await pipeline.repositories.alerts.find_latest(5)
        assert "'sms' is not set up" in alert["message"]
    channels = channels_named("sms")
    async with a_pipeline_over(mongodb_uri, database_name, channels, clock=pipeline.clock) as later:
        await later.sweep(minutes=5)
        assert channels["sms"].addresses == [PHONE]


async def test_two_recipients_of_one_number_are_one(mongodb_uri: str, database_name: str) -> None:
    channels = channels_named("sms")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(
            a_request(
                {"phone": PHONE, "email": MAIL}, {"phone": "+49 170 1234567"}, channels=["sms"]
            )
        )
        await pipeline.sweep()
        assert channels["sms"].addresses == [PHONE]
        second = await pipeline.conversation(CAMPAIGN, "user_2")
        assert second["reason"] == (
            "contact_info.phone: another recipient of this campaign has the same address"
        )


async def test_who_says_stop_by_sms_is_heard_and_found_by_the_number(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("sms", "email")
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        both = {"email": MAIL, "phone": PHONE}
        await pipeline.insert(a_request(both, channels=["email", "sms"]))
        await pipeline.sweep()
        await pipeline.repositories.inbound._collection.insert_one(
            {"from_address": "+49 170 1234567", "text": "STOP", "received_at": pipeline.clock()}
        )
        await pipeline.sweep(hours=1)
        state = await pipeline.conversation(CAMPAIGN, "user_1")
        assert state["outcome"] == "opted_out"
        await pipeline.sweep(hours=48)
        assert (len(channels["email"].sent), len(channels["sms"].sent)) == (1, 0)


async def test_a_frequency_cap_counts_text_messages_too(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("sms", "email")
    capped = {"channels": ["sms"], "frequency_caps": {"max_messages": 1, "per_hours": 168}}
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        for number in (1, 2):
            request = a_request({"email": MAIL, "phone": PHONE}, **capped)
            await pipeline.insert(request | {"_id": f"request_{number}"})
            await pipeline.sweep()
        assert channels["sms"].addresses == [PHONE]


class TestFallback:
    """A permanent refusal, and the next channel, if the template says so."""

    @pytest.fixture
    def channels(self) -> dict[str, NamedChannel]:
        channels = channels_named("email", "sms")
        channels["email"].answer = NO_MAILBOX
        return channels

    async def test_the_next_channel_says_it_once(
        self, mongodb_uri: str, database_name: str, channels: dict[str, NamedChannel]
    ) -> None:
        person = {"email": MAIL, "phone": PHONE}
        async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
            await pipeline.insert(
                a_request(person, channels=["email", "sms"], channel_fallback=True)
            )
            for _ in range(3):
                await pipeline.sweep(seconds=1)

            assert (channels["email"].addresses, channels["sms"].addresses) == ([MAIL], [PHONE])
            entries = await ledger(pipeline)
            assert {key: one["status"] for key, one in entries.items()} == {
                "user_1:awareness:0:first": "bounced",
                "user_1:awareness:0:first:by_sms": "sent",
            }
            # The follow-up takes the channel that works, 48 hours after the message that arrived.
            await pipeline.sweep(hours=48)
            assert (len(channels["email"].sent), len(channels["sms"].sent)) == (1, 2)
            explainer = Explainer(pipeline.repositories, pipeline.engine.config_manager, 1.0)
            found = await explainer.explain(CAMPAIGN, "user_1", pipeline.clock())
            told = [event.text for event in found.happened]
            assert any("said once more by sms" in text for text in told), told
            assert any("bounced by email (550 5.1.1 nobody)" in text for text in told), told
            assert any("sent by sms" in text for text in told), told

    async def test_when_no_channel_is_left_the_conversation_ends(
        self, mongodb_uri: str, database_name: str, channels: dict[str, NamedChannel]
    ) -> None:
        channels["sms"].answer = SendResult(status=DeliveryStatus.FAILED, detail="30007 filtered")
        async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
            await pipeline.insert(
                a_request(
                    {"email": MAIL, "phone": PHONE},
                    channels=["email", "sms"],
                    channel_fallback=True,
                )
            )
            for _ in range(3):
                await pipeline.sweep(seconds=1)
            state = await pipeline.conversation(CAMPAIGN, "user_1")
            assert (state["status"], state["outcome"]) == ("failed", "error")
            assert "30007 filtered" in state["reason"]

    async def test_without_the_rule_a_refusal_ends_it(
        self, mongodb_uri: str, database_name: str, channels: dict[str, NamedChannel]
    ) -> None:
        async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
            await pipeline.insert(
                a_request({"email": MAIL, "phone": PHONE}, channels=["email", "sms"])
            )
            await pipeline.sweep()
            assert channels["sms"].sent == []
            assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "bounced"

    async def test_a_bounce_that_is_reported_late_leads_on_too(
        self, mongodb_uri: str, database_name: str, channels: dict[str, NamedChannel]
    ) -> None:
        channels["email"].answer = None
        async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
            await pipeline.insert(
                a_request(
                    {"email": MAIL, "phone": PHONE},
                    channels=["email", "sms"],
                    channel_fallback=True,
                )
            )
            await pipeline.sweep()
            report = {
                "idempotency_key": f"{CAMPAIGN}:user_1:awareness:0:first",
                "event": "bounced",
            }
            for _ in range(2):  # twice: the second says nothing new
                await pipeline.repositories.provider_reports._collection.insert_one(dict(report))
                await pipeline.sweep(hours=1)
            assert channels["sms"].addresses == [PHONE]
