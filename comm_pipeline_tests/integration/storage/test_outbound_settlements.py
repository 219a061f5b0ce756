"""What becomes of offers: settled by whom they belong to, in the order that the table allows."""

import asyncio

import pytest

from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DELIVERY_TRANSITIONS, DeliveryStatus
from comm_pipeline.storage.outbound_messages import Postponement
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


async def test_each_of_many_gets_what_was_said_of_it(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 205)  # more than one update settles
    mine, other = keys[:-1], keys[-1]
    await repositories.ledger.mark_sending(mine, "me", "email", START)
    await repositories.ledger.mark_sending([other], "you", "email", START)
    await repositories.ledger.settle(
        [
            settlement(
                key,
                SENT if number % 2 else DeliveryStatus.BOUNCED,
                reason=f"$reason {number}",
                raw={"$words": {"a.b": number}},
            )
            for number, key in enumerate(keys)
        ],
        "me",
    )
    found = [await _get(repositories, key) for key in keys]
    assert found[-1].status is SENDING
    for number, one in enumerate(found[:-1]):
        assert one.status is (SENT if number % 2 else DeliveryStatus.BOUNCED)
        assert one.reason == f"$reason {number}"
        assert (one.model_extra or {})["provider_answer"] == {"$words": {"a.b": number}}


@pytest.mark.parametrize("current", DeliveryStatus)
async def test_outcomes_follow_the_table_only(
    current: DeliveryStatus, repositories: Repositories
) -> None:
    following = list(DeliveryStatus)
    entries = [entry(n, status=current, owner="me") for n in range(len(following))]
    await repositories.ledger.reserve(entries)
    await repositories.ledger.settle(
        [settlement(one.id, status) for one, status in zip(entries, following, strict=True)], "me"
    )
    for one, status in zip(entries, following, strict=True):
        is_legal = status in DELIVERY_TRANSITIONS[current]
        assert (await _get(repositories, one.id)).status is (status if is_legal else current)


async def test_only_the_owner_settles(repositories: Repositories) -> None:
    (key,) = await _reserve(repositories, 1)
    await repositories.ledger.mark_sending([key], "me", "email", START)
    await repositories.ledger.settle([settlement(key)], "you")
    assert (await _get(repositories, key)).status is SENDING
    answer = settlement(key, provider_message_id="p1", raw={"code": 250})
    await repositories.ledger.settle([answer], "me")
    settled = await _get(repositories, key)
    assert (settled.status, settled.provider_message_id) == (SENT, "p1")
    assert (settled.model_extra or {})["provider_answer"] == {"code": 250}


@pytest.mark.parametrize("current", DeliveryStatus)
async def test_only_waiting_messages_are_withheld_or_postponed(
    current: DeliveryStatus, repositories: Repositories
) -> None:
    await repositories.ledger.reserve([entry(1, status=current), entry(2, status=current)])
    cancelled = DeliveryStatus.CANCELLED
    await repositories.ledger.withhold([settlement(key_of(1), cancelled)])
    await repositories.ledger.postpone([Postponement(key_of(2), at(5), "night")], START)
    is_waiting = current in WAITING
    assert (await _get(repositories, key_of(1))).status is (cancelled if is_waiting else current)
    assert (await _get(repositories, key_of(2))).next_attempt_at == at(5 if is_waiting else 0)


async def test_a_message_is_withheld_or_taken_but_not_both(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 100)
    cancelled = [settlement(key, DeliveryStatus.CANCELLED) for key in reversed(keys)]
    taken, _ = await asyncio.gather(
        repositories.ledger.mark_sending(keys, "me", "email", START),
        repositories.ledger.withhold(cancelled),
    )
    for key in keys:
        status = (await _get(repositories, key)).status
        assert status is (SENDING if key in taken else DeliveryStatus.CANCELLED)


