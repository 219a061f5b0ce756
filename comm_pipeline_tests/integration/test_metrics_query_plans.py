"""The query plans of metrics on a real MongoDB: by index only."""

import json
import re
from collections.abc import AsyncIterator

import pytest

from comm_pipeline.domain.ids import CampaignId, MessageKey, RecipientId, conversation_id
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage import metrics_pipelines
from comm_pipeline.storage.connection import Database, Doc, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.builders import CAMPAIGN_ID, a_conversation, a_ledger_entry, a_reply

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(mongodb_uri: str, database_name: str) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        await Repositories.of(opened).initialize()
        yield opened


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
    """Store conversations with a message in the outbox, ledger and inbox each."""
    repositories = Repositories.of(database)
    for campaign_id in (CAMPAIGN_ID, CampaignId("campaign_other")):
        ids = [conversation_id(campaign_id, RecipientId(f"user_{n}")) for n in range(size)]
        await repositories.conversations.create_many(
            a_conversation(
                id=key, campaign_id=campaign_id, address=None, outbox=(MessageKey(f"{key}:m"),)
            )
            for key in ids
        )
        entries = [
            a_ledger_entry(
                id=MessageKey(f"{key}:m"),
                message_id=f"<{key}>",
                status=DeliveryStatus.SENT,
                campaign_id=campaign_id,
            )
            for key in ids
        ]
        await repositories.ledger.reserve(entries)
        await database["inbound_messages"].insert_many(
            to_document(a_reply(id=f"{key}:r", conversation_id=key, status=InboundStatus.APPLIED))
            for key in ids
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
    assert set(re.findall(r'"totalDocsExamined": (\d+)', plan)) == {"0"}


async def test_campaigns_are_paged_by_their_index(database: Database) -> None:
    find = {"find": "campaigns", "filter": {"_id": {"$gt": "a"}}, "sort": {"_id": 1}}
    plan = json.dumps(await database.command("explain", find), default=str)
    assert not {"COLLSCAN", "SORT"} & set(re.findall(r'"stage": "(\w+)"', plan))
