"""Commits: compare-and-set on the version, told exactly, and the outbox that follows from them."""

import asyncio
import random

import pytest

from comm_pipeline.domain.answers_state import Answering
from comm_pipeline.domain.conversations import Conversation, DecisionRecord, Standstill
from comm_pipeline.domain.decision import Wait
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.domain.transition import record
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, at
from comm_pipeline_tests.integration.storage.documents import (
    conversation,
    key_of,
    said_in,
    speaking,
)

pytestmark = pytest.mark.anyio


async def _create(repositories: Repositories, count: int) -> list[Conversation]:
    batch = [conversation(number) for number in range(count)]
    await repositories.conversations.create_many(batch)
    return batch


async def test_a_commit_is_one_write_of_state_history_and_decisions(
    repositories: Repositories,
) -> None:
    (before,) = await _create(repositories, 1)
    wait = Wait("follow_up", "no answer yet", at(48))
    spoken = speaking(before)
    commit = Commit(before, spoken.after, spoken.entries, (record(wait, START),))
    assert await repositories.conversations.commit([commit], "token") == {before.id}
    after = (await repositories.conversations.load([before.id]))[before.id]
    assert after.version == 1
    assert after.visit == commit.after.visit
    assert after.next_action_at == at(48)
    assert after.message_history == commit.entries
    assert after.decisions == commit.decisions
    assert after.outbox == (key_of(0),)


async def test_a_commit_writes_every_field_that_may_change(repositories: Repositories) -> None:
    (before,) = await _create(repositories, 1)
    later = {
        "current_stage": "decision",
        "stages": (*before.stages, before.visit.model_copy(update={"name": "decision"})),
        "context": {"response": {"team_size": 5}},
        "metrics": before.metrics.model_copy(update={"messages_received": 1}),
        "status": ConversationStatus.ESCALATED,
        "outcome": Outcome.HANDED_OFF,
        "reason": "a person has it",
        "last_active": at(1),
        "next_action_at": at(2),
        "outbox": (key_of(0),),
        "refused_channels": ("sms",),
        "failures": 2,
        "thread": ("<a@example.com>",),
        "standstill": Standstill(rule="r", reason="away", until=at(3), message_id="m"),
        "named_responses": ("interested",),
        "answering": Answering(last_key=key_of(0)),
        "answered_after_seconds": 1_800.0,
    }
    never = {"id", "user_id", "campaign_id", "campaign_type", "created_at", "address", "contact"}
    apart = {"version", "message_history", "decisions"}
    assert later.keys() == Conversation.model_fields.keys() - never - apart
    after = before.model_copy(update=later)
    assert await repositories.conversations.commit([Commit(before, after, (), ())], "token")
    stored = (await repositories.conversations.load([before.id]))[before.id]
    assert {name: getattr(stored, name) for name in later} == later


async def test_nothing_to_commit(repositories: Repositories) -> None:
    assert await repositories.conversations.commit([], "token") == set()


async def test_of_two_commits_on_one_version_one_is_written(repositories: Repositories) -> None:
    batch = await _create(repositories, 50)
    conversations = repositories.conversations
    shuffled = random.Random(7).sample(batch, len(batch))
    first, second = await asyncio.gather(
        conversations.commit([speaking(one) for one in batch], "first"),
        conversations.commit([speaking(one) for one in shuffled], "second"),
    )
    assert not first & second
    assert first | second == {one.id for one in batch}
    for one in batch:
        stored = await conversations.get_conversation_state(one.id)
        assert said_in(stored) == list(stored["outbox"])
        assert stored["version"] == len(stored["outbox"]) == 1
        assert stored["commit_token"] == ("first" if one.id in first else "second")


async def test_a_batch_is_written_as_far_as_nobody_was_first(repositories: Repositories) -> None:
    batch = await _create(repositories, 4)
    conversations = repositories.conversations
    await conversations.commit([speaking(batch[1])], "earlier")
    await conversations.delete_conversation_state(batch[2].id)
    written = await conversations.commit([speaking(one) for one in batch], "later")
    assert written == {batch[0].id, batch[3].id}
    assert len(said_in(await conversations.get_conversation_state(batch[1].id))) == 1


