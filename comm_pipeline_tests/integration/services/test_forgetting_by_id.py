"""Forgetting whom no address leads to: by the id of a contact, by the entry of a request."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.services.exporting import export_person
from comm_pipeline.storage.connection import Database
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.fault_injection import Fuse
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.forgetting import (
    ADDRESS,
    KEY,
    PHONE,
    everything_in,
    forgetting_of,
    traces_in,
)
from comm_pipeline_tests.integration.services.test_forgetting import is_killed

pytestmark = pytest.mark.anyio

ZORA = {"first_name": "Zora", "last_name": "Quill"}
BO = {"id": "user_2", "contact_info": {"email": "bo@example.com", "first_name": "Bo"}}
NEWER = "new.quill@example.org"
MISTYPED = "zora.quill@example,com"


@pytest.fixture
async def pipeline(mongodb_uri: str, database_name: str) -> AsyncIterator[Pipeline]:
    settings = {"forget_key": KEY, "max_concurrent_campaigns": 100}
    async with a_pipeline(mongodb_uri, database_name, **settings) as opened:
        yield opened


@pytest.fixture
def database(pipeline: Pipeline) -> Database:
    return pipeline.repositories.campaigns._collection.database


async def put_contact(pipeline: Pipeline, **info: Any) -> None:
    await pipeline.repositories.contacts.put([{"_id": "user_1", "contact_info": info}])


async def a_contact_that_moved(pipeline: Pipeline, **name: str) -> None:
    """Write to whom a request names by the id alone, and then give the contact a newer address."""
    await put_contact(pipeline, email=ADDRESS, **ZORA)
    await pipeline.insert(a_batch_request(_id="by_id", recipients=["user_1", BO]))
    await pipeline.sweep()
    await pipeline.run_until_quiet()
    await put_contact(pipeline, email=NEWER, **name)


async def test_a_contact_whose_address_changed_is_found_by_its_id(
    pipeline: Pipeline, database: Database
) -> None:
    await a_contact_that_moved(pipeline, **ZORA)

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.addresses, report.erased["contacts"], report.left) == (2, 1, [])
    assert await traces_in(database, NEWER) == []
    pipeline.channel.sent.clear()
    await put_contact(pipeline, email=NEWER)
    await pipeline.insert(a_batch_request(_id="later", recipients=["user_1"]))
    await pipeline.run_until_quiet()
    assert pipeline.channel.sent == []


async def test_a_contact_leads_to_what_was_written_to_it_at_another_address(
    pipeline: Pipeline, database: Database
) -> None:
    await a_contact_that_moved(pipeline, **ZORA)
    await pipeline.insert(a_batch_request(_id="second", recipients=["user_1"]))
    await pipeline.sweep()
    await put_contact(pipeline, phone=PHONE)

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.addresses, report.erased["conversation_states"], report.left) == (3, 2, [])
    assert await traces_in(database, NEWER) == []


@pytest.mark.parametrize("name", [{"name": "Ada Quill"}, {"first_name": "Ada"}])
async def test_whoever_has_the_id_and_another_name_is_left_and_told(
    pipeline: Pipeline, database: Database, name: dict[str, str]
) -> None:
    await a_contact_that_moved(pipeline, **name)

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert report.addresses == 1
    assert [one.partition(":")[0] for one in report.left] == ["contacts, _id user_1"]
    assert await database["contacts"].count_documents({"contact_info.email": NEWER}) == 1


async def test_an_entry_with_the_id_of_a_contact_and_another_name_is_left(
    pipeline: Pipeline, database: Database
) -> None:
    """Another service counts its recipients, too."""
    await put_contact(pipeline, email=ADDRESS, **ZORA)
    info = {"email": NEWER, "first_name": "Ada", "last_name": "Byron"}
    await pipeline.insert(a_batch_request(recipients=[{"id": "user_1", "contact_info": info}, BO]))
    await pipeline.sweep()

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.addresses, report.open_conversations, report.left) == (1, 0, [])
    request = await database["agent_batch_requests"].find_one()
    assert request is not None
    assert request["recipients"][0]["contact_info"] == info


async def a_mistyped_address(pipeline: Pipeline) -> None:
    info = {"email": MISTYPED, "phone": PHONE, **ZORA}
    entry = {"id": "user_1", "contact_info": info}
    await pipeline.insert(a_batch_request(_id="mistyped", recipients=[entry, BO]))
    await pipeline.sweep()
    await pipeline.run_until_quiet()


async def test_what_was_said_of_a_mistyped_address_is_erased(
    pipeline: Pipeline, database: Database
) -> None:
    await a_mistyped_address(pipeline)
    texts = await everything_in(database)
    assert {name for name, text in texts.items() if MISTYPED in text} >= {
        "agent_batch_requests",
        "campaigns",
        "conversation_states",
    }
    forgetting = forgetting_of(pipeline, database)
    plan = await forgetting.plan(PHONE)

    report = await forgetting.forget(PHONE)

    assert report.left == []
    assert report.erased == plan.erased
    assert await traces_in(database, MISTYPED) == []
    campaign = await database["campaigns"].find_one()
    assert campaign is not None
    (finding,) = campaign["findings"]["first"]
    assert (finding["recipient"], finding["message"]) == ("user_1", "[erased]")


@pytest.mark.parametrize(("live", "asked_by"), [("moved", ADDRESS), ("mistyped", PHONE)])
async def test_what_led_on_outlives_what_it_led_to_when_a_process_dies(
    pipeline: Pipeline, database: Database, live: str, asked_by: str
) -> None:
    if live == "moved":
        await a_contact_that_moved(pipeline, **ZORA)
    else:
        await a_mistyped_address(pipeline)
    died = 0
    while await is_killed(pipeline, database, Fuse(at=died + 1), asked_by):
        died += 1
        assert died < 100
    assert died > 5
    assert await traces_in(database, NEWER, MISTYPED) == []


async def test_numbers_that_are_stored_as_such_and_escaped_addresses_are_found(
    pipeline: Pipeline, database: Database
) -> None:
    number = int(PHONE[1:])
    await put_contact(pipeline, email=ADDRESS, phone=PHONE)
    await pipeline.repositories.contacts.put([{"_id": 8, "contact_info": {"phone": number}}])
    others = [
        {"_id": 1, "phone": number, "small": 7},
        {"_id": 2, "phones": [float(number)]},
        {"_id": 3, "html": f"<a href='mailto:{ADDRESS.replace('@', '%40')}'>"},
        {"_id": 4, "text": "call +49 (0) 1515 - 551 23 45"},
        {"_id": 5, "phone": number + 1},
    ]
    await database["others"].insert_many(others)
    handed_over = await export_person(database, pipeline.repositories, ADDRESS, pipeline.clock())
    assert {one["_id"] for one in handed_over["mentions"]} == {1, 2, 3, 4}
    assert {one["_id"] for one in handed_over["documents"]["contacts"]} == {"user_1", 8}

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.erased["others"], report.erased["contacts"], report.left) == (4, 2, [])
    pseudonym, left = Pseudonyms(KEY).of(PHONE), await database["others"].find().to_list()
    assert left[:2] == [
        {"_id": 1, "phone": pseudonym, "small": 7},
        {"_id": 2, "phones": [pseudonym]},
    ]
    assert left[3:] == [{"_id": 4, "text": f"call {pseudonym}"}, others[4]]
    assert ADDRESS.partition("@")[0] not in json.dumps(left)


@pytest.mark.parametrize("shape", ["by key", "by address", "alone"])
async def test_recipients_that_are_no_list_are_erased_too(
    pipeline: Pipeline, database: Database, shape: str
) -> None:
    info = {"email": ADDRESS, **ZORA, "notes": "a secret plan"}
    entry = {"id": "user_1", "contact_info": info, "context": {"about": "a secret plan"}}
    shapes = {"by key": {"first": entry, "second": BO}, "by address": {ADDRESS: entry, "b": BO}}
    await pipeline.insert(a_batch_request(recipients=shapes.get(shape, entry)))
    await pipeline.sweep()

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.erased["agent_batch_requests"], report.left) == (1, [])
    assert await traces_in(database) == []
    kept = (await everything_in(database))["agent_batch_requests"]
    assert ("bo@example.com" in kept) == (shape != "alone")


async def test_what_cannot_be_replaced_is_told(pipeline: Pipeline, database: Database) -> None:
    await database["others"].insert_one({"_id": 1, "raw": f"to {ADDRESS}".encode()})
    report = await forgetting_of(pipeline, database).forget(ADDRESS)
    assert report.left == ["others, _id 1: raw"]
