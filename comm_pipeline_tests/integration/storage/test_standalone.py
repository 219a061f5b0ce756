"""The same promises on a lone mongod, which has neither transactions nor retried writes."""

import asyncio
from collections.abc import Iterator

import pytest
from pymongo.errors import AutoReconnect

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, a_batch_request, at
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
from comm_pipeline_tests.integration.storage.lossy_proxy import lossy_proxy
from comm_pipeline_tests.integration.storage.standalone import standalone_mongod

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with standalone_mongod(tmp_path_factory.mktemp("standalone")) as uri:
        yield uri


async def test_it_is_a_lone_server(database: Database) -> None:
    assert "setName" not in await database.command("hello")


async def test_commits_are_exact(repositories: Repositories) -> None:
    batch = [conversation(number) for number in range(20)]
    conversations = repositories.conversations
    await conversations.create_many(batch)
    await conversations.create_many(batch)
    first, second = await asyncio.gather(
        *(conversations.commit([speaking(one) for one in batch], t) for t in ("one", "two"))
    )
    assert not first & second
    assert first | second == {one.id for one in batch}
    for one in batch:
        assert len(said_in(await conversations.get_conversation_state(one.id))) == 1


async def test_a_message_is_reserved_taken_and_settled_once(repositories: Repositories) -> None:
    ledger = repositories.ledger
    entries = [entry(number) for number in range(20)]
    assert sum(await asyncio.gather(*(ledger.reserve(entries) for _ in range(3)))) == 20
    keys = [one.id for one in entries]
    taken = await asyncio.gather(
        *(ledger.mark_sending(keys, owner, "email", START) for owner in ("one", "two"))
    )
    assert sorted([*taken[0], *taken[1]]) == sorted(keys)
    for owner, part in zip(("one", "two"), taken, strict=True):
        await ledger.settle([settlement(key) for key in part], owner)
    assert await ledger.count_by_status(CAMPAIGN_ID) == {"sent": 20}


async def test_leases_and_slots(repositories: Repositories) -> None:
    leases = repositories.leases
    owners = [f"owner_{number}" for number in range(10)]
    won = await asyncio.gather(*(leases.acquire(CAMPAIGN_ID, one, HOLD) for one in owners))
    assert won.count(True) == 1
    slots = [await leases.acquire_slot(3, one, HOLD) for one in owners]
    assert sorted(slot for slot in slots if slot is not None) == [0, 1, 2]
    await leases.release("slot:0", owners[0])
    assert await leases.acquire_slot(3, owners[9], HOLD) == 0


async def test_requests_and_campaigns(database: Database, repositories: Repositories) -> None:
    await database["agent_batch_requests"].insert_one(a_batch_request())
    claims = await asyncio.gather(
        *(
            repositories.requests.claim("request_1", CampaignId("c"), f"w{n}", START, HOLD)
            for n in range(5)
        )
    )
    assert sum(claim is not None for claim in claims) == 1
    made = campaign()
    assert await repositories.campaigns.create(made, ["user_1"])
    await repositories.campaigns.wake([made.id], START)
    assert not await repositories.campaigns.set_next_due(made.id, at(1), made.wakeups)


async def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_made_twice(
    mongodb_uri: str, database_name: str, repositories: Repositories
) -> None:
    """It is written again, to no effect, and known by its token."""
    batch = [conversation(number) for number in range(3)]
    await repositories.conversations.create_many(batch)
    async with lossy_proxy(mongodb_uri) as proxy, open_database(proxy.uri, database_name) as lossy:
        proxy.lose_answer_to("update")
        conversations = Repositories.of(lossy).conversations
        commits = [speaking(one) for one in batch]
        assert await conversations.commit(commits, "token") == {one.id for one in batch}
        assert await conversations.commit(commits, "again") == set()
        left = await conversations.find_outbox(CAMPAIGN_ID, 10)
    for number, one in enumerate(sorted(left, key=lambda found: found.id)):
        assert [entry.message_id for entry in one.message_history] == [key_of(number)]
        assert one.outbox == (key_of(number),)


async def test_a_reservation_whose_answer_is_lost_is_made_again_without_harm(
    mongodb_uri: str, database_name: str, repositories: Repositories
) -> None:
    async with lossy_proxy(mongodb_uri) as proxy, open_database(proxy.uri, database_name) as lossy:
        proxy.lose_answer_to("insert")
        with pytest.raises(AutoReconnect):
            await Repositories.of(lossy).ledger.reserve([entry(1)])
        assert await Repositories.of(lossy).ledger.reserve([entry(1), entry(2)]) == 1
    queued = DeliveryStatus.QUEUED.value
    assert await repositories.ledger.count_by_status(CAMPAIGN_ID) == {queued: 2}