async def test_the_same_commit_again_is_refused(repositories: Repositories) -> None:
    (before,) = await _create(repositories, 1)
    assert await repositories.conversations.commit([speaking(before)], "one") == {before.id}
    assert await repositories.conversations.commit([speaking(before)], "two") == set()
    stored = await repositories.conversations.get_conversation_state(before.id)
    assert said_in(stored) == [key_of(0)]


async def test_a_commit_leaves_alone_what_it_does_not_change(repositories: Repositories) -> None:
    """Fields that other services keep in the document, and those that the pass did not touch."""
    (before,) = await _create(repositories, 1)
    conversations = repositories.conversations
    updated = await conversations.update_conversation_state(before.id, {"crm": {"id": 7}})
    current = Conversation.model_validate(updated)
    await conversations.commit([speaking(current)], "token")
    assert (await conversations.get_conversation_state(before.id))["crm"] == {"id": 7}


async def test_a_change_by_hand_makes_a_commit_on_the_old_version_fail(
    repositories: Repositories,
) -> None:
    (before,) = await _create(repositories, 1)
    await repositories.conversations.update_conversation_state(before.id, {"reason": "by hand"})
    assert await repositories.conversations.commit([speaking(before)], "token") == set()


async def test_the_oldest_decisions_go_first(repositories: Repositories) -> None:
    (state,) = await _create(repositories, 1)
    for turn in range(5):
        records = tuple(record(Wait("r", f"{turn}.{n}", None), START) for n in range(50))
        await repositories.conversations.commit([Commit(state, state, (), records)], f"t{turn}")
        state = (await repositories.conversations.load([state.id]))[state.id]
    assert len(state.decisions) == 200
    assert (state.decisions[0].reason, state.decisions[-1].reason) == ("1.0", "4.49")


async def test_many_writers_count_every_commit_once(repositories: Repositories) -> None:
    """Ten writers each add five decisions by read, commit, and read again after a conflict."""
    (before,) = await _create(repositories, 1)

    async def write(writer: int) -> None:
        for turn in range(5):
            decision = record(Wait("r", f"{writer}.{turn}", None), START)
            token = f"{writer}.{turn}"
            while not await _try_commit(repositories, before.id, decision, token):
                pass

    async with asyncio.TaskGroup() as tasks:
        for writer in range(10):
            tasks.create_task(write(writer))
    after = (await repositories.conversations.load([before.id]))[before.id]
    assert after.version == len(after.decisions) == 50
    assert len({one.reason for one in after.decisions}) == 50


async def _try_commit(
    repositories: Repositories, key: ConversationId, decision: DecisionRecord, token: str
) -> bool:
    state = (await repositories.conversations.load([key]))[key]
    commit = Commit(state, state, (), (decision,))
    return key in await repositories.conversations.commit([commit], token)


async def test_the_outbox_is_found_until_it_is_cleared(repositories: Repositories) -> None:
    batch = await _create(repositories, 3)
    conversations = repositories.conversations
    assert await conversations.find_outbox(CAMPAIGN_ID, 10) == []
    await conversations.commit([speaking(one) for one in batch[:2]], "token")
    found = await conversations.find_outbox(CAMPAIGN_ID, 10)
    assert [one.outbox for one in found] == [(key_of(0),), (key_of(1),)]
    assert all(one.message_history for one in found)
    await conversations.clear_outbox([batch[0].id], "token")
    await conversations.clear_one_outbox(found[1])
    assert await conversations.find_outbox(CAMPAIGN_ID, 10) == []


async def test_an_outbox_that_was_committed_again_is_not_cleared(
    repositories: Repositories,
) -> None:
    (before,) = await _create(repositories, 1)
    conversations = repositories.conversations
    await conversations.commit([speaking(before)], "first")
    (read,) = await conversations.find_outbox(CAMPAIGN_ID, 10)
    follow_up = read.model_copy(update={"outbox": (*read.outbox, key_of(99))})
    await conversations.commit([Commit(read, follow_up)], "second")
    await conversations.clear_outbox([before.id], "first")
    await conversations.clear_one_outbox(read)
    (left,) = await conversations.find_outbox(CAMPAIGN_ID, 10)
    assert left.outbox == (key_of(0), key_of(99))
