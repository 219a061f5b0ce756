"""Requests that fill MongoDB's 16 MB: each ends, with as much of a reason as there is room for."""

from typing import Any

import pytest
from bson import encode
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


async def _stored(database: Database, request_id: Any = "request_1") -> dict[str, Any]:
    found = await database["agent_batch_requests"].find_one({"_id": request_id}, {"recipients": 0})
    assert found is not None
    return found


async def _claim(repositories: Repositories, owner: str = "worker", hours: float = 0) -> Any:
    return await repositories.requests.claim("request_1", CAMPAIGN, owner, at(hours), HOLD)


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
