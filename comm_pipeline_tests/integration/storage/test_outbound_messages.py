"""The ledger: reserved once, taken by one, settled by whom it belongs to."""

import asyncio
from itertools import product

import pytest

from comm_pipeline.domain.ids import CampaignId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, at
from comm_pipeline_tests.integration.storage.documents import entry, key_of, settlement

pytestmark = pytest.mark.anyio

SENT, SENDING, QUEUED = DeliveryStatus.SENT, DeliveryStatus.SENDING, DeliveryStatus.QUEUED
WAITING = {DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED}


async def _reserve(repositories: Repositories, count: int) -> list[MessageKey]:
    entries = [entry(number) for number in range(count)]
    assert await repositories.ledger.reserve(entries) == count
    return [one.id for one in entries]


async def _get(repositories: Repositories, key: MessageKey) -> OutboundMessage:
    found = await repositories.ledger.get(key)
    assert found is not None
    return found


async def test_an_entry_comes_back_as_it_was_stored(repositories: Repositories) -> None:
    stored = entry(1, html="<p>Hello</p>", references=("<a@example.com>",))
    await repositories.ledger.reserve([stored])
    assert await repositories.ledger.get(stored.id) == stored
    assert await repositories.ledger.get(MessageKey("none")) is None


async def test_reserving_again_inserts_what_is_new_and_changes_nothing(
    repositories: Repositories,
) -> None:
    keys = await _reserve(repositories, 3)
    await repositories.ledger.mark_sending(keys[:1], "me", "email", START)
    again = [entry(number, text="another text") for number in range(5)]
    assert await repositories.ledger.reserve(again) == 2
    assert await repositories.ledger.reserve(again) == 0
    first = await _get(repositories, keys[0])
    assert (first.status, first.text) == (SENDING, entry(0).text)
    assert await repositories.ledger.reserve([]) == 0


async def test_many_reserve_the_same_and_each_entry_counts_once(
    database: Database, repositories: Repositories
) -> None:
    entries = [entry(number) for number in range(60)]
    counts = await asyncio.gather(
        *(repositories.ledger.reserve(entries[start : start + 40]) for start in (0, 10, 20, 20))
    )
    assert sum(counts) == await database["outbound_messages"].count_documents({}) == 60


async def test_two_owners_take_disjoint_messages(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 200)
    taken = await asyncio.gather(
        *(
            repositories.ledger.mark_sending(part, owner, "email", START)
            for owner, part in product(("one", "two"), (keys[:120], keys[80:]))
        )
    )
    assert sum(len(part) for part in taken) == 200
    assert set().union(*taken) == set(keys)
    for owner, part in zip(("one", "one", "two", "two"), taken, strict=True):
        for key in part:
            assert (await _get(repositories, key)).owner == owner


async def test_taking_counts_the_attempt_and_ends_the_wait(repositories: Repositories) -> None:
    (key,) = await _reserve(repositories, 1)
    assert await repositories.ledger.mark_sending([key], "me", "email", at(1)) == {key}
    taken = await _get(repositories, key)
    assert (taken.status, taken.attempts, taken.next_attempt_at) == (SENDING, 1, None)
    assert (taken.owner, taken.provider, taken.sending_at) == ("me", "email", at(1))
    assert await repositories.ledger.mark_sending([key], "you", "email", at(2)) == set()


@pytest.mark.parametrize("status", DeliveryStatus)
async def test_only_waiting_messages_are_taken(
    status: DeliveryStatus, repositories: Repositories
) -> None:
    await repositories.ledger.reserve([entry(1, status=status), entry(2)])
    keys = [key_of(1), key_of(2)]
    taken = await repositories.ledger.mark_sending(keys, "me", "email", START)
    assert (key_of(1) in taken) is (status in WAITING)
    assert key_of(2) in taken


