"""Handing over what is held about an address: whole documents of the person, mentions elsewhere."""

import pytest

from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.services.exporting import export_person
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.forgetting import (
    ADDRESS,
    KEY,
    PHONE,
    a_life_of_letters,
    everything_in,
    forgetting_of,
    the_person,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(pipeline: Pipeline) -> Database:
    return pipeline.repositories.campaigns._collection.database


@pytest.mark.parametrize("asked_by", ["Zora.Quill@example.com", PHONE])
async def test_everything_about_an_address_is_handed_over(
    pipeline: Pipeline, database: Database, asked_by: str
) -> None:
    campaign_id = await a_life_of_letters(pipeline)
    await pipeline.repositories.suppressions.add(ADDRESS, "by phone", "op", pipeline.clock())

    found = await export_person(database, pipeline.repositories, asked_by, pipeline.clock())

    assert {found["address"], *found["other_addresses"]} == {ADDRESS, PHONE}
    documents = found["documents"]
    assert {name: len(held) for name, held in documents.items()} == {
        "agent_batch_requests": 1,
        "contacts": 1,
        "conversation_states": 1,
        "delivery_reports": 1,
        "escalations": 1,
        "inbound_messages": 2,
        "outbound_messages": len(pipeline.channel.texts_to(ADDRESS)),
        "suppressions": 1,
    }
    assert documents["agent_batch_requests"][0]["recipient"] == the_person()
    (conversation,) = documents["conversation_states"]
    assert conversation["_id"] == f"{campaign_id}:user_1"
    assert "secret plan" in str(conversation["message_history"])
    places = {(one["collection"], one["field"]) for one in found["mentions"]}
    assert places >= {("operator_alerts", "message"), ("inbound_messages", "text")}
    assert "bo@example.com" not in str(documents)


async def test_of_a_forgotten_address_only_the_suppression_is_held(
    pipeline: Pipeline, database: Database
) -> None:
    await a_life_of_letters(pipeline)
    await forgetting_of(pipeline, database).forget(ADDRESS)
    repositories = Repositories.of(database, Pseudonyms(KEY))

    found = await export_person(database, repositories, ADDRESS, pipeline.clock())

    assert list(found["documents"]) == ["suppressions"]
    assert found["mentions"] == []


@pytest.mark.parametrize("asked_by", ["zora@bücher.example", "Zora@xn--bcher-kva.example"])
async def test_an_international_domain_leads_to_both_of_its_forms(
    pipeline: Pipeline, database: Database, asked_by: str
) -> None:
    in_ascii = "zora@xn--bcher-kva.example"
    info = {"email": "zora@bücher.example", "first_name": "Zora"}
    await pipeline.insert(a_batch_request(recipients=[{"id": "user_1", "contact_info": info}]))
    await pipeline.sweep()
    await database["conversation_states"].update_many({}, {"$set": {"address": in_ascii}})
    await database["outbound_messages"].update_many({}, {"$set": {"address": in_ascii}})
    await database["suppressions"].insert_one({"_id": in_ascii, "reason": "by phone"})

    found = await export_person(database, pipeline.repositories, asked_by, pipeline.clock())

    assert (found["address"], found["other_addresses"]) == ("zora@bücher.example", [])
    assert found["mentions"] == []
    assert {name: len(held) for name, held in found["documents"].items()} == dict.fromkeys(
        ("agent_batch_requests", "conversation_states", "outbound_messages", "suppressions"), 1
    )
    report = await forgetting_of(pipeline, database).forget(asked_by)
    assert (report.addresses, report.left) == (1, [])
    everything = " ".join((await everything_in(database)).values())
    assert "zora" not in everything
