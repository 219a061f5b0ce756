"""The recipients of a request: streamed in order, however many and however odd they are."""

from typing import Any

import pytest
from bson import ObjectId

from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request

pytestmark = pytest.mark.anyio


async def _store(database: Database, **overrides: Any) -> dict[str, Any]:
    request = a_batch_request(**overrides)
    await database["agent_batch_requests"].insert_one(request)
    return request


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
