"""What is broken fails alone: a conversation, a campaign, a reply; the rest goes on, and soon."""

from datetime import timedelta
from typing import Any

import pytest
from bson import encode

from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.services.due_work import find_due_work
from comm_pipeline.services.reconciliation import find_discrepancies
from comm_pipeline.services.sweep import SweepReport, sweep
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.harness import Pipeline, a_pipeline

pytestmark = pytest.mark.anyio

CONVERSATION = ConversationId("campaign_request_1:user_1")
#: Bytes of the largest document that MongoDB stores.
LARGEST = 16 * 1024 * 1024
BROKEN_CONVERSATIONS: list[Doc] = [
    {"metrics": "many"},
    {"stages": []},
    {"stages": "none"},
    {"last_active": "yesterday"},
    {"version": "one"},
    {"version": "0"},
    {"version": None},
    {"version": True},
    {"version": 2**63 - 1},
    {"version": float("inf")},
    {"outbox": [5]},
    {"decisions": None},
    {"decisions": "none"},
    {"message_history": None},
    {"message_history": {"0": "a message"}},
]


@pytest.fixture
async def campaign_id(pipeline: Pipeline) -> CampaignId:
    """A campaign that has written to three people."""
    return await started(pipeline, "request_1")


async def started(pipeline: Pipeline, request_id: str, first: int = 1) -> CampaignId:
    recipients = [a_recipient(number) for number in range(first, first + 3)]
    campaign_id = await pipeline.insert(a_batch_request(_id=request_id, recipients=recipients))
    await pipeline.sweep()
    return campaign_id


async def spoil(pipeline: Pipeline, collection: str, key: str, **fields: Any) -> None:
    repository = getattr(pipeline.repositories, collection)
    result = await repository._collection.update_one({"_id": key}, {"$set": fields})
    assert result.matched_count == 1


async def settled(pipeline: Pipeline, reply_id: Any) -> Doc:
    found = await pipeline.repositories.inbound._collection.find_one({"_id": reply_id})
    assert found is not None
    return found


async def alerts(pipeline: Pipeline) -> set[str]:
    return {alert["_id"] for alert in await pipeline.repositories.alerts.find_latest(100)}


async def is_suppressed(pipeline: Pipeline, person: str) -> bool:
    address = f"{person}@example.com"
    return address in await pipeline.repositories.suppressions.find([address])


async def raw_sweep(pipeline: Pipeline, limit: timedelta = timedelta(hours=1)) -> SweepReport:
    return await sweep(pipeline.engine, limit)


@pytest.mark.parametrize("fields", BROKEN_CONVERSATIONS, ids=str)
async def test_a_reply_to_a_broken_conversation_stops_no_other(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc
) -> None:
    await spoil(pipeline, "conversations", CONVERSATION, **fields)
    await pipeline.reply(campaign_id, "user_1", "STOP", _id="broken")
    await pipeline.reply(campaign_id, "user_2", "hello", _id="other")

    await pipeline.sweep(hours=1)

    reply = await settled(pipeline, "broken")
    assert reply["status"] == "malformed"
    assert "conversation cannot be read" in reply["reason"]
    assert (await settled(pipeline, "other"))["status"] == "applied"
    assert await is_suppressed(pipeline, "user_1")
    assert f"conversation:{CONVERSATION}" in await alerts(pipeline)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"template_document": {"stages": 5}, "template_version": "other"}, "stages"),
        ({"status": "bogus"}, "status"),
        ({"created_at": None}, "created_at"),
    ],
    ids=str,
)
async def test_a_reply_to_a_broken_campaign_stops_no_other(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc, reason: str
) -> None:
    other = await started(pipeline, "request_2", first=4)
    await spoil(pipeline, "campaigns", campaign_id, **fields)
    await pipeline.reply(campaign_id, "user_1", "STOP", _id="broken")
    await pipeline.reply(other, "user_4", "hello", _id="other")

    pipeline.clock.move(hours=1)
    report = await pipeline.sweep_with_failures()
    assert report.failures.keys() <= {campaign_id}  # its end wakes the broken campaign

    reply = await settled(pipeline, "broken")
    assert reply["status"] == "malformed"
    assert reason in reply["reason"]
    assert (await settled(pipeline, "other"))["status"] == "applied"
    assert await is_suppressed(pipeline, "user_1")


