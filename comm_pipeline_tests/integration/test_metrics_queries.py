"""Counting on a real MongoDB: the same as a naive count, whatever is stored."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.conversations import (
    Conversation,
    ConversationMetrics,
    Direction,
    HistoryEntry,
    StageVisit,
)
from comm_pipeline.domain.ids import CampaignId, MessageKey, RecipientId, conversation_id
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.metrics import CampaignMetrics, CrossCounts, StageMetrics
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.reporting.metrics_frame import campaign_metrics
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    START,
    a_conversation,
    a_ledger_entry,
    a_reply,
    a_visit,
    at,
)
from comm_pipeline_tests.metrics_builders import STAGES, a_campaign

pytestmark = pytest.mark.anyio

_numbers = count()


@pytest.fixture
async def database(mongodb_uri: str, database_name: str) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        await Repositories.of(opened).initialize()
        yield opened


@st.composite
def visits(draw: st.DrawFn) -> tuple[StageVisit, ...]:
    names = draw(st.lists(st.sampled_from([*STAGES, "another.stage"]), min_size=1, unique=True))
    left = st.none() | st.integers(0, 10_000_000).map(lambda ms: START + timedelta(milliseconds=ms))
    return tuple(
        a_visit(name, exited_at=draw(left), completed=draw(st.booleans())) for name in names
    )


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Draw a conversation in which nothing need agree with anything."""
    written = draw(st.integers(0, 4))
    history = tuple(
        HistoryEntry(message_id=f"m{n}", direction=direction, content="x", timestamp=START)
        for n, direction in enumerate(
            [Direction.OUTBOUND] * written + [Direction.INBOUND] * draw(st.integers(0, 3))
        )
    )
    stages = draw(visits())
    return a_conversation(
        current_stage=stages[-1].name,
        stages=stages,
        status=draw(st.sampled_from(ConversationStatus)),
        outcome=draw(st.none() | st.sampled_from(Outcome)),
        message_history=history,
        metrics=ConversationMetrics(
            messages_sent=draw(st.integers(0, 9)), messages_received=draw(st.integers(0, 9))
        ),
    )


deliveries = st.lists(
    st.tuples(st.sampled_from(DeliveryStatus), st.none() | st.just("queue-id")), max_size=12
)


def as_stored(
    campaign_id: CampaignId, drawn: list[Conversation], sent: list[tuple[DeliveryStatus, Any]]
) -> tuple[list[Conversation], list[OutboundMessage]]:
    """Return the drawn things with ids of their own."""
    own = [
        one.model_copy(
            update={
                "id": conversation_id(campaign_id, RecipientId(f"user_{number}")),
                "campaign_id": campaign_id,
                "address": None,
            }
        )
        for number, one in enumerate(drawn)
    ]
    entries = [
        a_ledger_entry(
            id=MessageKey(f"{campaign_id}:{number}"),
            campaign_id=campaign_id,
            message_id=f"<{campaign_id}:{number}>",
            status=status,
            provider_message_id=provider_id,
        )
        for number, (status, provider_id) in enumerate(sent)
    ]
    return own, entries


def naive_stage(drawn: list[Conversation], stage: str) -> StageMetrics:
    found = [visit for one in drawn for visit in one.stages if visit.name == stage]
    lasted = [
        (visit.exited_at - visit.entered_at).total_seconds()
        for visit in found
        if visit.exited_at is not None
    ]
    return StageMetrics(
        entered=len(found),
        completed=sum(visit.completed for visit in found),
        avg_duration_seconds=sum(lasted) / len(lasted) if lasted else 0.0,
    )


def naive_sent(entries: list[OutboundMessage]) -> int:
    left = {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.COMPLAINED}
    late = [e for e in entries if e.status == DeliveryStatus.BOUNCED and e.provider_message_id]
    return sum(entry.status in left for entry in entries) + len(late)


def check_metrics(
    metrics: CampaignMetrics, drawn: list[Conversation], entries: list[OutboundMessage]
) -> None:
    statuses = Counter(one.status.value for one in drawn)
    assert statuses == Counter(
        active=metrics.active_conversations,
        escalated=metrics.escalated_conversations,
        completed=metrics.completed_conversations,
        failed=metrics.failed_conversations,
    )
    assert Counter(metrics.outcomes) == Counter(one.outcome.value for one in drawn if one.outcome)
    assert Counter(metrics.deliveries) == Counter(entry.status.value for entry in entries)
    sent, received = naive_sent(entries), sum(one.metrics.messages_received for one in drawn)
    assert metrics.message_metrics.total_sent == sent
    assert metrics.message_metrics.total_received == received
    assert metrics.message_metrics.response_rate == (received / sent if sent else 0)
    visited = {visit.name for one in drawn for visit in one.stages}
    assert set(metrics.stage_metrics) == {*STAGES, *visited}
    for stage, found in metrics.stage_metrics.items():
        expected = naive_stage(drawn, stage)
        assert (found.entered, found.completed) == (expected.entered, expected.completed)
        assert found.avg_duration_seconds == pytest.approx(expected.avg_duration_seconds)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.lists(conversations(), max_size=8), sent=deliveries)
