"""Whatever a channel answers, and whatever happens before it is asked, each message has one end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.document import to_milliseconds
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.retry_delays import retry_delay
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.services.sweep import sweep
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.outbound_messages import Settlement
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import MONDAY_MORNING, Pipeline, RecordingChannel, a_pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")
ADDRESS = "user_1@example.com"


def answer(status: DeliveryStatus, detail: str = "words", **fields: Any) -> SendResult:
    return SendResult(status=status, detail=detail, **fields)


async def entry(pipeline: Pipeline, person: str = "user_1", step: str = "first") -> Doc:
    """Return the ledger entry of a message of the first stage."""
    found = await pipeline.repositories.ledger._collection.find_one(
        {"_id": f"{CAMPAIGN}:{person}:awareness:0:{step}"}
    )
    assert found is not None
    return found


async def start(pipeline: Pipeline, result: SendResult | None = None, **fields: Any) -> None:
    """Start a campaign of three; the channel gives the first of them this answer."""
    if result is not None:
        pipeline.channel.answers[ADDRESS] = lambda: result
    await pipeline.insert(a_batch_request(**fields))
    await pipeline.sweep()


async def others_are_well(pipeline: Pipeline) -> bool:
    statuses = [(await entry(pipeline, person))["status"] for person in ("user_2", "user_3")]
    states = [await pipeline.conversation(CAMPAIGN, one) for one in ("user_2", "user_3")]
    return statuses == ["sent", "sent"] and all(state["status"] == "active" for state in states)


def delay_after(attempts: int) -> float:
    """Return the seconds after which the first message is tried again."""
    key = f"{CAMPAIGN}:user_1:awareness:0:first"
    return retry_delay(timedelta(minutes=5), attempts, key).total_seconds()


def offers(pipeline: Pipeline) -> int:
    return len(pipeline.channel.texts_to(ADDRESS))


async def test_sent_keeps_the_providers_id(pipeline: Pipeline) -> None:
    await start(pipeline, answer(DeliveryStatus.SENT, provider_message_id="p1", raw={"code": 250}))

    found = await entry(pipeline)
    assert (found["status"], found["provider_message_id"]) == ("sent", "p1")
    assert found["provider_answer"] == {"code": 250}
    assert (found["attempts"], found["next_attempt_at"]) == (1, None)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (None, 300),
        (0, 300),
        (60, 300),
        (7_200, 7_200),
        (-5, 300),
        (float("nan"), 300),
    ],
)
async def test_deferred_waits_as_long_as_the_provider_asks(
    pipeline: Pipeline, asked: float | None, waits: float
) -> None:
    await start(pipeline, answer(DeliveryStatus.DEFERRED, retry_after_seconds=asked))

    found = await entry(pipeline)
    assert found["status"] == "deferred"
    # Its own delay is up to a fifth longer, by the message's key; the provider's is kept to.
    waits = delay_after(1) if waits == 300 else waits
    assert found["next_attempt_at"] == to_milliseconds(MONDAY_MORNING + timedelta(seconds=waits))
    assert await others_are_well(pipeline)

    pipeline.channel.answers.clear()
    await pipeline.sweep(seconds=waits - 1)
    assert offers(pipeline) == 1
    await pipeline.sweep(seconds=1)
    assert offers(pipeline) == 2
    assert (await entry(pipeline))["status"] == "sent"


@pytest.mark.parametrize("asked", [1e9, 1e20, float("inf")])
async def test_no_provider_makes_us_wait_for_ever(pipeline: Pipeline, asked: float) -> None:
    await start(pipeline, answer(DeliveryStatus.DEFERRED, retry_after_seconds=asked))

    waits = (await entry(pipeline))["next_attempt_at"] - MONDAY_MORNING
    assert timedelta(hours=1) < waits <= timedelta(days=7)
    assert await others_are_well(pipeline)


async def test_deferred_is_offered_up_to_the_limit(pipeline: Pipeline) -> None:
    await start(pipeline, answer(DeliveryStatus.DEFERRED, "451 busy"))

    # Doubling from 5 minutes, but never much more than 6 hours (21,600 s) apart.
    gaps = [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 21_600, 21_600]
    assert all(gap <= delay_after(n) < 1.2 * gap for n, gap in enumerate(gaps, start=1))
    for number, gap in enumerate(map(delay_after, range(1, 10)), start=2):
        await pipeline.sweep(seconds=gap - 1)
        assert offers(pipeline) == number - 1
        await pipeline.sweep(seconds=1)
        assert offers(pipeline) == number

    found = await entry(pipeline)
    assert (found["status"], found["attempts"]) == ("failed", 10)
    assert found["reason"] == "deferred 10 times; the last: 451 busy"
    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", "error")
    assert await others_are_well(pipeline)


async def test_nothing_is_said_after_a_message_that_still_waits(pipeline: Pipeline) -> None:
    """The follow-up after 48 hours must not overtake the message that it follows."""
    await start(pipeline, answer(DeliveryStatus.DEFERRED, retry_after_seconds=5 * 86_400))

    await pipeline.sweep(hours=49)

    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert state["metrics"]["messages_sent"] == 1
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 2


@pytest.mark.parametrize(
    ("status", "outcome", "is_suppressed"),
    [
        (DeliveryStatus.BOUNCED, "bounced", True),
        (DeliveryStatus.FAILED, "error", False),
    ],
)
async def test_a_refusal_ends_its_conversation_and_no_other(
    pipeline: Pipeline, status: DeliveryStatus, outcome: str, *, is_suppressed: bool
) -> None:
    await start(pipeline, answer(status, "550 no such user"))

    state = await pipeline.conversation(CAMPAIGN, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", outcome)
    assert state["reason"] == "550 no such user"
    suppressed = await pipeline.repositories.suppressions.find([ADDRESS])
    assert (ADDRESS in suppressed) == is_suppressed
    assert await others_are_well(pipeline)
    await pipeline.run_until_quiet()
    assert offers(pipeline) == 1
    assert await pipeline.engine.metrics.reconcile(CAMPAIGN) == []


async def test_a_bounce_in_one_campaign_spares_the_address_in_another(pipeline: Pipeline) -> None:
    await start(pipeline, answer(DeliveryStatus.BOUNCED, "550 no such user"))

    other = await pipeline.insert(a_batch_request(_id="request_2"))
    await pipeline.sweep()

    assert offers(pipeline) == 1
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 2
    state = await pipeline.conversation(other, "user_1")
    assert (state["status"], state["outcome"]) == ("failed", "bounced")
    assert state["reason"] == "suppression: bounced: 550 no such user (bounce)"


async def test_unknown_is_never_offered_again_and_the_conversation_goes_on(
    pipeline: Pipeline,
) -> None:
    await start(pipeline, answer(DeliveryStatus.UNKNOWN, "connection lost"))

    pipeline.channel.answers.clear()
    await pipeline.run_until_quiet()

    found = await entry(pipeline)
    assert (found["status"], found["attempts"], found["reason"]) == (
        "unknown",
        1,
        "connection lost",
    )
    assert (await entry(pipeline, step="follow_up_1"))["status"] == "sent"
    keys = [message.idempotency_key for message in pipeline.channel.sent]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("refuses_copies", "status"), [(False, "unknown"), (True, "deferred")])
async def test_a_channel_that_raises_has_said_nothing(
    pipeline: Pipeline, refuses_copies: bool, status: str
) -> None:
    def broken() -> SendResult:
        raise RuntimeError("a bug in the channel")

    pipeline.channel.accepts_idempotency_key = refuses_copies
    pipeline.channel.answers[ADDRESS] = broken
    await start(pipeline)

    found = await entry(pipeline)
    assert found["status"] == status
    assert "RuntimeError: a bug in the channel" in found["reason"]
    assert await others_are_well(pipeline)


@pytest.mark.parametrize(
    "result",
    [
        answer(DeliveryStatus.DELIVERED),
        answer(DeliveryStatus.QUEUED),
        answer(DeliveryStatus.SENDING),
        answer(DeliveryStatus.CANCELLED),
    ],
    ids=lambda result: result.status.value,
)
async def test_an_answer_outside_the_contract_is_unknown(
    pipeline: Pipeline, result: SendResult
) -> None:
    await start(pipeline, result)

    found = await entry(pipeline)
    assert found["status"] == "unknown"
    assert result.status.value in found["reason"]
    assert await others_are_well(pipeline)


@pytest.mark.parametrize(
    "result",
    [
        answer(DeliveryStatus.SENT, "\udce9 is no text"),
        answer(DeliveryStatus.SENT, raw={"a": object()}),
        answer(DeliveryStatus.SENT, raw={"a": 2**70}),
        answer(DeliveryStatus.SENT, raw={"a": "\udce9"}),
        answer(DeliveryStatus.SENT, "x" * 17_000_000),
        answer(DeliveryStatus.SENT, raw={"a": "x" * 17_000_000}),
        answer(DeliveryStatus.SENT, provider_message_id="\udce9"),
    ],
    ids=["text", "object", "integer", "surrogate", "long", "large", "id"],
)
async def test_an_answer_that_cannot_be_stored_counts_all_the_same(
    pipeline: Pipeline, result: SendResult
) -> None:
    await start(pipeline, result)

    assert (await entry(pipeline))["status"] == "sent"
    assert await others_are_well(pipeline)


# --- what is true at the moment of sending -------------------------------------------------------


async def commit_only(pipeline: Pipeline, **fields: Any) -> None:
    """Start a campaign and commit its messages, but do not deliver them."""
    await pipeline.insert(a_batch_request(**fields))
    request_id = "request_1"
    await pipeline.engine.poller.process(request_id, "test worker", pipeline.clock())
    await pipeline.engine.passes.converse(CAMPAIGN)
    assert (await entry(pipeline))["status"] == "queued"


async def test_a_suppression_after_the_commit_counts(pipeline: Pipeline) -> None:
    await commit_only(pipeline)
    await pipeline.repositories.suppressions.add(
        ADDRESS, "asked by telephone", "op", MONDAY_MORNING
    )

    await pipeline.sweep()

    found = await entry(pipeline)
    assert (found["status"], found["reason"]) == (
        "suppressed",
        "suppression: asked by telephone (opt-out)",
    )
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "opted_out"
    assert offers(pipeline) == 0
    assert await others_are_well(pipeline)


async def test_stop_between_commit_and_sending_counts(pipeline: Pipeline) -> None:
    await commit_only(pipeline)
    await pipeline.reply(CAMPAIGN, "user_1", "STOP")

    await pipeline.sweep()

    assert (await entry(pipeline))["status"] == "suppressed"
    assert offers(pipeline) == 0
    assert await others_are_well(pipeline)


async def test_the_end_of_the_campaign_cancels_what_waits(pipeline: Pipeline) -> None:
    await commit_only(pipeline, schedule={"end_date": "2026-03-03T09:00:00Z"})

    await pipeline.sweep(hours=24)

    found = await entry(pipeline)
    assert (found["status"], found["reason"]) == (
        "cancelled",
        "campaign_end: the campaign has reached its end",
    )
    assert pipeline.channel.sent == []
    campaign = await pipeline.repositories.campaigns.get(CAMPAIGN)
    assert campaign.status == "completed"
    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "expired"


async def test_a_pause_keeps_messages_waiting(pipeline: Pipeline) -> None:
    await commit_only(pipeline)
    campaigns = pipeline.repositories.campaigns
    await campaigns.change_status(CAMPAIGN, CampaignStatus.PAUSED)

    await pipeline.sweep(hours=1)
    assert (await entry(pipeline))["status"] == "queued"
    assert pipeline.channel.sent == []

    await campaigns.change_status(CAMPAIGN, CampaignStatus.ACTIVE, next_due_at=pipeline.clock())
    await pipeline.sweep()
    assert len(pipeline.channel.sent) == 3


@pytest.mark.parametrize("status", [CampaignStatus.CANCELLED, CampaignStatus.FAILED])
async def test_a_cancelled_campaign_cancels_what_waits(
    pipeline: Pipeline, status: CampaignStatus
) -> None:
    await commit_only(pipeline)
    await pipeline.repositories.campaigns.change_status(
        CAMPAIGN, status, next_due_at=pipeline.clock()
    )

    await pipeline.sweep()

    found = await entry(pipeline)
    assert (found["status"], found["reason"]) == (
        "cancelled",
        f"campaign_status: the campaign is {status}",
    )
    assert pipeline.channel.sent == []


async def test_a_cancelled_campaign_cancels_what_was_deferred(pipeline: Pipeline) -> None:
    await start(pipeline, answer(DeliveryStatus.DEFERRED, retry_after_seconds=86_400))
    await pipeline.repositories.campaigns.change_status(
        CAMPAIGN, CampaignStatus.CANCELLED, next_due_at=pipeline.clock()
    )

    await pipeline.sweep()

    assert (await entry(pipeline))["status"] == "cancelled"
    assert (await pipeline.repositories.campaigns.get(CAMPAIGN)).next_due_at is None


async def test_an_answer_cancels_the_follow_up_that_waits(pipeline: Pipeline) -> None:
    await start(pipeline)
    pipeline.clock.move(hours=48)
    await pipeline.engine.passes.converse(CAMPAIGN)
    assert (await entry(pipeline, step="follow_up_1"))["status"] == "queued"
    await pipeline.reply(CAMPAIGN, "user_1", "Let me think about it")

    await pipeline.sweep()

    found = await entry(pipeline, step="follow_up_1")
    assert (found["status"], found["reason"]) == (
        "cancelled",
        "reply: the recipient has answered meanwhile",
    )
    assert pipeline.channel.texts_to(ADDRESS)[1:] == ["Shall I send the proposal?"]
    assert (await entry(pipeline, "user_2", "follow_up_1"))["status"] == "sent"


async def test_any_answer_cancels_the_follow_up_that_waits(pipeline: Pipeline) -> None:
    """Also one that is not enough to leave the stage."""
    template = a_template_document()
    template["stages"]["awareness"]["progression_rules"]["min_responses_required"] = 2
    await start(pipeline, template=template)
    pipeline.clock.move(hours=48)
    await pipeline.engine.passes.converse(CAMPAIGN)
    await pipeline.reply(CAMPAIGN, "user_1", "Let me think about it")

    await pipeline.sweep()

    found = await entry(pipeline, step="follow_up_1")
    assert (found["status"], found["reason"]) == (
        "cancelled",
        "reply: the recipient has answered meanwhile",
    )


async def test_a_conversation_handed_over_says_no_more_meanwhile(pipeline: Pipeline) -> None:
    await commit_only(pipeline)
    await pipeline.repositories.conversations._collection.update_one(
        {"user_id": "user_1"}, {"$set": {"status": "escalated", "next_action_at": None}}
    )

    await pipeline.sweep()

    waiting = await entry(pipeline)
    assert waiting["status"] == "queued"
    assert waiting["reason"] == "escalation: a person has the conversation"
    assert await others_are_well(pipeline)


async def test_a_deleted_conversation_says_no_more(pipeline: Pipeline) -> None:
    await commit_only(pipeline)
    repository = pipeline.repositories.conversations
    await repository.delete_conversation_state(f"{CAMPAIGN}:user_1")

    await pipeline.sweep()

    assert (await entry(pipeline))["status"] == "cancelled"
    assert await others_are_well(pipeline)


# --- what happens while messages are being sent --------------------------------------------------


class BusyChannel(RecordingChannel):
    """One message at a time; ``meanwhile`` happens while the first is being sent."""

    max_in_flight = 1

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def send(self, message: ChannelMessage) -> SendResult:
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return await super().send(message)


async def test_a_pause_stops_the_messages_behind_the_one_being_sent(
    mongodb_uri: str, database_name: str
) -> None:
    channel = BusyChannel()
    async with a_pipeline(
        mongodb_uri, database_name, channel=channel, max_batch_size=1
    ) as pipeline:
        campaigns = pipeline.repositories.campaigns
        channel.meanwhile = lambda: campaigns.change_status(CAMPAIGN, CampaignStatus.PAUSED)
        await pipeline.insert(a_batch_request(recipient_count=8))
        await pipeline.sweep()
        counts = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
        # One is being sent, and a few have been let through already. One that was, and had to wait
        # for its turn, was asked again, and waits for better times.
        assert counts["sent"] <= 4
        assert counts["sent"] + counts["queued"] + counts.get("deferred", 0) == 8

        await campaigns.change_status(CAMPAIGN, CampaignStatus.ACTIVE, next_due_at=pipeline.clock())
        await pipeline.sweep()
        assert len(channel.sent) == 8


# --- when a worker dies --------------------------------------------------------------------------


async def leave_behind(pipeline: Pipeline) -> None:
    """Leave the first message as a worker does that died while it offered it."""
    await commit_only(pipeline)
    taken = await pipeline.repositories.ledger.mark_sending(
        [(await entry(pipeline))["_id"]], "dead worker", "recording", pipeline.clock()
    )
    assert len(taken) == 1


async def test_an_interrupted_offer_is_unknown(pipeline: Pipeline) -> None:
    await leave_behind(pipeline)

    await pipeline.run_until_quiet()

    found = await entry(pipeline)
    assert (found["status"], found["attempts"]) == ("unknown", 1)
    assert "died while it was offering" in found["reason"]
    assert f"{CAMPAIGN}:user_1:awareness:0:first" not in {
        message.idempotency_key for message in pipeline.channel.sent
    }


async def test_an_interrupted_offer_is_made_again_where_copies_are_refused(
    pipeline: Pipeline,
) -> None:
    pipeline.channel.accepts_idempotency_key = True
    await leave_behind(pipeline)

    await pipeline.sweep()

    found = await entry(pipeline)
    assert (found["status"], found["attempts"]) == ("sent", 2)
    assert offers(pipeline) == 1


async def test_a_late_answer_resolves_unknown(pipeline: Pipeline) -> None:
    """The worker was not dead, only slow: it knows best."""
    await leave_behind(pipeline)
    await pipeline.sweep()
    key = (await entry(pipeline))["_id"]

    late = Settlement(key, DeliveryStatus.SENT, "250 kept", pipeline.clock())
    await pipeline.repositories.ledger.settle([late], "dead worker")

    assert (await entry(pipeline))["status"] == "sent"


async def test_a_late_bounce_still_ends_the_conversation(pipeline: Pipeline) -> None:
    await leave_behind(pipeline)
    await pipeline.sweep()
    key = (await entry(pipeline))["_id"]

    late = Settlement(key, DeliveryStatus.BOUNCED, "550 no", pipeline.clock(), is_handled=False)
    await pipeline.repositories.ledger.settle([late], "dead worker")
    await pipeline.run_until_quiet()

    assert (await pipeline.conversation(CAMPAIGN, "user_1"))["outcome"] == "bounced"
    assert offers(pipeline) == 0


async def test_a_late_answer_of_another_worker_changes_nothing(pipeline: Pipeline) -> None:
    await start(pipeline)
    key = (await entry(pipeline))["_id"]

    late = Settlement(key, DeliveryStatus.BOUNCED, "550 no", pipeline.clock(), is_handled=False)
    await pipeline.repositories.ledger.settle([late], "somebody else")

    assert (await entry(pipeline))["status"] == "sent"


async def test_an_offer_cut_off_by_an_error_is_not_left_hanging(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, mongodb_uri: str, database_name: str
) -> None:
    """What a worker was offering when a write failed is unknown to the next one."""

    async def fail(*arguments: Any) -> None:
        raise RuntimeError("no answer from the database")

    await commit_only(pipeline)
    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.repositories.ledger), "settle", fail)
        report = await sweep(pipeline.engine, timedelta(hours=1))
    assert CAMPAIGN in report.failures

    shared = {"clock": pipeline.clock, "channel": pipeline.channel}
    async with a_pipeline(mongodb_uri, database_name, owner="the next one", **shared) as following:
        await following.run_until_quiet()

    statuses = set(await pipeline.repositories.ledger.count_by_status(CAMPAIGN))
    assert statuses == {"unknown", "sent"}
    keys = [message.idempotency_key for message in pipeline.channel.sent]
    assert len(keys) == len(set(keys))


async def test_nobody_waits_long_behind_a_gate(mongodb_uri: str, database_name: str) -> None:
    """Who says stop while others are being written to is not written to a moment later."""
    channel = BusyChannel()
    async with a_pipeline(mongodb_uri, database_name, channel=channel) as pipeline:
        suppressions = pipeline.repositories.suppressions

        async def say_stop() -> None:
            pipeline.clock.move(seconds=2)
            await suppressions.add("user_3@example.com", "stop", "test", MONDAY_MORNING)

        channel.meanwhile = say_stop
        await pipeline.insert(a_batch_request())
        await pipeline.sweep()

        assert len(channel.texts_to("user_2@example.com")) == 1
        assert channel.texts_to("user_3@example.com") == []
        found = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
        assert found["suppressed"] == 1