async def test_messages_wait_longest_first(repositories: Repositories) -> None:
    due = [entry(number, next_attempt_at=at(-number)) for number in range(7)]
    not_due = [
        entry(8, next_attempt_at=at(1)),
        entry(9, next_attempt_at=None),
        entry(1, CampaignId("campaign_autumn")),
    ]
    await repositories.ledger.reserve([*due, *not_due])
    stream = repositories.ledger.stream_due(CAMPAIGN_ID, START, 3)
    batches = [batch async for batch in stream]
    assert [one for batch in batches for one in batch] == due[::-1]
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert await repositories.ledger.next_attempt_at(CAMPAIGN_ID) == at(-6)
    assert await repositories.ledger.count_due(CAMPAIGN_ID, START, 100) == 7


async def test_nothing_comes_twice_while_it_is_sent(repositories: Repositories) -> None:
    """Taken messages leave the index that is being read; deferred ones come back later in it."""
    keys = await _reserve(repositories, 300)
    seen: list[MessageKey] = []
    async for batch in repositories.ledger.stream_due(CAMPAIGN_ID, START, 20):
        taken = [one.id for one in batch]
        seen += taken
        assert await repositories.ledger.mark_sending(taken, "me", "email", START) == set(taken)
        deferred = DeliveryStatus.DEFERRED
        await repositories.ledger.settle(
            [settlement(key, deferred, next_attempt_at=at(1)) for key in taken], "me"
        )
    assert sorted(seen) == sorted(keys)


async def test_what_became_of_messages(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 2)
    await repositories.ledger.mark_sending(keys[:1], "me", "email", START)
    await repositories.ledger.settle([settlement(keys[0])], "me")
    facts = await repositories.ledger.delivery_facts([*keys, MessageKey("none")])
    assert {key: (one.status, one.at) for key, one in facts.items()} == {
        keys[0]: (SENT, at(1)),
        keys[1]: (QUEUED, START),
    }
    assert await repositories.ledger.count_by_status(CAMPAIGN_ID) == {"sent": 1, "queued": 1}


async def test_messages_are_found_by_their_message_ids(repositories: Repositories) -> None:
    await _reserve(repositories, 2)
    wanted = entry(1)
    found = await repositories.ledger.find_by_message_ids([wanted.message_id, "<other@x>"])
    assert list(found) == [wanted.message_id]
    assert found[wanted.message_id]["conversation_id"] == wanted.conversation_id


async def test_the_mark_keeps_who_a_message_is_from(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 4)
    senders = {keys[0]: "a@acme.example", keys[1]: "b@acme.example", keys[2]: None}
    ledger = repositories.ledger
    assert await ledger.mark_sending(keys, "me", "email", START, senders) == set(keys)
    kept = [(await _get(repositories, key)).sender for key in keys]
    assert kept == ["a@acme.example", "b@acme.example", None, None]
    assert {(await _get(repositories, key)).attempts for key in keys} == {1}


async def test_who_conversations_know_the_latest_first(repositories: Repositories) -> None:
    """Also of what nobody knows the end of; and not of another whose id begins alike."""
    own = entry(1).conversation_id
    said = [
        entry(1, id=MessageKey(f"{own}:awareness:{n}:first"), message_id=f"<{n}@acme.example>")
        for n in range(5)
    ]
    ledger = repositories.ledger
    await ledger.reserve([*said, entry(10), entry(2)])
    for hour, sender in enumerate(["a@acme.example", "b@acme.example", "a@acme.example", None]):
        key = said[hour].id
        await ledger.mark_sending([key], "gone", "email", at(hour), {key: sender})
    await ledger.resolve_interrupted(
        await _get(repositories, said[1].id), DeliveryStatus.UNKNOWN, "died", at(5)
    )
    await ledger.mark_sending([key_of(10)], "me", "email", START, {key_of(10): "c@acme.example"})
    asked = [own, entry(2).conversation_id]
    assert await ledger.senders_used(asked) == {own: ["a@acme.example", "b@acme.example"]}
    assert await ledger.senders_used([]) == {}