async def test_metrics_are_those_of_a_naive_count(
    database: Database, drawn: list[Conversation], sent: list[tuple[DeliveryStatus, Any]]
) -> None:
    campaign = a_campaign(id=f"campaign_{next(_numbers)}")
    stored, entries = as_stored(campaign.id, drawn, sent)
    repositories, queries = Repositories.of(database), MetricsQueries(database)
    await repositories.conversations.create_many(stored)
    await repositories.ledger.reserve(entries)
    counts, cross, _ = await queries.counts_to_reconcile(campaign.id)
    check_metrics(campaign_metrics(campaign, counts, STAGES, START), stored, entries)
    directions = Counter(entry.direction for one in stored for entry in one.message_history)
    assert (cross.written, cross.heard) == (
        directions[Direction.OUTBOUND],
        directions[Direction.INBOUND],
    )


async def test_counts_are_of_one_moment_on_a_replica_set(database: Database) -> None:
    _, _, is_one_moment = await MetricsQueries(database).counts_to_reconcile(CAMPAIGN_ID)
    assert is_one_moment


async def test_messages_that_are_in_the_ledger_do_not_count_as_waiting_in_an_outbox(
    database: Database,
) -> None:
    repositories = Repositories.of(database)
    reserved = a_ledger_entry()
    waiting = a_conversation(outbox=(reserved.id, MessageKey("not reserved")))
    await repositories.conversations.create_many([waiting])
    await repositories.ledger.reserve([reserved])
    _, cross, _ = await MetricsQueries(database).counts_to_reconcile(CAMPAIGN_ID)
    assert cross.unreserved == 1


async def test_replies_count_for_their_campaign_only(database: Database) -> None:
    inbound = Repositories.of(database).inbound
    await inbound.add(a_reply(id="1", status=InboundStatus.APPLIED))
    await inbound.add(a_reply(id="2"))
    await inbound.add(a_reply(id="3", status=InboundStatus.UNMATCHED))
    longer = conversation_id(CampaignId(f"{CAMPAIGN_ID}_2"), RecipientId("user_1"))
    await inbound.add(a_reply(id="4", status=InboundStatus.APPLIED, conversation_id=longer))
    _, cross, _ = await MetricsQueries(database).counts_to_reconcile(CAMPAIGN_ID)
    assert cross == CrossCounts(0, 0, 0, applied_replies=1, waiting_replies=1)


async def test_a_sample_is_of_durations_and_of_nothing_else(database: Database) -> None:
    many = [
        a_conversation(
            a_visit(exited_at=at(number), completed=True),
            id=f"{CAMPAIGN_ID}:{number}",
            address=None,
        )
        for number in range(400)
    ]
    await Repositories.of(database).conversations.create_many(many)
    queries = MetricsQueries(database)
    (whole,) = (await queries.counts(CAMPAIGN_ID)).stages
    (sampled,) = (await queries.counts(CAMPAIGN_ID, sample_rate=0.5)).stages
    assert (sampled.entered, sampled.completed) == (400, 400)
    assert whole.mean_seconds == 199.5 * 3600  # the mean of 0 to 399 hours
    # 200 of 400 visits: a standard deviation of 400 / sqrt(12) / sqrt(400) = 6 hours
    assert sampled.mean_seconds == pytest.approx(whole.mean_seconds, abs=50 * 3600)
    assert sampled.mean_seconds != whole.mean_seconds


async def test_campaigns_come_in_pages_by_id(database: Database) -> None:
    repositories, queries = Repositories.of(database), MetricsQueries(database)
    for name in ("a", "b", "c"):
        await repositories.campaigns.create(a_campaign(id=f"campaign_{name}"), [])
    pages: list[list[str]] = []
    after = ""
    while page := await queries.find_campaigns(after, 2):
        pages.append([campaign["_id"] for campaign in page])
        after = page[-1]["_id"]
    assert pages == [["campaign_a", "campaign_b"], ["campaign_c"]]


async def test_stored_metrics_tell_when_they_were_counted(database: Database) -> None:
    moment: datetime = at(2)
    document = {"campaign_id": "a", "updated_at": moment, "campaign_status": "active", "more": 1}
    await Repositories.of(database).metrics.put([document], moment)
    found = await MetricsQueries(database).find_counted([CampaignId("a"), CampaignId("b")])
    assert found == {"a": {"_id": "a", "updated_at": moment, "campaign_status": "active"}}