async def test_what_a_dead_owner_was_offering_is_resolved_once(
    repositories: Repositories,
) -> None:
    keys = await _reserve(repositories, 3)
    await repositories.ledger.mark_sending(keys[:2], "dead", "email", START)
    await repositories.ledger.mark_sending(keys[2:], "me", "email", START)
    left = await repositories.ledger.find_interrupted(CAMPAIGN_ID, "me", 10)
    assert [one.id for one in left] == keys[:2]
    for one, status in zip(left, (DeliveryStatus.UNKNOWN, DeliveryStatus.DEFERRED), strict=True):
        await repositories.ledger.resolve_interrupted(one, status, "died", at(1))
    unknown, deferred = [await _get(repositories, key) for key in keys[:2]]
    assert (unknown.status, unknown.next_attempt_at) == (DeliveryStatus.UNKNOWN, None)
    assert (deferred.status, deferred.next_attempt_at) == (DeliveryStatus.DEFERRED, at(1))
    assert await repositories.ledger.find_interrupted(CAMPAIGN_ID, "me", 10) == []


async def test_the_late_outcome_of_an_unknown_offer_still_counts(
    repositories: Repositories,
) -> None:
    (key,) = await _reserve(repositories, 1)
    await repositories.ledger.mark_sending([key], "slow", "email", START)
    (left,) = await repositories.ledger.find_interrupted(CAMPAIGN_ID, "me", 10)
    await repositories.ledger.resolve_interrupted(left, DeliveryStatus.UNKNOWN, "died", at(1))
    await repositories.ledger.settle([settlement(key)], "slow")
    assert (await _get(repositories, key)).status is SENT


async def test_an_offer_that_was_taken_again_is_not_resolved(repositories: Repositories) -> None:
    (key,) = await _reserve(repositories, 1)
    await repositories.ledger.mark_sending([key], "slow", "email", START)
    (left,) = await repositories.ledger.find_interrupted(CAMPAIGN_ID, "me", 10)
    deferred = settlement(key, DeliveryStatus.DEFERRED, next_attempt_at=at(0))
    await repositories.ledger.settle([deferred], "slow")
    await repositories.ledger.mark_sending([key], "slow", "email", at(1))
    await repositories.ledger.resolve_interrupted(left, DeliveryStatus.UNKNOWN, "died", at(1))
    assert (await _get(repositories, key)).status is SENDING


async def test_refusals_are_found_until_they_are_handled(repositories: Repositories) -> None:
    keys = await _reserve(repositories, 3)
    await repositories.ledger.mark_sending(keys, "me", "email", START)
    bounced = DeliveryStatus.BOUNCED
    refused = [settlement(key, bounced, is_handled=False) for key in keys[:2]]
    await repositories.ledger.settle([*refused, settlement(keys[2])], "me")
    found = await repositories.ledger.find_unhandled(CAMPAIGN_ID, 10)
    assert [one.id for one in found] == keys[:2]
    await repositories.ledger.mark_handled(keys[:2])
    assert await repositories.ledger.find_unhandled(CAMPAIGN_ID, 10) == []


async def test_alike_and_different_outcomes_are_written_together(
    repositories: Repositories,
) -> None:
    keys = await _reserve(repositories, 6)
    await repositories.ledger.mark_sending(keys[:5], "me", "email", START)
    outcomes = [
        *(settlement(key, reason="250 accepted") for key in keys[:2]),
        settlement(keys[2], reason="250 queued as 7"),
        settlement(keys[3], reason="250 accepted", provider_message_id="p3"),
        settlement(keys[4], reason="250 accepted", raw={"code": 250}),
        settlement(keys[5], reason="250 accepted"),
    ]
    await repositories.ledger.settle(outcomes, "me")
    found = [await _get(repositories, key) for key in keys]
    assert [one.status for one in found] == [SENT] * 5 + [DeliveryStatus.QUEUED]
    assert [one.reason for one in found[:3]] == ["250 accepted"] * 2 + ["250 queued as 7"]
    assert [one.provider_message_id for one in found] == [None, None, None, "p3", None, None]
    answers = [(one.model_extra or {}).get("provider_answer") for one in found]
    assert answers == [None, None, None, None, {"code": 250}, None]
