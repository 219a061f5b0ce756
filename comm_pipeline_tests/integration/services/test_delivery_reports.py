"""Reports of providers come late, twice and in any order; each changes what it may, once."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.provider_reports import MOST_LOOKS
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.campaign_control import cancel_campaign
from comm_pipeline.services.due_work import find_due_work
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_delivery import ADDRESS, CAMPAIGN, entry, start

pytestmark = pytest.mark.anyio

KEY = f"{CAMPAIGN}:user_1:awareness:0:first"


async def report(pipeline: Pipeline, **fields: Any) -> Any:
    """Write a report as a service does; return its id."""
    document = {"idempotency_key": KEY} | fields
    if "provider_message_id" in fields or "MessageSid" in fields:
        document.pop("idempotency_key")
    inserted = await pipeline.repositories.provider_reports._collection.insert_one(document)
    return inserted.inserted_id


async def stored(pipeline: Pipeline, report_id: Any) -> Doc:
    found = await pipeline.repositories.provider_reports._collection.find_one({"_id": report_id})
    assert found is not None
    return found


async def accepted(pipeline: Pipeline, provider_id: str = "SM1") -> None:
    """Have the first message accepted by a provider that names it."""
    result = SendResult(status=DeliveryStatus.SENT, detail="ok", provider_message_id=provider_id)
    await start(pipeline, result)


@pytest.mark.parametrize(
    "words",
    [
        *permutations(("sent", "delivered", "bounced")),
        *permutations(("delivered", "delivered", "bounced")),
    ],
)
async def test_in_any_order_the_furthest_counts(pipeline: Pipeline, words: tuple[str, ...]) -> None:
    await start(pipeline)
    for word in words:
        await report(pipeline, event=word)
        await pipeline.sweep(seconds=1)

    assert (await entry(pipeline))["status"] == "bounced"
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", "bounced")
    assert await pipeline.repositories.suppressions.find([ADDRESS]) != {}


async def test_delivered_keeps_the_time_at_which_the_message_left(pipeline: Pipeline) -> None:
    await start(pipeline)
    before = await entry(pipeline)
    await report(pipeline, event="delivered")
    taken = await pipeline.sweep(hours=2)

    found = await entry(pipeline)
    assert (found["status"], found["reported_at"]) == ("delivered", pipeline.clock())
    assert found["settled_at"] == before["settled_at"]
    assert taken.reports.applied == 1
    # The follow-up comes 48 hours after the message, whenever it was delivered.
    await pipeline.sweep(hours=46)
    assert len(pipeline.channel.texts_to(ADDRESS)) == 2


async def test_a_callback_of_twilio_may_be_stored_as_it_was_posted(pipeline: Pipeline) -> None:
    await accepted(pipeline)
    posted = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    await report(pipeline, **posted, To="+491701234567")
    await pipeline.sweep()

    found = await entry(pipeline)
    assert (found["status"], found["reason"]) == (
        "bounced",
        "reported as undelivered 30005 (address)",
    )


async def test_a_complaint_suppresses_every_address_of_the_person(pipeline: Pipeline) -> None:
    request = a_batch_request(recipient_count=1)
    request["recipients"][0]["contact_info"]["phone"] = "+491701234567"
    await pipeline.insert(request)
    await pipeline.sweep()
    await report(pipeline, event="complained", detail="abuse")
    await pipeline.sweep()

    suppressed = await pipeline.repositories.suppressions.find([ADDRESS, "+491701234567"])
    assert set(suppressed) == {ADDRESS, "+491701234567"}
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert state["outcome"] == "opted_out"


async def test_a_bounce_that_comes_after_the_end_still_suppresses(pipeline: Pipeline) -> None:
    await start(pipeline)
    await cancel_campaign(pipeline.repositories.campaigns, CAMPAIGN, "test", pipeline.clock())
    await pipeline.sweep()
    await report(pipeline, event="bounced")
    await pipeline.sweep(hours=1)

    assert (await entry(pipeline))["is_handled"] is True
    assert await pipeline.repositories.suppressions.find([ADDRESS]) != {}
    campaign = await pipeline.repositories.campaigns.get(CAMPAIGN)
    assert (campaign.status, campaign.next_due_at) == ("cancelled", None)


async def test_a_report_that_is_faster_than_the_answer_waits_for_it(pipeline: Pipeline) -> None:
    deferred = SendResult(status=DeliveryStatus.DEFERRED, detail="later")
    await start(pipeline, deferred)
    report_id = await report(pipeline, event="delivered")
    await pipeline.sweep()
    waiting = await stored(pipeline, report_id)
    assert (waiting["status"], "is deferred" in waiting["reason"]) == ("waiting", True)

    pipeline.channel.answers.clear()
    await pipeline.sweep(hours=1)  # offered again, and accepted
    await pipeline.sweep(hours=1)
    assert (await entry(pipeline))["status"] == "delivered"
    assert (await stored(pipeline, report_id))["status"] == "applied"


async def test_a_report_on_no_message_of_ours_is_kept_with_the_reason(pipeline: Pipeline) -> None:
    await start(pipeline)
    report_id = await report(pipeline, event="delivered", provider_message_id="nobody's")
    for _ in range(MOST_LOOKS + 1):
        assert (await stored(pipeline, report_id)).get("status") in (None, "waiting")
        await pipeline.sweep(minutes=1)

    found = await stored(pipeline, report_id)
    assert found["status"] == "unmatched"
    assert "no message has this" in found["reason"]


async def test_an_id_of_two_messages_says_so(pipeline: Pipeline) -> None:
    same = SendResult(status=DeliveryStatus.SENT, detail="ok", provider_message_id="twice")
    for number in (1, 2):
        pipeline.channel.answers[f"user_{number}@example.com"] = lambda: same
    await pipeline.insert(a_batch_request())
    await pipeline.sweep()
    report_id = await report(pipeline, event="bounced", provider_message_id="twice")
    await pipeline.sweep()

    assert "give the idempotency_key" in (await stored(pipeline, report_id))["reason"]
    assert (await entry(pipeline))["status"] == "sent"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"idempotency_key": KEY}, "event: is missing"),
        ({"event": "exploded", "idempotency_key": KEY}, "'exploded' is none of accepted"),
        ({"event": "delivered"}, "names no message"),
        ({"MessageStatus": "flown", "idempotency_key": KEY}, "'flown' is none of"),
        ({"event": "failed", "idempotency_key": KEY, "error_code": "many"}, "error_code"),
        ({"event": {"$gt": ""}, "idempotency_key": {"$ne": None}}, "event"),
        (
            {"event": "delivered", "idempotency_key": KEY, "status": "delivered"},
            "status: must be new or left out",
        ),
    ],
)
async def test_a_malformed_report_is_kept_and_stops_no_other(
    pipeline: Pipeline, document: Doc, words: str
) -> None:
    await start(pipeline)
    bad = (
        await pipeline.repositories.provider_reports._collection.insert_one(document)
    ).inserted_id
    await report(pipeline, event="delivered")
    taken = await pipeline.sweep()

    found = await stored(pipeline, bad)
    assert (found["status"], words in found["reason"]) == ("malformed", True), found
    assert (taken.reports.malformed, taken.reports.applied) == (1, 1)
    assert (await entry(pipeline))["status"] == "delivered"


async def test_reports_are_due_work(pipeline: Pipeline) -> None:
    settings, repositories = pipeline.engine.settings, pipeline.repositories
    await start(pipeline)
    assert not (await find_due_work(repositories, settings, pipeline.clock())).has_reports
    await report(pipeline, event="delivered", provider_message_id="nobody's")
    assert (await find_due_work(repositories, settings, pipeline.clock())).has_reports
    await pipeline.sweep()
    # It waits for its message, which makes it due again in a minute and not at once.
    now = pipeline.clock()
    assert not (await find_due_work(repositories, settings, now)).has_reports
    later = now + timedelta(minutes=1)
    assert (await find_due_work(repositories, settings, later)).has_reports
