"""Contact hours, frequency caps and priorities in the real services."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel, a_pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

pytestmark = pytest.mark.anyio

BERLIN_OFFICE = {"start": "09:00", "end": "17:00", "timezone": "Europe/Berlin"}


def template(**settings: Any) -> dict[str, Any]:
    return {**SALES, "global_settings": settings}


def request_for(
    document: dict[str, Any], request_id: str, contacts: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    request = a_request(document, *contacts, _id=request_id)
    for recipient in request["recipients"]:
        recipient["contact_info"] |= contacts[recipient["id"]]
    return request


async def sent_at(pipeline: Pipeline, campaign_id: CampaignId) -> dict[str, datetime]:
    cursor = pipeline.repositories.ledger._collection.find({"campaign_id": campaign_id})
    return {entry["recipient_id"]: entry["sending_at"] async for entry in cursor}


async def test_each_recipient_is_written_to_in_their_own_morning(pipeline: Pipeline) -> None:
    people = {
        "here": {},
        "york": {"timezone": "America/New_York"},
        "tokyo": {"phone": "+81 3 1234 5678"},
        "late": {"timezone": "Europe/Berlin", "optimal_contact_times": ["15:00-16:00"]},
    }
    rules = template(business_hours=BERLIN_OFFICE, optimal_contact_times={"learn": False})
    campaign_id = await pipeline.insert(request_for(rules, "hours", people))
    # Monday 09:00 UTC is 10:00 in Berlin, 04:00 in New York and 18:00 in Tokyo.
    for _ in range(30):
        await pipeline.sweep(hours=1)
    found = await sent_at(pipeline, campaign_id)
    assert found == {
        "here": datetime(2026, 3, 2, 10, tzinfo=UTC),  # the first sweep
        "york": datetime(2026, 3, 2, 14, tzinfo=UTC),
        "late": datetime(2026, 3, 2, 14, tzinfo=UTC),
        "tokyo": datetime(2026, 3, 3, 0, tzinfo=UTC),
    }


async def test_a_message_that_was_held_up_waits_for_the_next_morning(pipeline: Pipeline) -> None:
    await pipeline.insert(
        request_for(template(business_hours=BERLIN_OFFICE), "held_up", {"ann": {}})
    )
    await pipeline.sweep(hours=8)  # 18:00 in Berlin: nothing leaves
    assert pipeline.channel.sent == []
    await pipeline.sweep(hours=14)
    assert pipeline.channel.sent == []
    await pipeline.sweep(hours=1)
    assert len(pipeline.channel.sent) == 1


async def test_a_message_in_the_ledger_is_asked_for_its_hours_again(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(
        request_for(template(business_hours=BERLIN_OFFICE), "asked", {"ann": {}})
    )
    await pipeline.engine.poller.process("asked", "test worker", pipeline.clock())
    await pipeline.engine.passes.converse(campaign_id)
    assert await pipeline.repositories.ledger.count_by_status(campaign_id) == {"queued": 1}

    await pipeline.sweep(hours=8)
    entry = await pipeline.repositories.ledger._collection.find_one({})
    assert entry is not None
    assert entry["status"] == "queued"
    assert entry["reason"].startswith("contact_hours: it is Monday 18:00 in Europe/Berlin")
    assert entry["next_attempt_at"] == datetime(2026, 3, 3, 8, tzinfo=UTC)
    await pipeline.sweep(hours=15)
    assert len(pipeline.channel.sent) == 1


CAPPED = {"frequency_caps": {"max_messages": 2, "per_hours": 24}}


async def test_a_cap_holds_over_all_campaigns(pipeline: Pipeline) -> None:
    for number in range(4):
        await pipeline.insert(request_for(template(**CAPPED), f"capped_{number}", {"ann": {}}))
    await pipeline.sweep()
    for _ in range(3):  # those that met each other come again within a minute
        await pipeline.sweep(minutes=1)
    assert len(pipeline.channel.sent) == 2
    ledger = pipeline.repositories.ledger._collection
    waiting = await ledger.find({"status": {"$in": ["queued", "deferred"]}}).to_list()
    assert [entry["reason"] for entry in waiting] == [
        "frequency_cap: 2 messages in 24 hours; up to 2 may be"
    ] * 2
    await pipeline.sweep(hours=23)
    assert len(pipeline.channel.sent) == 2
    for _ in range(5):
        await pipeline.sweep(minutes=20)
    assert len(pipeline.channel.sent) == 4


async def test_a_cap_holds_for_both_forms_of_an_international_domain(pipeline: Pipeline) -> None:
    people = {"ann": {"email": "ann@bücher.example"}}
    await pipeline.insert(request_for(template(**CAPPED), "capped_1", people))
    await pipeline.insert(request_for(template(**CAPPED), "capped_2", people))
    await pipeline.sweep()
    await pipeline.sweep(minutes=1)
    assert len(pipeline.channel.sent) == 2
    # As an earlier version, or another service, has stored it.
    await pipeline.repositories.conversations._collection.update_one(
        {"campaign_id": "campaign_capped_1"}, {"$set": {"address": "ann@xn--bcher-kva.example"}}
    )
    await pipeline.insert(request_for(template(**CAPPED), "capped_3", people))
    await pipeline.sweep(minutes=1)
    assert len(pipeline.channel.sent) == 2


async def test_workers_at_the_same_moment_keep_a_cap(mongodb_uri: str, database_name: str) -> None:
    clock, channel = MovedClock(), RecordingChannel()
    document = {**CAPPED, "frequency_caps": {"max_messages": 1, "per_hours": 24}}
    async with (
        a_pipeline(mongodb_uri, database_name, owner="one", clock=clock, channel=channel) as one,
        a_pipeline(mongodb_uri, database_name, owner="two", clock=clock, channel=channel) as two,
    ):
        people = {f"user{number}": {} for number in range(30)}
        ids = [
            await one.insert(request_for(template(**document), f"c{number}", people))
            for number in range(2)
        ]
        for number in range(2):
            await one.engine.poller.process(f"c{number}", "one", clock())
        await asyncio.gather(one.engine.passes.run(ids[0]), two.engine.passes.run(ids[1]))
    addresses = [message.recipient_address for message in channel.sent]
    assert len(addresses) == len(set(addresses))


async def test_campaigns_of_high_priority_go_first(pipeline: Pipeline) -> None:
    for number, priority in enumerate(("low", "normal", "high")):
        request = request_for(template(), f"priority_{priority}", {f"user{number}": {}})
        await pipeline.insert({**request, "metadata": {"priority": priority}})
        await pipeline.engine.poller.process(request["_id"], "test worker", pipeline.clock())
    due = await pipeline.repositories.campaigns.find_due(pipeline.clock(), 10)
    assert [campaign_id.rpartition("_")[2] for campaign_id in due] == ["high", "normal", "low"]


async def test_the_hours_in_which_most_answer_are_learned(pipeline: Pipeline) -> None:
    people = {f"user{number}": {} for number in range(22)}
    rules = template(business_hours=BERLIN_OFFICE, optimal_contact_times={"learn": True})
    campaign_id = await pipeline.insert(request_for(rules, "learning", people))
    await pipeline.sweep()
    for person in list(people)[:21]:
        await pipeline.reply(campaign_id, person, "Tell me more")  # 10:00 in Berlin
    await pipeline.sweep()
    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    assert campaign.answers_by_hour == {"10": 21}
    # The follow-up of the silent one falls due at 10:00 on Wednesday, and may wait for 08:00-11:00.
    await pipeline.sweep(hours=48)
    assert len(pipeline.channel.texts_to("user21@example.com")) == 2
