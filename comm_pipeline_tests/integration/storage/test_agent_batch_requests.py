"""Batch requests: found, claimed once, settled, and read however large or odd they are."""

import asyncio
from typing import Any

import pytest
from bson import ObjectId, encode
from pymongo.errors import DocumentTooLarge

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, a_batch_request, at
from comm_pipeline_tests.integration.storage.documents import HOLD

pytestmark = pytest.mark.anyio

CAMPAIGN = CampaignId("campaign_request_1")
#: The most that MongoDB lets a document be, in bytes.
LIMIT = 16 * 1024 * 1024


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


async def test_fifty_thousand_recipients_come_in_their_order(
    database: Database, repositories: Repositories
) -> None:
    await _store(database, recipient_count=0, recipients=[f"user_{n}" for n in range(50_000)])
    position = 0
    async for entry in repositories.requests.stream_recipients("request_1"):
        assert entry == f"user_{position}"
        position += 1
    assert position == await repositories.requests.count_recipients("request_1") == 50_000
    assert await repositories.requests.find_doubled_recipients("request_1", 5) == []


async def test_recipients_are_streamed_from_a_position(
    database: Database, repositories: Repositories
) -> None:
    await _store(database, recipients=["a", None, {"id": "c"}, ["d"]])
    stream = repositories.requests.stream_recipients("request_1", skip=1)
    assert [entry async for entry in stream] == [None, {"id": "c"}, ["d"]]


@pytest.mark.parametrize("recipients", [None, "user_1", {"id": "user_1"}, 3])
async def test_recipients_that_are_no_list_are_not_counted(
    recipients: Any, database: Database, repositories: Repositories
) -> None:
    await _store(database, recipients=recipients)
    assert await repositories.requests.count_recipients("request_1") is None
    assert [one async for one in repositories.requests.stream_recipients("request_1")] == []


async def test_a_request_that_is_gone_has_no_recipients(repositories: Repositories) -> None:
    assert await repositories.requests.count_recipients("gone") is None
    assert [one async for one in repositories.requests.stream_recipients("gone")] == []


ONCE: list[Any] = ["a", {"id": "b"}, 3, {"id": 4}, ObjectId()]


@pytest.mark.parametrize(
    ("doubled", "names"),
    [
        pytest.param(["a"], ["a"], id="text"),
        pytest.param([{"id": "a", "contact_info": {}}], ["a"], id="text and object"),
        pytest.param(["3"], ["3"], id="number and text"),
        pytest.param([4], ["4"], id="number and object"),
        pytest.param([None, None], [], id="nulls"),
        pytest.param([{"id": None}, {"id": None}, {}, {}], [], id="objects without id"),
        pytest.param([["a"], ["a"], [["a"]], []], [], id="nested lists"),
        pytest.param([[{"id": "a"}], [{"id": "a"}]], [], id="objects in lists"),
        pytest.param([True, True, 1.5, 1.5, ONCE[-1]], [], id="what is no id"),
        pytest.param(["", "", "  ", "  "], [], id="empty texts"),
    ],
)
async def test_doubled_recipients_are_found_among_odd_entries(
    doubled: list[Any], names: list[str], database: Database, repositories: Repositories
) -> None:
    await _store(database, recipients=ONCE + doubled)
    assert await repositories.requests.find_doubled_recipients("request_1", 5) == names


async def test_no_more_doubled_recipients_than_asked_for(
    database: Database, repositories: Repositories
) -> None:
    await _store(database, recipients=["a", "b", "c"] * 2)
    assert len(await repositories.requests.find_doubled_recipients("request_1", 2)) == 2


def _full(free: int, **fields: Any) -> dict[str, Any]:
    """Return a request that leaves that many bytes of the 16 MB free."""
    request = a_batch_request(recipient_count=0, **fields)
    request = {name: value for name, value in request.items() if value is not None}
    request["recipients"] = [{"id": f"user_{n}", "note": "x" * 10_000} for n in range(1600)]
    request["padding"] = ""
    request["padding"] = "x" * (LIMIT - free - len(encode(request)))
    assert len(encode(request)) == LIMIT - free
    return request


@pytest.mark.parametrize(
    ("free", "error", "is_author_kept"),
    [
        pytest.param(0, None, False, id="not a byte"),
        pytest.param(10, None, True, id="room for the status"),
        pytest.param(30, "too large", True, id="room for a word"),
        pytest.param(60, "too large: fills 16 MB", True, id="room for a few words"),
    ],
)
async def test_a_request_too_large_for_a_claim_fails(
    free: int,
    error: str | None,
    is_author_kept: bool,
    database: Database,
    repositories: Repositories,
) -> None:
    await database["agent_batch_requests"].insert_one(_full(free))
    with pytest.raises(DocumentTooLarge):
        await _claim(repositories)
    assert (await _stored(database))["status"] == "new"
    await repositories.requests.fail_too_large("request_1")
    stored = await _stored(database)
    assert (stored["status"], stored.get("error")) == ("failed", error)
    assert ("created_by" in stored) is is_author_kept
    assert await repositories.requests.find_waiting(at(1), 10) == []


async def test_a_full_request_without_anything_to_drop_is_reported(
    database: Database, repositories: Repositories
) -> None:
    await database["agent_batch_requests"].insert_one(_full(0, created_by=None, created_at=None))
    with pytest.raises(DocumentTooLarge):
        await repositories.requests.fail_too_large("request_1")
    assert (await _stored(database))["status"] == "new"


async def test_a_request_too_large_for_its_error_is_settled_with_a_shorter_one(
    database: Database, repositories: Repositories
) -> None:
    await database["agent_batch_requests"].insert_one(_full(200))
    assert await _claim(repositories)
    failed = BatchRequestStatus.FAILED
    assert await repositories.requests.settle("request_1", failed, "bad " * 500, START)
    stored = await _stored(database)
    assert (stored["status"], stored["error"]) == ("failed", "no room for the reason")
    assert "claim" not in stored


async def test_any_request_that_can_be_claimed_can_be_settled(
    database: Database, repositories: Repositories
) -> None:
    """A claim fits or it does not; where it just fits, so does the shortest ending."""
    for free in range(100, 160, 4):
        await database["agent_batch_requests"].delete_many({})
        await database["agent_batch_requests"].insert_one(_full(free))
        try:
            await _claim(repositories, "w")
        except DocumentTooLarge:
            continue
        failed = BatchRequestStatus.FAILED
        assert await repositories.requests.settle("request_1", failed, "e" * 4000, START)
        return
    pytest.fail("no request took a claim")
