"""What a message from outside is decides what it does; whoever wrote it into the collection."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.explanation import Explainer
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import (
    START,
    a_batch_request,
    a_recipient,
    a_template_document,
    at,
)
from comm_pipeline_tests.harness import Pipeline, a_pipeline

pytestmark = pytest.mark.anyio

ADDRESS = "user_1@example.com"
CONVERSATION = "campaign_request_1:user_1"


@pytest.fixture
async def campaign_id(pipeline: Pipeline) -> CampaignId:
    """A campaign that has written to three people."""
    return await started(pipeline, "request_1")


async def started(pipeline: Pipeline, request_id: str) -> CampaignId:
    campaign_id = await pipeline.insert(a_batch_request(_id=request_id))
    await pipeline.sweep()
    return campaign_id


async def receive(pipeline: Pipeline, **fields: Any) -> Doc:
    """Write a message, sweep, and return it as settled."""
    message = {"_id": "message_1", "text": "", "received_at": pipeline.clock()} | fields
    collection = pipeline.repositories.inbound._collection
    await collection.insert_one(message)
    await pipeline.sweep()
    found = await collection.find_one({"_id": message["_id"]})
    assert found is not None
    return found


async def ledger(pipeline: Pipeline, person: str = "user_1") -> Doc:
    found = await pipeline.repositories.ledger._collection.find_one({"recipient_id": person})
    assert found is not None
    return found


async def is_suppressed(pipeline: Pipeline, address: str = ADDRESS) -> bool:
    return address in await pipeline.repositories.suppressions.find([address])


async def said(pipeline: Pipeline, person: str = "user_1") -> int:
    return len(pipeline.channel.texts_to(f"{person}@example.com"))


async def a_report(pipeline: Pipeline, kind: str, **report: Any) -> Doc:
    """Write a report as the mailbox does: it names our message, and nothing else."""
    entry = await ledger(pipeline)
    details = {"kind": kind, "original_message_id": entry["message_id"], "recipient": ADDRESS}
    return await receive(
        pipeline,
        _id=report.pop("_id", "message_1"),
        kind=kind,
        from_address="mailer-daemon@mx.example.com",
        report=details | report,
    )


async def test_a_hard_bounce(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    words = "550 5.1.1 user unknown"
    message = await a_report(pipeline, "hard_bounce", status="5.1.1", diagnostic=words)

    state, entry = await pipeline.conversation(campaign_id, "user_1"), await ledger(pipeline)
    assert (message["status"], message["taken_as"]) == ("noted", "hard_bounce")
    assert (entry["status"], entry["reason"]) == ("bounced", f"hard_bounce: 5.1.1: {words}")
    assert (state["status"], state["outcome"]) == ("failed", "bounced")
    assert words in state["reason"]
    assert state["metrics"]["messages_received"] == 0
    assert await is_suppressed(pipeline)
    await pipeline.run_until_quiet()
    assert await said(pipeline) == 1
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_a_bounce_ends_every_campaign_to_the_address(pipeline: Pipeline) -> None:
    first, second = await started(pipeline, "request_1"), await started(pipeline, "request_2")
    await receive(
        pipeline, kind="hard_bounce", conversation_id=f"{first}:user_1", text="user unknown"
    )
    assert (await pipeline.conversation(second, "user_1"))["outcome"] == "bounced"
    assert (await pipeline.conversation(second, "user_2"))["outcome"] is None


async def test_a_soft_bounce_is_recorded_and_lets_a_day_pass(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    pipeline.clock.move(hours=47)
    await a_report(pipeline, "soft_bounce", action="failed", diagnostic="452 4.2.2 mailbox full")

    state, entry = await pipeline.conversation(campaign_id, "user_1"), await ledger(pipeline)
    assert (entry["status"], entry["reports"][0]["kind"]) == ("sent", "soft_bounce")
    assert (state["status"], state["stages"][-1]["responses"]) == ("active", 0)
    assert state["standstill"]["rule"] == "soft_bounce"
    assert state["next_action_at"] == at(47 + 24)
    await pipeline.sweep(hours=23)
    assert await said(pipeline) == 1
    await pipeline.sweep(hours=2)
    assert await said(pipeline) == 2
    assert not await is_suppressed(pipeline)


async def test_a_delay_is_only_recorded(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    await a_report(pipeline, "soft_bounce", action="delayed")
    state = await pipeline.conversation(campaign_id, "user_1")
    assert state.get("standstill") is None
    assert (await ledger(pipeline))["reports"][0]["action"] == "delayed"


async def test_a_complaint(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    await a_report(pipeline, "complaint", action="abuse")
    state = await pipeline.conversation(campaign_id, "user_1")
    assert (await ledger(pipeline))["status"] == "complained"
    assert (state["status"], state["outcome"]) == ("completed", "opted_out")
    assert await is_suppressed(pipeline)


async def test_an_arrival(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    await a_report(pipeline, "auto_reply", action="delivered")
    assert (await ledger(pipeline))["status"] == "delivered"
    assert (await pipeline.conversation(campaign_id, "user_1"))["status"] == "active"


#: Each report of a message may come first, last, late and again.
ORDERS = [
    (["delivered", "hard_bounce"], "bounced"),
    (["hard_bounce", "delivered"], "bounced"),
    (["delivered", "complaint"], "complained"),
    (["complaint", "delivered"], "complained"),
    (["hard_bounce", "complaint"], "bounced"),
    (["soft_bounce", "delivered"], "delivered"),
    (["soft_bounce", "hard_bounce", "soft_bounce"], "bounced"),
    (["hard_bounce", "hard_bounce"], "bounced"),
]


@pytest.mark.parametrize(("kinds", "status"), ORDERS, ids=str)
async def test_reports_come_in_any_order(
    pipeline: Pipeline, campaign_id: CampaignId, kinds: list[str], status: str
) -> None:
    for number, kind in enumerate(kinds):
        is_arrival = kind == "delivered"
        await a_report(
            pipeline,
            "auto_reply" if is_arrival else kind,
            _id=f"message_{number}",
            action="delivered" if is_arrival else "failed",
        )
        pipeline.clock.move(hours=300)
    assert (await ledger(pipeline))["status"] == status
    assert len((await ledger(pipeline))["reports"]) == len(kinds)
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


@pytest.mark.usefixtures("campaign_id")
@pytest.mark.parametrize("kind", ["hard_bounce", "soft_bounce", "complaint"])
@pytest.mark.parametrize(
    "lead",
    [
        {"from_address": ADDRESS},
        {"report": {"kind": "hard_bounce", "recipient": ADDRESS}},
        {"report": {"kind": "hard_bounce", "original_message_id": "<none@of.ours>"}},
    ],
    ids=str,
)
async def test_a_report_that_names_no_message_of_ours_is_not_believed(
    pipeline: Pipeline, kind: str, lead: Doc
) -> None:
    message = await receive(pipeline, kind=kind, **lead)
    assert message["status"] == "unmatched"
    assert "none of ours" in message["reason"]
    assert not await is_suppressed(pipeline)
    assert (await ledger(pipeline))["status"] == "sent"


@pytest.mark.usefixtures("campaign_id")
async def test_a_report_on_another_recipient_is_not_believed(pipeline: Pipeline) -> None:
    message = await a_report(pipeline, "hard_bounce", recipient="user_2@example.com")
    assert "to another recipient" in message["reason"]
    assert not await is_suppressed(pipeline, "user_2@example.com")


async def test_out_of_office_holds_until_the_return(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    """Berlin is an hour ahead: the 20th begins at 23:00 UTC of the 19th."""
    message = await receive(
        pipeline,
        text="I am out of office until 20 March 2026.",
        subject="Automatic reply: A question",
        conversation_id=CONVERSATION,
    )
    back_at = datetime.fromisoformat("2026-03-20T00:00:00+01:00")
    state = await pipeline.conversation(campaign_id, "user_1")
    assert (message["status"], message["taken_as"]) == ("noted", "out_of_office")
    assert state["next_action_at"] == state["standstill"]["until"] == back_at
    assert state["stages"][-1]["responses"] == state["metrics"]["messages_received"] == 0
    pipeline.clock.now = back_at - timedelta(hours=1)
    await pipeline.sweep()
    assert await said(pipeline) == 1
    await pipeline.sweep(hours=50)
    assert await said(pipeline) == 2
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_out_of_office_as_a_service_says_it(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await receive(
        pipeline,
        kind="out_of_office",
        conversation_id=CONVERSATION,
        out_of_office_until="2026-03-12T00:00:00Z",
    )
    state = await pipeline.conversation(campaign_id, "user_1")
    assert state["standstill"]["until"] == datetime.fromisoformat("2026-03-12T00:00:00Z")


async def test_out_of_office_without_a_date_holds_for_some_days(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await receive(pipeline, kind="out_of_office", text="Away.", conversation_id=CONVERSATION)
    state = await pipeline.conversation(campaign_id, "user_1")
    assert state["standstill"]["until"] == START + timedelta(days=3)
    assert "does not say until when" in state["standstill"]["reason"]


@pytest.mark.parametrize("text", ["I am away.", "I am away until 1 June 2028."])
async def test_an_absence_without_end_is_one_without_a_date(
    pipeline: Pipeline, campaign_id: CampaignId, text: str
) -> None:
    await receive(
        pipeline,
        kind="out_of_office",
        out_of_office_until=datetime(9999, 12, 31, tzinfo=UTC),
        text=text,
        conversation_id=CONVERSATION,
    )
    state = await pipeline.conversation(campaign_id, "user_1")
    assert state["standstill"]["until"] == START + timedelta(days=3)


async def test_the_words_tell_where_what_is_stated_cannot_be(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await receive(
        pipeline,
        kind="out_of_office",
        out_of_office_until=datetime(2036, 3, 12, tzinfo=UTC),
        text="I am away until the 12th of March.",
        conversation_id=CONVERSATION,
    )
    state = await pipeline.conversation(campaign_id, "user_1")
    # The 12th begins in Berlin while it is still the 11th in UTC.
    assert state["standstill"]["until"] == datetime(2026, 3, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "days"), [("out_of_office", 3), ("soft_bounce", 1), ("genuine", None)]
)
@pytest.mark.parametrize("ahead", [timedelta(days=400), None])
async def test_nothing_was_received_that_is_still_to_come(
    pipeline: Pipeline, campaign_id: CampaignId, ahead: timedelta | None, kind: str, days: int
) -> None:
    stated = START + ahead if ahead else datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    message = await receive(
        pipeline,
        kind=kind,
        text="I am not here.",
        received_at=stated,
        conversation_id=CONVERSATION,
    )
    assert message["status"] in ("noted", "applied")
    state = await pipeline.conversation(campaign_id, "user_1")
    standstill = state.get("standstill")
    assert (standstill and standstill["until"]) == (days and START + timedelta(days=days))
    if kind == "genuine":
        assert state["message_history"][-1]["timestamp"] == START


async def test_explain_tells_of_an_absence(pipeline: Pipeline, campaign_id: CampaignId) -> None:
    await receive(
        pipeline,
        kind="out_of_office",
        text="I am away until the 12th of March.",
        conversation_id=CONVERSATION,
    )
    explainer = Explainer(pipeline.repositories, pipeline.engine.config_manager, 1.0)
    told = await explainer.explain(campaign_id, "user_1", pipeline.clock())
    assert told.blocks[0].rule == "out_of_office"
    assert told.blocks[0].clears_at is not None
    mail = [event for event in told.happened if event.kind == "mail"]
    assert [(one.rule, one.text) for one in mail] == [
        ("out_of_office", "I am away until the 12th of March.")
    ]


@pytest.mark.parametrize("kind", ["auto_reply", "out_of_office"])
async def test_what_a_program_writes_is_no_answer(
    pipeline: Pipeline, campaign_id: CampaignId, kind: str
) -> None:
    text = "Yes, sounds great, send me the proposal! I accept."
    message = await receive(pipeline, kind=kind, text=text, conversation_id=CONVERSATION)
    state = await pipeline.conversation(campaign_id, "user_1")
    assert message["status"] == "noted"
    assert (state["current_stage"], state["stages"][-1]["responses"]) == ("awareness", 0)
    assert state["named_responses"] == []
    await pipeline.sweep(hours=1)
    assert await said(pipeline) == 1


@pytest.mark.parametrize("kind", ["auto_reply", "out_of_office", "genuine", None])
async def test_an_opt_out_counts_however_it_was_sent(
    pipeline: Pipeline, campaign_id: CampaignId, kind: str | None
) -> None:
    await receive(pipeline, kind=kind, text="Please unsubscribe me", conversation_id=CONVERSATION)
    assert (await pipeline.conversation(campaign_id, "user_1"))["outcome"] == "opted_out"
    assert await is_suppressed(pipeline)


async def test_an_opt_out_from_another_address_stops_both(pipeline: Pipeline) -> None:
    first, second = await started(pipeline, "request_1"), await started(pipeline, "request_2")
    await receive(
        pipeline,
        text="unsubscribe",
        from_address="user_2@example.com",
        conversation_id=f"{first}:user_1",
    )
    assert await is_suppressed(pipeline)
    assert await is_suppressed(pipeline, "user_2@example.com")
    for person in ("user_1", "user_2"):
        assert (await pipeline.conversation(second, person))["outcome"] == "opted_out"
    assert (await pipeline.conversation(second, "user_3"))["outcome"] is None


async def test_an_opt_out_that_a_service_tells_needs_no_words(pipeline: Pipeline) -> None:
    first, second = await started(pipeline, "request_1"), await started(pipeline, "request_2")
    await receive(pipeline, kind="opt_out", from_address=ADDRESS)
    assert await is_suppressed(pipeline)
    for campaign_id in (first, second):
        state = await pipeline.conversation(campaign_id, "user_1")
        assert (state["status"], state["outcome"]) == ("completed", "opted_out")


async def test_an_opt_out_settles_what_waits_in_other_campaigns_at_once(
    mongodb_uri: str, database_name: str
) -> None:
    template = a_template_document()
    template["global_settings"] = {
        "business_hours": {"start": "09:00", "end": "17:00", "timezone": "UTC"}
    }
    async with a_pipeline(mongodb_uri, database_name) as pipeline:
        await started(pipeline, "request_1")
        await pipeline.repositories.ledger._collection.update_many(
            {}, {"$set": {"status": "deferred", "next_attempt_at": at(500)}}
        )
        other = await pipeline.insert(
            a_batch_request(_id="request_2", recipients=[a_recipient(1)], template=template)
        )
        await pipeline.sweep()
        await receive(pipeline, text="STOP", conversation_id=f"{other}:user_1")
        waiting = await pipeline.repositories.ledger._collection.find_one(
            {"campaign_id": "campaign_request_1", "recipient_id": "user_1"}
        )
        assert waiting is not None
        assert (waiting["status"], waiting["next_attempt_at"]) == ("suppressed", None)
        assert waiting["reason"] == f"suppression: opted out in campaign {other}"


async def test_an_answer_cancels_the_follow_up_that_has_not_left(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await pipeline.sweep(hours=48)
    ledger_collection = pipeline.repositories.ledger._collection
    follow_up = {"recipient_id": "user_1", "follow_up": 1}
    await ledger_collection.update_one(
        follow_up, {"$set": {"status": "deferred", "next_attempt_at": at(60)}}
    )
    await receive(pipeline, text="Yes, tell me more", conversation_id=CONVERSATION)
    found = await ledger_collection.find_one(follow_up)
    assert found is not None
    assert (found["status"], found["next_attempt_at"]) == ("cancelled", None)
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


@pytest.mark.usefixtures("campaign_id")
@pytest.mark.parametrize(
    "fields", [{"kind": "unheard_of"}, {"report": 5}, {"to_plus": "a"}], ids=str
)
async def test_a_malformed_kind_is_said(pipeline: Pipeline, fields: Doc) -> None:
    message = await receive(pipeline, conversation_id=CONVERSATION, **fields)
    assert message["status"] == "malformed"
    assert next(iter(fields)) in message["reason"]


@pytest.mark.usefixtures("campaign_id")
async def test_the_key_in_the_address_leads_to_the_conversation(pipeline: Pipeline) -> None:
    key = (await ledger(pipeline, "user_2"))["message_id"][1:41]
    many = [*(f"{number:040x}" for number in range(4)), key.upper(), *["x"] * 20_000]
    message = await receive(pipeline, text="Hello", to_plus=many, from_address="a@b.example")
    assert (message["status"], message["matched_by"]) == ("applied", "address_key")
    assert message["conversation_id"] == "campaign_request_1:user_2"


async def test_the_report_of_a_sweep_counts_each_kind(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    for number, kind in enumerate(["auto_reply", "out_of_office", "genuine", "opt_out"]):
        await pipeline.reply(campaign_id, f"user_{number % 3 + 1}", "Hm", _id=number, kind=kind)
    report = (await pipeline.sweep(hours=1)).inbox
    assert (report.applied, report.noted, report.opted_out) == (2, 2, 1)
    assert dict(report.kinds) == dict.fromkeys(
        ("auto_reply", "out_of_office", "genuine", "opt_out"), 1
    )
    assert report.low_confidence == 1
