"""Limits, breakers and catching up in the running services: nobody waits, nothing is above."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.harness import MONDAY_MORNING, MovedClock, Pipeline
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN
from comm_pipeline_tests.many_channels import a_pipeline_over, channels_named

pytestmark = pytest.mark.anyio

DOWN = SendResult(
    status=DeliveryStatus.DEFERRED, detail="no connection", provider_answer=ProviderAnswer.BAD
)


async def reasons(pipeline: Pipeline) -> dict[str, int]:
    """Count the messages that wait by the rule that keeps them."""
    found = pipeline.repositories.ledger._collection.find({"status": {"$in": ["queued"]}})
    counts: dict[str, int] = {}
    async for one in found:
        rule = (one["reason"] or "").partition(":")[0]
        counts[rule] = counts.get(rule, 0) + 1
    return counts


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"smtp_rate_limit": "10/minute"}, "provider email provider.example"),
        ({"sender_rate_limit": "10/minute"}, "sender us@email.example"),
        ({"sender_warm_up": "10,20"}, "sender us@email.example"),
        ({"recipient_domain_rate_limits": "example.com=10/minute"}, "recipient domain example.com"),
    ],
)
async def test_what_is_over_a_limit_waits_with_a_time_and_the_reason(
    mongodb_uri: str, database_name: str, limits: dict[str, Any], name: str
) -> None:
    channels = channels_named("email")
    async with a_pipeline_over(mongodb_uri, database_name, channels, **limits) as pipeline:
        await pipeline.insert(a_batch_request(recipient_count=25))
        report = await pipeline.sweep()

        assert len(channels["email"].sent) == 10
        assert await reasons(pipeline) == {"rate_limit": 15}
        waiting = await pipeline.repositories.ledger._collection.find_one({"status": "queued"})
        assert waiting is not None
        assert f"rate limit of {name}" in waiting["reason"]
        assert waiting["next_attempt_at"] > pipeline.clock()
        passes = [one for reports in report.campaigns.values() for one in reports]
        assert sum(one.delivery.waits.get("rate_limit", 0) for one in passes) >= 15


async def test_two_workers_together_keep_to_the_limit(mongodb_uri: str, database_name: str) -> None:
    """In every minute of ten, however many work: and nothing is lost."""
    channels, clock = channels_named("email"), MovedClock()
    rules = {"smtp_rate_limit": "7/minute", "max_batch_size": 5}
    async with (
        a_pipeline_over(mongodb_uri, database_name, channels, clock=clock, **rules) as one,
        a_pipeline_over(
            mongodb_uri, database_name, channels, clock=clock, owner="other", **rules
        ) as other,
    ):
        for number in (1, 2):
            people = [a_recipient(number * 100 + i) for i in range(20)]
            await one.insert(a_batch_request(_id=f"request_{number}", recipients=people))
        sent_at: list = []
        for _ in range(80):
            before = len(channels["email"].sent)
            await asyncio.gather(one.sweep_with_failures(), other.sweep_with_failures())
            sent_at += [clock()] * (len(channels["email"].sent) - before)
            clock.move(seconds=10)
        assert len(sent_at) == 40
        keys = [message.idempotency_key for message in channels["email"].sent]
        assert len(set(keys)) == 40
        for start in sent_at:
            within = [at for at in sent_at if start <= at < start + timedelta(minutes=1)]
            assert len(within) <= 7


async def test_a_provider_that_fails_is_left_alone_and_tried_with_one_message(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email")
    channel = channels["email"]
    channel.answer, channel.max_in_flight = DOWN, 2
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_batch_request(recipient_count=40))
        await pipeline.sweep()
        # Opened after 5 failures; what was marked already is still offered.
        assert 5 <= len(channel.sent) <= 5 + 2 * 3 + 2
        first = len(channel.sent)
        assert (await reasons(pipeline))["provider_down"] == 40 - first

        await pipeline.sweep(seconds=31)
        assert len(channel.sent) == first + 1  # exactly one probe, which fails
        await pipeline.sweep(seconds=31)
        assert len(channel.sent) == first + 1  # left alone for twice as long

        channel.answer = None
        await pipeline.sweep(seconds=31)
        assert len(channel.sent) > first + 1  # the next probe succeeds, and others follow it
        await pipeline.sweep(minutes=10)
        addresses = {message.recipient_address for message in channel.sent}
        assert len(addresses) == 40
        settled = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
        assert settled == {"sent": 40}


async def test_two_workers_send_one_probe(mongodb_uri: str, database_name: str) -> None:
    channels, clock = channels_named("email"), MovedClock()
    channel = channels["email"]
    channel.answer, channel.max_in_flight = DOWN, 2
    async with (
        a_pipeline_over(mongodb_uri, database_name, channels, clock=clock) as one,
        a_pipeline_over(mongodb_uri, database_name, channels, clock=clock, owner="other") as other,
    ):
        for number in (1, 2):
            people = [a_recipient(number * 100 + i) for i in range(20)]
            await one.insert(a_batch_request(_id=f"request_{number}", recipients=people))
        await one.sweep()
        first = len(channel.sent)
        clock.move(seconds=31)
        await asyncio.gather(one.sweep(), other.sweep())
        assert len(channel.sent) == first + 1


async def test_one_provider_that_fails_holds_up_no_other(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email", "sms")
    channels["email"].answer = DOWN
    people = [
        {"id": f"u{i}", "contact_info": {"first_name": "A", "email": f"u{i}@example.com"}}
        if i % 2
        else {"id": f"u{i}", "contact_info": {"first_name": "A", "phone": f"+4917012345{i:02}"}}
        for i in range(40)
    ]
    template = a_template_document(global_settings={"channels": ["email", "sms"]})
    async with a_pipeline_over(mongodb_uri, database_name, channels) as pipeline:
        await pipeline.insert(a_batch_request(template=template, recipients=people))
        await pipeline.sweep()
        assert len(channels["sms"].sent) == 20


async def the_campaign(pipeline: Pipeline) -> Campaign:
    return await pipeline.repositories.campaigns.get(CAMPAIGN)


class TestCatchingUp:
    """A campaign that is found a week too late is spread, and nothing of it comes after its end."""

    async def test_first_messages_that_are_overdue_are_spread(
        self, mongodb_uri: str, database_name: str
    ) -> None:
        channels, clock = channels_named("email"), MovedClock()
        async with a_pipeline_over(
            mongodb_uri, database_name, channels, clock=clock, catch_up_rate_limit="10/hour"
        ) as pipeline:
            due = MONDAY_MORNING + timedelta(hours=1)
            await pipeline.insert(a_batch_request(recipient_count=25, scheduled_at=due))
            await pipeline.sweep()
            report = await pipeline.sweep(days=7)

            assert len(channels["email"].sent) == 10
            assert await reasons(pipeline) == {"catch_up": 15}
            passes = [one for reports in report.campaigns.values() for one in reports]
            assert sum(one.delivery.waits.get("catch_up", 0) for one in passes) >= 15
            for hour in range(4):
                await pipeline.sweep(minutes=61)
                assert len(channels["email"].sent) <= 10 * (hour + 2)
            assert len(channels["email"].sent) == 25

    async def test_in_time_nothing_is_spread(self, mongodb_uri: str, database_name: str) -> None:
        channels = channels_named("email")
        async with a_pipeline_over(
            mongodb_uri, database_name, channels, catch_up_rate_limit="10/hour"
        ) as pipeline:
            await pipeline.insert(a_batch_request(recipient_count=25))
            await pipeline.sweep()
            await pipeline.sweep(hours=50)  # the follow-ups are two hours late
            assert len(channels["email"].sent) == 50

    async def test_nothing_leaves_after_the_end(self, mongodb_uri: str, database_name: str) -> None:
        channels = channels_named("email")
        async with a_pipeline_over(
            mongodb_uri, database_name, channels, catch_up_rate_limit="10/hour"
        ) as pipeline:
            schedule = {"end_date": MONDAY_MORNING + timedelta(days=7, hours=2)}
            due = MONDAY_MORNING + timedelta(hours=1)
            await pipeline.insert(
                a_batch_request(recipient_count=40, scheduled_at=due, schedule=schedule)
            )
            await pipeline.sweep()
            await pipeline.sweep(days=7)
            for _ in range(5):
                await pipeline.sweep(minutes=61)
            assert len(channels["email"].sent) <= 20
            assert (await the_campaign(pipeline)).status == "completed"
            left = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
            assert set(left) == {"sent", "cancelled"}


@pytest.mark.parametrize(("answer", "status"), [("hold", "unknown"), ("retry", "deferred")])
async def test_on_unknown(mongodb_uri: str, database_name: str, answer: str, status: str) -> None:
    channels = channels_named("email")
    channels["email"].answer = SendResult(status=DeliveryStatus.UNKNOWN, detail="lost")
    async with a_pipeline_over(
        mongodb_uri, database_name, channels, smtp_on_unknown=answer
    ) as pipeline:
        await pipeline.insert(a_batch_request(recipient_count=1))
        await pipeline.sweep()
        counts = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
        assert counts == {status: 1}
        channels["email"].answer = None
        await pipeline.sweep(minutes=10)
        assert len(channels["email"].sent) == (2 if answer == "retry" else 1)


async def test_a_deferred_message_has_failed_when_it_is_too_old(
    mongodb_uri: str, database_name: str
) -> None:
    channels = channels_named("email")
    busy = SendResult(status=DeliveryStatus.DEFERRED, detail="451 busy")
    channels["email"].answer = busy
    async with a_pipeline_over(
        mongodb_uri, database_name, channels, max_delivery_age_hours=1
    ) as pipeline:
        await pipeline.insert(a_batch_request(recipient_count=1))
        await pipeline.sweep()
        await pipeline.sweep(hours=2)
        entry = await pipeline.repositories.ledger._collection.find_one({})
        assert entry is not None
        assert entry["status"] == "failed"
        assert entry["reason"] == "deferred 2 times within 2 hours; the last: 451 busy"
