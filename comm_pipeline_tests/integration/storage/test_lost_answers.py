"""The server acts and its answer is lost: a real connection that breaks at that moment."""

from collections.abc import AsyncIterator

import pytest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import BatchRequestStatus, CampaignStatus, DeliveryStatus
from comm_pipeline.errors import IllegalTransitionError
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, a_batch_request
from comm_pipeline_tests.integration.storage.documents import (
    HOLD,
    campaign,
    conversation,
    entry,
    key_of,
    said_in,
    settlement,
    speaking,
)
from comm_pipeline_tests.integration.storage.lossy_proxy import LossyProxy, lossy_proxy

pytestmark = pytest.mark.anyio


@pytest.fixture
async def proxy(anyio_backend: str, mongodb_uri: str) -> AsyncIterator[LossyProxy]:
    async with lossy_proxy(mongodb_uri) as running:
        yield running
        assert running.lost == 1, "the test was to lose one answer"


@pytest.fixture
async def lossy(
    proxy: LossyProxy, database_name: str, repositories: Repositories
) -> AsyncIterator[Repositories]:
    """The repositories, behind the proxy."""
    async with open_database(proxy.uri, database_name) as database:
        yield Repositories.of(database)


async def test_a_commit_is_known_to_be_written(proxy: LossyProxy, lossy: Repositories) -> None:
    batch = [conversation(number) for number in range(5)]
    await lossy.conversations.create_many(batch)
    await lossy.conversations.commit([speaking(batch[0])], "somebody else")
    proxy.lose_answer_to("update")
    written = await lossy.conversations.commit([speaking(one) for one in batch], "token")
    assert written == {one.id for one in batch[1:]}
    for one in batch:
        assert len(said_in(await lossy.conversations.get_conversation_state(one.id))) == 1


async def test_a_reservation_is_counted_as_new(proxy: LossyProxy, lossy: Repositories) -> None:
    await lossy.ledger.reserve([entry(0)])
    proxy.lose_answer_to("insert")
    assert await lossy.ledger.reserve([entry(number) for number in range(5)]) == 4


async def test_a_claim_is_known_to_be_ours(
    proxy: LossyProxy, lossy: Repositories, database: Database
) -> None:
    await database["agent_batch_requests"].insert_one(a_batch_request())
    proxy.lose_answer_to("findAndModify")
    claimed = await lossy.requests.claim("request_1", CampaignId("c"), "me", START, HOLD)
    assert claimed is not None
    assert claimed["claim"]["attempts"] == 1


async def test_a_request_is_known_to_be_settled(
    proxy: LossyProxy, lossy: Repositories, database: Database
) -> None:
    await database["agent_batch_requests"].insert_one(a_batch_request(status="processing"))
    proxy.lose_answer_to("update")
    completed = BatchRequestStatus.COMPLETED
    assert await lossy.requests.settle("request_1", completed, None, START)


async def test_a_change_of_status_is_known_to_be_made(
    proxy: LossyProxy, lossy: Repositories
) -> None:
    made = campaign(status=CampaignStatus.PENDING)
    await lossy.campaigns.create(made, [])
    proxy.lose_answer_to("findAndModify")
    changed = await lossy.campaigns.change_status(made.id, CampaignStatus.INITIALIZING)
    assert changed.status is CampaignStatus.INITIALIZING
    with pytest.raises(IllegalTransitionError):
        await lossy.campaigns.change_status(made.id, CampaignStatus.INITIALIZING)


async def test_a_lease_and_a_slot_are_known_to_be_ours(
    proxy: LossyProxy, lossy: Repositories
) -> None:
    await lossy.leases.acquire_slot(1, "before", HOLD)
    await lossy.leases.release("slot:0", "before")
    proxy.lose_answer_to("findAndModify")
    assert await lossy.leases.acquire_slot(1, "me", HOLD) == 0
    assert await lossy.leases.renew("slot:0", "me", HOLD)


async def test_an_outcome_is_written_once(proxy: LossyProxy, lossy: Repositories) -> None:
    await lossy.ledger.reserve([entry(1)])
    await lossy.ledger.mark_sending([key_of(1)], "me", "email", START)
    proxy.lose_answer_to("update")
    await lossy.ledger.settle([settlement(key_of(1))], "me")
    settled = await lossy.ledger.get(key_of(1))
    assert settled is not None
    assert settled.status is DeliveryStatus.SENT


async def test_outcomes_that_are_alike_are_written_again(
    proxy: LossyProxy, lossy: Repositories
) -> None:
    """The driver does not repeat an update of many, so the ledger does."""
    keys = [key_of(1), key_of(2)]
    await lossy.ledger.reserve([entry(1), entry(2)])
    await lossy.ledger.mark_sending(keys, "me", "email", START)
    proxy.lose_answer_to("update")
    await lossy.ledger.settle([settlement(key) for key in keys], "me")
    assert await lossy.ledger.count_by_status(CAMPAIGN_ID) == {"sent": 2}


async def test_messages_that_were_taken_are_known_to_be(
    proxy: LossyProxy, lossy: Repositories
) -> None:
    """The driver does not repeat an update of many, so the ledger does, and knows its token."""
    await lossy.ledger.reserve([entry(1), entry(2), entry(3)])
    keys = [key_of(1), key_of(2)]
    assert await lossy.ledger.mark_sending([key_of(3)], "somebody", "email", START)
    proxy.lose_answer_to("update")
    senders = {key_of(1): "a@acme.example", key_of(2): "b@acme.example"}
    mine = await lossy.ledger.mark_sending([*keys, key_of(3)], "me", "email", START, senders)
    assert mine == set(keys)
    marked = [await lossy.ledger.get(key) for key in keys]
    assert [one.attempts for one in marked if one is not None] == [1, 1]
    assert await lossy.ledger.mark_sending(keys, "you", "email", START) == set()
    left = await lossy.ledger.find_interrupted(CAMPAIGN_ID, "you", 10)
    assert [one.id for one in left] == [*keys, key_of(3)]
