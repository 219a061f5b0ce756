"""MongoDB's operators in what strangers write: they are text, or fail alone, and never a query.

An operator that reached a query would match somebody else: the innocent, whose conversation, reply
and suppression must stay as they are.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from bson import Code, ObjectId, Regex

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

CAMPAIGN = "campaign_request_1"
INNOCENT = {"id": "innocent", "contact_info": {"email": "ivy@example.com", "first_name": "Ivy"}}
OPERATORS: tuple[Any, ...] = (
    {"$gt": ""},
    {"$ne": None},
    {"$regex": ".*"},
    {"$where": "sleep(5000) || true"},
    {"$in": ["innocent", "ivy@example.com"]},
    {"$expr": {"$eq": [1, 1]}},
    ["innocent", {"$gt": ""}],
    Regex(".*"),
    Code("function() { return true }"),
    ObjectId(),
    "$address",
    "$$ROOT",
    "{'$gt': ''}",
    "innocent\x00",
    "a.$[].b",
)


def known(number: int) -> dict[str, Any]:
    return {"email": f"sam{number}@example.com", "first_name": "Sam"}


async def begun(pipeline: Pipeline, *hostile: Any) -> None:
    await pipeline.insert(a_batch_request(recipients=[*hostile, INNOCENT]))
    await pipeline.sweep()


async def assert_the_innocent_goes_on(pipeline: Pipeline) -> None:
    state = await pipeline.conversation(CAMPAIGN, "innocent")
    assert (state["status"], state["outcome"]) == ("active", None)
    assert state["metrics"]["messages_received"] == 0
    assert len(pipeline.channel.texts_to("ivy@example.com")) == 1
    suppressed = await pipeline.repositories.suppressions.find(["ivy@example.com"])
    assert suppressed == {}


def recipient(place: str, number: int, operator: Any) -> Any:
    """Return a recipient with an operator at a place."""
    entry: Any = {"id": f"sam{number}", "contact_info": known(number)}
    name = str(operator).replace("\x00", "")
    if place == "entry":
        return operator
    if place == "id":
        return entry | {"id": operator}
    if place == "context":
        return entry | {"context": {"about": operator}}
    named = {"key": {f"${name}": "x"}, "dotted_key": {f"a.{name}.$gt": "x"}}
    entry["contact_info"] |= named.get(place, {place: operator})
    return entry


@pytest.mark.parametrize(
    "place", ["id", "entry", "email", "phone", "first_name", "context", "key", "dotted_key"]
)
async def test_recipients_made_of_operators_concern_nobody_else(
    pipeline: Pipeline, place: str
) -> None:
    await begun(pipeline, *(recipient(place, n, one) for n, one in enumerate(OPERATORS)))
    await assert_the_innocent_goes_on(pipeline)
    counts = await pipeline.repositories.conversations.count_by_status(CAMPAIGN)
    assert sum(counts.values()) == len(OPERATORS) + 1


def _may_be_an_id(value: Any) -> bool:
    return not isinstance(value, dict | list | Regex)


def documents(place: str, others: Mapping[str, Any]) -> list[Doc]:
    """Return documents with an operator each at a place, as far as MongoDB takes them."""
    return [
        {**others, "_id": f"hostile_{number}", place: operator}
        for number, operator in enumerate(OPERATORS)
        if place != "_id" or _may_be_an_id(operator)
    ]


async def test_replies_made_of_operators_concern_nobody_else(pipeline: Pipeline) -> None:
    await begun(pipeline, {"id": "sam", "contact_info": known(1)})
    reply = {"text": "STOP", "received_at": pipeline.clock()}
    collection = pipeline.repositories.inbound._collection
    for place in (
        *("_id", "campaign_id", "recipient_id", "conversation_id", "from_address", "in_reply_to"),
        *("references", "to_plus", "kind", "report", "status", "message_id"),
    ):
        await collection.insert_many(documents(place, reply))
        await pipeline.sweep()
        await assert_the_innocent_goes_on(pipeline)
        await collection.delete_many({})


async def test_reports_made_of_operators_concern_nobody_else(pipeline: Pipeline) -> None:
    await begun(pipeline, {"id": "sam", "contact_info": known(1)})
    collection = pipeline.repositories.provider_reports._collection
    for place in ("idempotency_key", "message_id", "provider_message_id", "event", "next_look_at"):
        named = {} if place.endswith(("key", "_id")) else {"message_id": "<nobody@example.com>"}
        await collection.insert_many(documents(place, {"event": "bounced"} | named))
        await pipeline.sweep()
        await assert_the_innocent_goes_on(pipeline)
        await collection.delete_many({})


@pytest.mark.parametrize("place", ["template_id", "name", "campaign_type", "context_data"])
async def test_requests_made_of_operators_concern_no_other(pipeline: Pipeline, place: str) -> None:
    await begun(pipeline)
    hostile = a_batch_request(recipients=[INNOCENT | {"id": "other"}])
    hostile["recipients"][0]["contact_info"] = known(1)
    if place == "template_id":
        hostile.pop("template", None)
    await pipeline.repositories.requests._collection.insert_many(documents(place, hostile))
    await pipeline.sweep_with_failures()
    await assert_the_innocent_goes_on(pipeline)


async def test_ids_that_people_type_are_only_text(pipeline: Pipeline) -> None:
    await begun(pipeline)
    repositories = pipeline.repositories
    for name in ("$set", "a.b", "$where", "x\x00y", "_id.$gt"):
        assert await repositories.inbound.get_status(name) is None
        assert await repositories.contacts.find([name]) == {}
        assert await repositories.requests.find_for_campaign(CampaignId(name)) is None
    await assert_the_innocent_goes_on(pipeline)