async def test_a_broken_conversation_of_an_address_hides_no_other(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    other = await started(pipeline, "request_2")
    collection = pipeline.repositories.conversations._collection
    await collection.update_one({"_id": CONVERSATION}, {"$unset": {"status": 1, "last_active": 1}})

    reply = {"_id": "r", "text": "hello", "received_at": pipeline.clock()}
    reply |= {"from_address": "user_1@example.com"}
    await pipeline.repositories.inbound._collection.insert_one(reply)
    await pipeline.sweep(hours=1)

    assert campaign_id != other
    assert (await settled(pipeline, "r"))["conversation_id"] == f"{other}:user_1"


async def test_what_fails_in_the_inbox_does_not_stop_the_sweep(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(type(pipeline.engine.inbox), "take_up", fail)
    campaign_id = await pipeline.insert(a_batch_request())
    await pipeline.reply(campaign_id, "user_1", "hello")

    report = await raw_sweep(pipeline)

    # What Dagster shows says nothing that could be somebody's words; the alert is in the database.
    assert report.failures == {"inbox": "RuntimeError: [redacted]"}
    assert "sweep:inbox" in await alerts(pipeline)
    assert len(pipeline.channel.sent) == 3


async def full_reply(pipeline: Pipeline, room: int, **fields: Any) -> None:
    """Write a reply with room for that many bytes more."""
    reply: Doc = {"_id": "full", "text": "STOP", "status": "new", "received_at": pipeline.clock()}
    reply |= {"attachment": b""} | fields
    reply["attachment"] = bytes(LARGEST - room - len(encode(reply)))
    await pipeline.repositories.inbound._collection.insert_one(reply)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"conversation_id": CONVERSATION}, "applied"),
        ({"from_address": "nobody@example.com"}, "unmatched"),
        ({"conversation_id": CONVERSATION, "subject": 5}, "malformed"),
    ],
    ids=["applied", "unmatched", "malformed"],
)
async def test_a_full_reply_is_settled_by_its_status(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc, status: str
) -> None:
    await full_reply(pipeline, room=10, **fields)
    await pipeline.reply(campaign_id, "user_2", "hello", _id="other")

    await pipeline.sweep(hours=1)

    reply = await settled(pipeline, "full")
    assert (reply["status"], "settled_at" in reply) == (status, False)
    assert (await settled(pipeline, "other"))["status"] == "applied"
    assert await is_suppressed(pipeline, "user_1") == (status != "unmatched")


