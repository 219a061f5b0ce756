"""Commits that are written together come to the same as each alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Wait
from comm_pipeline.domain.transition import record
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, at
from comm_pipeline_tests.integration.storage.documents import conversation, said_in, speaking

pytestmark = pytest.mark.anyio

#: What an expression of the database would take for its own.
_AWKWARD: dict[str, Any] = {
    "response": {"name": "$status", "$price": {"$add": [1, 2]}, "a.b": "$$ROOT", "": None},
    "available_stages": ["$current_stage"],
}


def _several(count: int) -> list[Commit]:
    """Return commits of every kind, as many as are written by more than one update."""
    commits = []
    for number in range(count):
        commit = speaking(conversation(number))
        if number % 3 == 0:
            changes = {"context": _AWKWARD, "reason": "$reason", "next_action_at": None}
            commit = replace(commit, after=commit.after.model_copy(update=changes))
        if number % 4 == 0:
            commit = replace(commit, entries=())
        records = tuple(record(Wait("r", f"$decisions {n}", at(n)), START) for n in range(number))
        commits.append(replace(commit, decisions=records))
    return commits


async def _stored(repositories: Repositories, commits: Sequence[Commit]) -> list[dict[str, Any]]:
    conversations = repositories.conversations
    return [await conversations.get_conversation_state(one.before.id) for one in commits]


async def test_together_is_the_same_as_each_alone(repositories: Repositories) -> None:
    commits, conversations = _several(230), repositories.conversations
    await conversations.create_many(one.before for one in commits)
    for commit in commits:
        await conversations.commit([commit], "token")
    alone = await _stored(repositories, commits)
    await conversations._collection.delete_many({})
    await conversations.create_many(one.before for one in commits)
    everybody = {one.before.id for one in commits}
    assert await conversations.commit(commits, "token") == everybody
    together = await _stored(repositories, commits)
    assert together == alone
    assert [list(one) for one in together] == [list(one) for one in alone]


async def test_versions_may_differ(repositories: Repositories) -> None:
    batch, conversations = [conversation(number) for number in range(9)], repositories.conversations
    await conversations.create_many(batch)
    for turn in range(1, 4):
        await conversations.commit([speaking(one) for one in batch[turn::3]], f"turn {turn}")
    ids = [one.id for one in batch]
    current = list((await conversations.load(ids)).values())
    assert len({one.version for one in current}) > 1
    assert await conversations.commit([_silent(one) for one in current], "last") == set(ids)
    for one in current:
        stored = await conversations.get_conversation_state(one.id)
        assert (stored["version"], stored["reason"]) == (one.version + 1, "said nothing")


def _silent(before: Conversation) -> Commit:
    return Commit(before, before.model_copy(update={"reason": "said nothing"}))


@pytest.mark.parametrize("field", ["message_history", "decisions"])
@pytest.mark.parametrize("damage", ["nothing", 7, None, {"0": "first"}])
async def test_what_is_no_list_is_no_list_together_either(
    repositories: Repositories, field: str, damage: object
) -> None:
    """The others are not hurt: whoever commits finds out which one it is."""
    batch, conversations = [conversation(number) for number in range(3)], repositories.conversations
    await conversations.create_many(batch)
    damaged = {"_id": batch[1].id}
    await conversations._collection.update_one(damaged, {"$set": {field: damage}})
    with pytest.raises(BulkWriteError):
        await conversations.commit([_recorded(one) for one in batch], "token")
    assert (await conversations.get_conversation_state(batch[1].id))[field] == damage
    for one in (batch[0], batch[2]):
        assert len(said_in(await conversations.get_conversation_state(one.id))) <= 1


def _recorded(before: Conversation) -> Commit:
    return replace(speaking(before), decisions=(record(Wait("r", "why", None), START),))


async def test_a_list_that_is_missing_is_begun(repositories: Repositories) -> None:
    (before,) = batch = [conversation(1)]
    conversations = repositories.conversations
    await conversations.create_many(batch)
    await conversations._collection.update_one(
        {"_id": before.id}, {"$unset": {"message_history": 1, "decisions": 1}}
    )
    assert await conversations.commit([_recorded(before)], "token") == {before.id}
    assert len(said_in(await conversations.get_conversation_state(before.id))) == 1
