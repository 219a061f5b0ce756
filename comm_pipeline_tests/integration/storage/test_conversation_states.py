"""Conversations as documents: stored once, found when due, read in pages."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.errors import NotFoundError
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    CONVERSATION_ID,
    START,
    a_conversation,
    a_visit,
    an_outbound_history_entry,
    at,
)
from comm_pipeline_tests.integration.storage.documents import conversation, speaking

pytestmark = pytest.mark.anyio

OTHER = CampaignId("campaign_autumn")


async def _stored(database: Database) -> list[str]:
    return sorted([one["_id"] async for one in database["conversation_states"].find()])


async def test_a_conversation_comes_back_as_it_was_stored(repositories: Repositories) -> None:
    stored = a_conversation(message_history=(an_outbound_history_entry(),), context={"a": {"b": 1}})
    assert await repositories.conversations.create_many([stored]) == []
    assert await repositories.conversations.load([CONVERSATION_ID]) == {CONVERSATION_ID: stored}


async def test_creating_again_changes_nothing(
    database: Database, repositories: Repositories
) -> None:
    await repositories.conversations.create_many([conversation(1, failures=3)])
    batch = [conversation(number) for number in range(4)]
    assert await repositories.conversations.create_many(batch) == []
    assert await _stored(database) == sorted(one.id for one in batch)
    loaded = await repositories.conversations.load([conversation(1).id])
    assert loaded[conversation(1).id].failures == 3


async def test_an_address_has_one_conversation_in_a_campaign(
    database: Database, repositories: Repositories
) -> None:
    address = "user_1@example.com"
    batch = [
        conversation(1),
        conversation(2, address=address),
        conversation(3),
        conversation(1),  # the same conversation again is no clash of addresses
        conversation(4, address=address),
        conversation(5, OTHER, address=address),
    ]
    refused = await repositories.conversations.create_many(batch)
    assert refused == [batch[1].id, batch[4].id]
    assert await _stored(database) == sorted(batch[n].id for n in (0, 2, 5))


async def test_many_conversations_without_an_address(
    database: Database, repositories: Repositories
) -> None:
    batch = [conversation(number, address=None) for number in range(3)]
    assert await repositories.conversations.create_many(batch) == []
    assert len(await _stored(database)) == 3


async def test_the_same_batch_is_created_by_many_at_once(
    database: Database, repositories: Repositories
) -> None:
    batch = [conversation(number) for number in range(100)]
    refused = await asyncio.gather(
        *(repositories.conversations.create_many(batch) for _ in range(4))
    )
    assert refused == [[]] * 4
    assert len(await _stored(database)) == 100


async def test_the_longest_due_come_first_without_their_history(
    repositories: Repositories,
) -> None:
    said = (an_outbound_history_entry(),)
    due = [conversation(number, next_action_at=at(-number)) for number in range(7)]
    not_due = [
        conversation(10, next_action_at=at(1)),
        conversation(11, next_action_at=None),
        conversation(12, status=ConversationStatus.ESCALATED),
        conversation(13, OTHER),
    ]
    await repositories.conversations.create_many(
        [*(one.model_copy(update={"message_history": said}) for one in due), *not_due]
    )
    stream = repositories.conversations.stream_due(CAMPAIGN_ID, START, 3)
    batches = [batch async for batch in stream]
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert [one for batch in batches for one in batch] == due[::-1]
    assert await repositories.conversations.count_due(CAMPAIGN_ID, START, 100) == 7
    assert await repositories.conversations.count_due(CAMPAIGN_ID, START, 5) == 5
    assert await repositories.conversations.next_action_at(CAMPAIGN_ID) == at(-6)


async def test_nothing_comes_twice_while_it_is_committed(repositories: Repositories) -> None:
    """Commits move conversations within the index that is being read."""
    batch = [conversation(n, next_action_at=at(-(n % 7))) for n in range(400)]
    await repositories.conversations.create_many(batch)
    seen: list[ConversationId] = []
    async with asyncio.TaskGroup() as tasks:
        async for due in repositories.conversations.stream_due(CAMPAIGN_ID, START, 20):
            seen += [one.id for one in due]
            commits = [speaking(one) for one in due]
            tasks.create_task(repositories.conversations.commit(commits, f"token_{len(seen)}"))
    assert sorted(seen) == sorted(one.id for one in batch)
    assert await repositories.conversations.count_due(CAMPAIGN_ID, START, 1) == 0


async def test_what_a_gate_asks_is_of_the_last_visit(repositories: Repositories) -> None:
    visits = (a_visit(last_response_at=at(1)), a_visit("decision", last_response_at=at(2)))
    ended = a_conversation(
        stages=visits, status=ConversationStatus.COMPLETED, outcome=Outcome.OPTED_OUT
    )
    await repositories.conversations.create_many([ended])
    gone = ConversationId("gone")
    facts = await repositories.conversations.gate_facts([CONVERSATION_ID, gone])
    assert list(facts) == [CONVERSATION_ID]
    assert facts[CONVERSATION_ID].last_response_at == at(2)
    assert facts[CONVERSATION_ID].outcome is Outcome.OPTED_OUT


async def test_conversations_are_found_by_address(repositories: Repositories) -> None:
    batch = [conversation(1), conversation(1, OTHER), conversation(2)]
    await repositories.conversations.create_many(batch)
    found = await repositories.conversations.find_by_address("user_1@example.com", 10)
    assert {one["_id"] for one in found} == {batch[0].id, batch[1].id}
    assert len(await repositories.conversations.find_by_address("user_1@example.com", 1)) == 1


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("active", True), ("escalated", True), ("completed", False), ("failed", False)],
)
async def test_open_is_active_or_with_a_person(
    status: str, is_open: bool, repositories: Repositories
) -> None:
    await repositories.conversations.create_many([conversation(1, OTHER)])
    await repositories.conversations.create_many(
        [conversation(2, status=ConversationStatus(status))]
    )
    assert await repositories.conversations.has_open(CAMPAIGN_ID) is is_open
    assert await repositories.conversations.count_by_status(CAMPAIGN_ID) == {status: 1}


async def test_the_documented_methods(repositories: Repositories) -> None:
    conversations = repositories.conversations
    document = to_document(a_conversation())
    assert await conversations.create_conversation_state(document) == CONVERSATION_ID
    with pytest.raises(DuplicateKeyError):
        await conversations.create_conversation_state(document)
    updated = await conversations.update_conversation_state(CONVERSATION_ID, {"reason": "x"})
    assert (updated["reason"], updated["version"]) == ("x", 1)
    assert await conversations.get_conversation_state(CONVERSATION_ID) == updated
    assert await conversations.delete_conversation_state(CONVERSATION_ID)
    assert not await conversations.delete_conversation_state(CONVERSATION_ID)
    with pytest.raises(NotFoundError):
        await conversations.get_conversation_state(CONVERSATION_ID)
    with pytest.raises(NotFoundError):
        await conversations.update_conversation_state(CONVERSATION_ID, {"reason": "x"})


async def test_pages_of_documents(repositories: Repositories) -> None:
    batch = [conversation(number) for number in range(5)]
    await repositories.conversations.create_many(batch)
    query = {"campaign_id": CAMPAIGN_ID}
    page = await repositories.conversations.find_conversation_states(query, limit=3)
    rest = await repositories.conversations.find_conversation_states(query, page[-1]["_id"])
    assert [one["_id"] for one in [*page, *rest]] == [one.id for one in batch]


async def test_pending_of_a_stage(repositories: Repositories) -> None:
    await repositories.conversations.create_many(
        [conversation(1), conversation(2, OTHER), conversation(3, next_action_at=at(1))]
    )
    found = await repositories.conversations.find_pending(CAMPAIGN_ID, START, 10, "awareness")
    assert [Conversation.model_validate(one) for one in found] == [conversation(1)]
    assert await repositories.conversations.find_pending(CAMPAIGN_ID, START, 10, "decision") == []


UNICODE, IN_ASCII = "ada@bücher.example", "ada@xn--bcher-kva.example"


@pytest.mark.parametrize("field", ["address", "contact"])
@pytest.mark.parametrize(("stored", "asked"), [(UNICODE, IN_ASCII), (IN_ASCII, UNICODE)])
async def test_an_international_domain_is_found_in_either_form(
    repositories: Repositories, field: str, stored: str, asked: str
) -> None:
    """Entries of others, and those of earlier versions, hold them as they were given."""
    known: Any = {"address": stored} if field == "address" else {"contact": Contact(email=stored)}
    await repositories.conversations.create_many([conversation(1, **known), conversation(2)])
    found = await repositories.conversations.ids_of_addresses(["bo@example.com", asked])
    assert found == {conversation(1).id: asked}
    (one,) = await repositories.conversations.find_by_address(asked, 5)
    assert one["_id"] == conversation(1).id