async def test_a_reply_without_room_for_its_status_stops_no_other(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await full_reply(pipeline, room=0, conversation_id=CONVERSATION)
    await pipeline.reply(campaign_id, "user_2", "hello", _id="other")

    report = await pipeline.sweep(hours=1)
    again = await pipeline.sweep()

    assert (report.inbox.applied, again.inbox.applied) == (2, 0)
    assert (await settled(pipeline, "other"))["status"] == "applied"
    assert (await pipeline.conversation(campaign_id, "user_1"))["outcome"] == "opted_out"
    assert "reply:full" in await alerts(pipeline)


async def test_a_conversation_without_room_for_a_reply_stops_no_other(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    state = await pipeline.conversation(campaign_id, "user_1")
    ballast = bytes(LARGEST - len(encode(state)) - 200)
    await spoil(pipeline, "conversations", CONVERSATION, ballast=ballast)
    await pipeline.reply(campaign_id, "user_1", "STOP", _id="refused")
    await pipeline.reply(campaign_id, "user_2", "hello", _id="other")

    await pipeline.sweep(hours=1)

    assert (await settled(pipeline, "refused"))["status"] == "malformed"
    assert (await settled(pipeline, "other"))["status"] == "applied"
    assert await is_suppressed(pipeline, "user_1")


@pytest.mark.parametrize(
    "fields", [{"status": "bogus"}, {"created_at": "x"}, {"total_recipients": "many"}], ids=str
)
async def test_a_broken_due_campaign_is_postponed(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc
) -> None:
    other = await started(pipeline, "request_2", first=4)
    pipeline.clock.move(hours=48)
    await spoil(pipeline, "campaigns", campaign_id, **fields)

    due = await find_due_work(pipeline.repositories, pipeline.engine.settings, pipeline.clock())
    report = await raw_sweep(pipeline)

    document = await pipeline.repositories.campaigns._collection.find_one({"_id": campaign_id})
    assert document is not None
    assert list(due.small) == [other]
    assert report.campaigns.keys() == {other}
    assert document["next_due_at"] == pipeline.clock() + timedelta(hours=1)
    assert next(iter(fields)) in document["error"]
    assert f"campaign:{campaign_id}" in await alerts(pipeline)


async def test_a_broken_due_campaign_does_not_stop_a_sweep(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    other = await started(pipeline, "request_2", first=4)
    await spoil(pipeline, "campaigns", campaign_id, status="bogus")

    report = await pipeline.sweep(hours=48)

    assert report.campaigns.keys() == {other}


async def test_a_broken_campaign_is_one_discrepancy(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await started(pipeline, "request_2", first=4)
    await spoil(pipeline, "campaigns", campaign_id, status="bogus")

    found = await find_discrepancies(pipeline.engine)

    ((broken, line),) = found.discrepancies
    assert (found.checked, broken) == (2, campaign_id)
    assert "cannot be read: status" in line
    assert f"campaign:{campaign_id}" in await alerts(pipeline)


@pytest.mark.parametrize("fields", BROKEN_CONVERSATIONS, ids=str)
async def test_a_broken_due_conversation_fails_alone(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc
) -> None:
    await spoil(pipeline, "conversations", CONVERSATION, **fields)

    await pipeline.sweep(hours=48)

    state = await pipeline.conversation(campaign_id, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", "error")
    assert state["next_action_at"] is None
    assert next(iter(fields)) in state["reason"]
    assert f"conversation:{CONVERSATION}" in await alerts(pipeline)
    assert len(pipeline.channel.texts_to("user_1@example.com")) == 1
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 2


async def test_a_broken_conversation_does_not_hide_outboxes(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    conversations = pipeline.repositories.conversations
    await spoil(pipeline, "conversations", CONVERSATION, outbox=["a"], metrics=5)
    await spoil(pipeline, "conversations", f"{campaign_id}:user_2", outbox=["b"])

    (found,) = await conversations.find_outbox(campaign_id, 1)

    assert found.user_id == "user_2"
    assert (await pipeline.conversation(campaign_id, "user_1"))["outbox"] == []


async def test_a_broken_conversation_that_has_ended_stays_as_it_ended(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    await pipeline.engine.campaign_manager.mark_conversation_complete(CONVERSATION)
    await spoil(pipeline, "conversations", CONVERSATION, metrics=5)

    assert await pipeline.repositories.conversations.load([CONVERSATION]) == {}

    state = await pipeline.conversation(campaign_id, "user_1")
    assert (state["status"], state["outcome"]) == ("completed", "success")


@pytest.mark.parametrize("fields", [{"stages": []}, {"status": "bogus"}, {"outcome": 5}], ids=str)
async def test_a_broken_conversation_is_gone_for_the_gates(
    pipeline: Pipeline, campaign_id: CampaignId, fields: Doc
) -> None:
    await spoil(pipeline, "conversations", CONVERSATION, **fields)
    other = ConversationId(f"{campaign_id}:user_2")

    facts = await pipeline.repositories.conversations.gate_facts([CONVERSATION, other])

    assert facts.keys() == {other}


async def test_the_limit_holds_between_passes(mongodb_uri: str, database_name: str) -> None:
    async with a_pipeline(mongodb_uri, database_name, processing_threads=1) as pipeline:
        await _three_campaigns_due(pipeline)
        _before_each_pass(pipeline, lambda _: pipeline.clock.move(minutes=30))

        report = await raw_sweep(pipeline, timedelta(minutes=45))

    assert len(report.campaigns) == 2


async def test_stop_is_heard_between_passes(mongodb_uri: str, database_name: str) -> None:
    async with a_pipeline(mongodb_uri, database_name, processing_threads=1) as pipeline:
        await _three_campaigns_due(pipeline)
        _before_each_pass(pipeline, lambda _: pipeline.engine.stop.make())

        report = await raw_sweep(pipeline)

        pipeline.engine.stop.is_made = False
    assert len(report.campaigns) == 1


async def test_a_reply_waits_for_one_pass_at_most(mongodb_uri: str, database_name: str) -> None:
    async with a_pipeline(mongodb_uri, database_name, processing_threads=1) as pipeline:
        campaign_ids = await _three_campaigns_due(pipeline)
        stopped: list[str] = []

        async def say_stop(campaign_id: CampaignId) -> None:
            """Have somebody of another campaign say stop while the first is passed over."""
            if not stopped:
                number = 0 if campaign_id != campaign_ids[0] else 1
                stopped.append(f"user_{3 * number + 1}")
                await pipeline.reply(campaign_ids[number], stopped[0], "STOP")

        _before_each_pass(pipeline, say_stop)
        await raw_sweep(pipeline)

    assert len(pipeline.channel.sent) == 9 + 8
    assert len(pipeline.channel.texts_to(f"{stopped[0]}@example.com")) == 1


async def _three_campaigns_due(pipeline: Pipeline) -> list[CampaignId]:
    """Three campaigns of three people each, whose follow-ups are due."""
    campaign_ids = [
        await started(pipeline, f"request_{number}", first=3 * number + 1) for number in range(3)
    ]
    pipeline.clock.move(hours=48)
    return campaign_ids


def _before_each_pass(pipeline: Pipeline, act: Any) -> None:
    """Do something at the beginning of each campaign pass."""
    passes = pipeline.engine.passes
    real = type(passes).run

    async def run(campaign_id: CampaignId) -> Any:
        if (awaitable := act(campaign_id)) is not None:
            await awaitable
        return await real(passes, campaign_id)

    object.__setattr__(pipeline.engine, "passes", _Passes(run, passes.owner))


class _Passes:
    def __init__(self, run: Any, owner: str) -> None:
        self.run = run
        self.owner = owner


async def test_a_campaign_without_progress_is_left_alone(
    pipeline: Pipeline, campaign_id: CampaignId, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep_due(*_: Any) -> bool:
        return False

    passes: list[str] = []

    def count(campaign_id: CampaignId) -> None:
        passes.append(campaign_id)
        assert len(passes) < 20, "it goes round for ever"

    _before_each_pass(pipeline, count)
    monkeypatch.setattr(type(pipeline.repositories.campaigns), "set_next_due", keep_due)
    await spoil(pipeline, "campaigns", campaign_id, next_due_at=pipeline.clock())

    await raw_sweep(pipeline)

    assert passes == [campaign_id]


async def test_a_page_of_conversations_keeps_the_asked_id(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    conversations = pipeline.repositories.conversations

    found = await conversations.find_conversation_states({"_id": f"{campaign_id}:user_2"})

    assert [one["_id"] for one in found] == [f"{campaign_id}:user_2"]
