"""Handing over what is held about an address: whole documents of the person, mentions elsewhere."""

import pytest

from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.services.exporting import export_person
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.forgetting import (
    ADDRESS,
    KEY,
    PHONE,
    a_life_of_letters,
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
