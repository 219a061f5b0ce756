"""Batch requests: found, claimed once, and settled."""

import asyncio
from typing import Any

import pytest
from bson import ObjectId

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, a_batch_request, at
from comm_pipeline_tests.integration.storage.documents import HOLD

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")


async def _store(database: Database, **overrides: Any) -> dict[str, Any]:
    request = a_batch_request(**overrides)
    await database["agent_batch_requests"].insert_one(request)
    return request


async def _stored(database: Database, request_id: Any = "request_1") -> dict[str, Any]:
    found = await database["agent_batch_requests"].find_one({"_id": request_id}, {"recipients": 0})
    assert found is not None
    return found


async def _claim(repositories: Repositories, owner: str = "worker", hours: float = 0) -> Any:
    return await repositories.requests.claim("request_1", CAMPAIGN, owner, at(hours), HOLD)


async def test_a_request_is_inserted_once(repositories: Repositories) -> None:
    assert await repositories.requests.insert(a_batch_request())
    assert not await repositories.requests.insert(a_batch_request(name="another"))
    (waiting,) = await repositories.requests.find_waiting(START, 10)
    assert waiting["_id"] == "request_1"


async def test_many_claim_and_one_wins(database: Database, repositories: Repositories) -> None:
    await _store(database)
    claims = await asyncio.gather(*(_claim(repositories, f"worker_{n}") for n in range(30)))
    (won,) = [claim for claim in claims if claim is not None]
    assert won["claim"] == {
        "owner": (await _stored(database))["claim"]["owner"],
        "until": START + HOLD,
        "attempts": 1,
    }
    assert won["campaign_id"] == CAMPAIGN
    assert "recipients" not in won


async def test_many_take_over_a_dead_claim_and_one_wins(
    database: Database, repositories: Repositories
) -> None:
    await _store(database)
    await _claim(repositories, "dead")
    claims = await asyncio.gather(*(_claim(repositories, f"w_{n}", 1) for n in range(30)))
    (won,) = [claim for claim in claims if claim is not None]
    assert won["claim"]["attempts"] == 2


@pytest.mark.parametrize(
    "left",
    ["theirs", 5, ["a"], None, {}, {"attempts": 5}, {"attempts": "many"}, {"note": "$status"}],
    ids=repr,
)
async def test_the_claim_of_a_new_request_is_somebody_elses(
    database: Database, repositories: Repositories, left: Any
) -> None:
    """It may also be left from before somebody set the status to new: processing begins anew."""
    await _store(database, claim=left)
    claimed = await _claim(repositories, "$status")
    assert claimed["claim"] == {"owner": "$status", "until": START + HOLD, "attempts": 1}
    assert (await _claim(repositories, hours=1))["claim"]["attempts"] == 2


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(2, 3), (2.0, 3), (float("nan"), 1), (-7, 1), (2**62, 1), ("2", 1), (None, 1)],
)
async def test_deaths_are_counted_whoever_wrote_the_number(
    database: Database, repositories: Repositories, attempts: Any, expected: int
) -> None:
    claim = {"owner": "dead", "until": START, "attempts": attempts}
    await _store(database, status="processing", claim=claim)
    assert (await _claim(repositories, hours=1))["claim"]["attempts"] == expected


async def test_what_is_claimed_or_settled_is_not_waiting(
    database: Database, repositories: Repositories
) -> None:
    await _store(database)
    assert [one["_id"] for one in await repositories.requests.find_waiting(START, 10)] == [
        "request_1"
    ]
    await _claim(repositories)
    assert await repositories.requests.find_waiting(START, 10) == []
    assert len(await repositories.requests.find_waiting(at(1), 10)) == 1
    await repositories.requests.settle("request_1", BatchRequestStatus.COMPLETED, None, START)
    assert await repositories.requests.find_waiting(at(1), 10) == []
    assert await _claim(repositories, hours=1) is None


async def test_the_request_of_another_service_is_left_alone(
    database: Database, repositories: Repositories
) -> None:
    await _store(database, servicetype="translation")
    assert await repositories.requests.find_waiting(START, 10) == []
    assert await _claim(repositories) is None


@pytest.mark.parametrize("request_id", [ObjectId("65e2f0a1b2c3d4e5f6a7b8c9"), 42, "42", "007"])
async def test_a_request_is_claimed_by_its_id_as_text(
    request_id: Any, database: Database, repositories: Repositories
) -> None:
    await _store(database, _id=request_id)
    claimed = await repositories.requests.claim(str(request_id), CAMPAIGN, "me", START, HOLD)
    assert claimed is not None
    assert claimed["_id"] == request_id


async def test_a_number_has_one_way_to_be_written(
    database: Database, repositories: Repositories
) -> None:
    await _store(database, _id=7)
    for text in ("007", "7.0", "9" * 30):
        assert await repositories.requests.claim(text, CAMPAIGN, "me", START, HOLD) is None


async def test_settling_ends_the_claim_and_happens_once(
    database: Database, repositories: Repositories
) -> None:
    await _store(database)
    await _claim(repositories)
    failed = BatchRequestStatus.FAILED
    assert await repositories.requests.settle("request_1", failed, "no recipients", at(1))
    completed = BatchRequestStatus.COMPLETED
    assert not await repositories.requests.settle("request_1", completed, None, at(2))
    stored = await _stored(database)
    assert (stored["status"], stored["error"]) == ("failed", "no recipients")
    assert stored["processed_at"] == at(1)
    assert "claim" not in stored


async def test_a_request_is_found_by_its_campaign(
    database: Database, repositories: Repositories
) -> None:
    await _store(database)
    assert await repositories.requests.find_for_campaign(CAMPAIGN) is None
    await _claim(repositories)
    found = await repositories.requests.find_for_campaign(CAMPAIGN)
    assert found is not None
    assert found["_id"] == "request_1"
