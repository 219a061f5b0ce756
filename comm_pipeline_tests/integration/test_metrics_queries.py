"""Counting on a real MongoDB: the same as a naive count, and by index only."""

import json
import re
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
from comm_pipeline.storage import metrics_pipelines
from comm_pipeline.storage.connection import Database, Doc, open_database
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import to_document
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
        avg_duration_seconds=pytest.approx(sum(lasted) / len(lasted)) if lasted else 0.0,
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
        assert found.avg_duration_seconds == expected.avg_duration_seconds


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


async def test_a_sample_thins_out_durations_and_nothing_else(database: Database) -> None:
    ended = a_visit(exited_at=at(1), completed=True)
    many = [
        a_conversation(ended, id=f"{CAMPAIGN_ID}:{number}", address=None) for number in range(400)
    ]
    await Repositories.of(database).conversations.create_many(many)
    (stage,) = (await MetricsQueries(database).counts(CAMPAIGN_ID, sample_rate=0.5)).stages
    assert (stage.entered, stage.completed) == (400, 400)
    assert 100 < stage.left < 300  # 200 expected, with a standard deviation of 10
    assert stage.seconds == stage.left * 3600


PIPELINES: dict[str, tuple[str, list[Doc]]] = {
    "conversations": ("conversation_states", metrics_pipelines.conversation_pipeline(CAMPAIGN_ID)),
    "stages": ("conversation_states", metrics_pipelines.stage_pipeline(CAMPAIGN_ID, 1.0)),
    "sampled stages": ("conversation_states", metrics_pipelines.stage_pipeline(CAMPAIGN_ID, 0.1)),
    "deliveries": ("outbound_messages", metrics_pipelines.delivery_pipeline(CAMPAIGN_ID)),
    "late bounces": ("outbound_messages", metrics_pipelines.late_bounce_pipeline(CAMPAIGN_ID)),
    "histories": ("conversation_states", metrics_pipelines.history_pipeline(CAMPAIGN_ID)),
    "outboxes": ("conversation_states", metrics_pipelines.unreserved_pipeline(CAMPAIGN_ID)),
    "applied replies": ("inbound_messages", metrics_pipelines.applied_pipeline(CAMPAIGN_ID)),
    "waiting replies": ("inbound_messages", metrics_pipelines.waiting_pipeline()),
}


async def explain(database: Database, collection: str, pipeline: list[Doc]) -> str:
    command = {"aggregate": collection, "pipeline": pipeline, "cursor": {}}
    plan = await database.command("explain", command, verbosity="executionStats")
    return json.dumps(plan, default=str)


async def store_two_campaigns(database: Database, size: int) -> None:
    repositories = Repositories.of(database)
    for campaign_id in (CAMPAIGN_ID, CampaignId("campaign_other")):
        drawn = [a_conversation(outbox=(MessageKey("m"),))] * size
        stored, entries = as_stored(campaign_id, drawn, [(DeliveryStatus.SENT, None)] * size)
        await repositories.conversations.create_many(stored)
        await repositories.ledger.reserve(entries)
        await database["inbound_messages"].insert_many(
            to_document(
                a_reply(id=f"{one.id}:r", conversation_id=one.id, status=InboundStatus.APPLIED)
            )
            for one in stored
        )


@pytest.mark.parametrize("name", PIPELINES)
async def test_no_query_scans_a_collection(database: Database, name: str) -> None:
    await store_two_campaigns(database, 30)
    plan = await explain(database, *PIPELINES[name])
    assert "COLLSCAN" not in plan
    assert "IXSCAN" in plan
    assert set(re.findall(r'"collectionScans": "?(\d+)', plan)) <= {"0"}
    keys = [int(found) for found in re.findall(r'"totalKeysExamined": (\d+)', plan)]
    assert max(keys) <= 61  # of one campaign; looking 30 outboxes up adds one key each


async def test_deliveries_are_counted_in_the_index_alone(database: Database) -> None:
    await store_two_campaigns(database, 30)
    plan = await explain(database, *PIPELINES["deliveries"])
    assert "PROJECTION_COVERED" in plan
    assert re.findall(r'"totalDocsExamined": (\d+)', plan) == ["0"]


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
    plan = await database.command(
        "explain", {"find": "campaigns", "filter": {"_id": {"$gt": "a"}}, "sort": {"_id": 1}}
    )
    assert not {"COLLSCAN", "SORT"} & set(
        re.findall(r'"stage": "(\w+)"', json.dumps(plan, default=str))
    )


async def test_stored_metrics_tell_when_they_were_counted(database: Database) -> None:
    moment: datetime = at(2)
    document = {"campaign_id": "a", "updated_at": moment, "campaign_status": "active", "more": 1}
    await Repositories.of(database).metrics.put([document], moment)
    found = await MetricsQueries(database).find_counted([CampaignId("a"), CampaignId("b")])
    assert found == {"a": {"_id": "a", "updated_at": moment, "campaign_status": "active"}}
