"""Forgetting a person: nothing reminds of them, counts agree, and nobody writes to them again."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure, InvalidInputError
from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.personal_documents import PersonalDocuments
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.fault_injection import Fuse, FusedDatabase, Killed, fused
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.forgetting import (
    ADDRESS,
    KEY,
    PHONE,
    a_life_of_letters,
    everything_in,
    forgetting_of,
    the_person,
    traces_in,
)

pytestmark = pytest.mark.anyio

OTHER_PHONE = "+4915112345678"
HASH = Pseudonyms(KEY).of(ADDRESS)


@pytest.fixture
async def pipeline(mongodb_uri: str, database_name: str) -> AsyncIterator[Pipeline]:
    async with a_pipeline(mongodb_uri, database_name, forget_key=KEY) as opened:
        yield opened


@pytest.fixture
def database(pipeline: Pipeline) -> Database:
    return pipeline.repositories.campaigns._collection.database


async def counts_of(pipeline: Pipeline, campaign_id: CampaignId) -> CampaignMetrics:
    found = await pipeline.engine.metrics.collect(campaign_id)
    return found.model_copy(update={"updated_at": pipeline.clock()})


@pytest.mark.parametrize(
    ("recipient_id", "asked_by"), [("user_1", ADDRESS), (ADDRESS, PHONE), (PHONE, ADDRESS)]
)
async def test_nothing_of_a_finished_campaign_reminds_of_the_person(
    pipeline: Pipeline, database: Database, recipient_id: str, asked_by: str
) -> None:
    campaign_id = await a_life_of_letters(pipeline, recipient_id)
    assert (await pipeline.repositories.campaigns.get(campaign_id)).status == "completed"
    counts = await counts_of(pipeline, campaign_id)
    assert len(await traces_in(database)) > 10

    report = await forgetting_of(pipeline, database).forget(asked_by)

    assert await traces_in(database) == []
    assert report.left == []
    assert HASH in (await everything_in(database))["suppressions"]
    assert "bo@example.com" in (await everything_in(database))["conversation_states"]
    assert await counts_of(pipeline, campaign_id) == counts
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_nobody_writes_to_a_forgotten_person_again(
    pipeline: Pipeline, database: Database
) -> None:
    await a_life_of_letters(pipeline)
    await forgetting_of(pipeline, database).forget(ADDRESS)
    pipeline.channel.sent.clear()

    other = await pipeline.insert(a_batch_request(_id="request_2", recipients=[the_person()]))
    await pipeline.run_until_quiet()

    assert pipeline.channel.sent == []
    state = await pipeline.conversation(other, "user_1")
    assert (state["outcome"], state["reason"]) == (
        "opted_out",
        "suppression: the person behind it was forgotten (opt-out)",
    )


async def test_who_says_stop_later_stays_a_hash(pipeline: Pipeline, database: Database) -> None:
    await forgetting_of(pipeline, database).forget(ADDRESS)
    await pipeline.repositories.suppressions.add(ADDRESS, "said stop", "reply", pipeline.clock())
    assert [one["_id"] async for one in database["suppressions"].find()] == [HASH]


async def test_a_live_conversation_ends_first(pipeline: Pipeline, database: Database) -> None:
    campaign_id = await pipeline.insert(a_batch_request(recipients=[the_person()]))
    await pipeline.sweep()
    assert len(pipeline.channel.sent) == 1

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert report.open_conversations == 1
    state = await pipeline.conversation(campaign_id, "user_1")
    assert (state["status"], state["outcome"]) == ("completed", "opted_out")
    await pipeline.run_until_quiet()
    assert len(pipeline.channel.sent) == 1
    assert (await pipeline.repositories.campaigns.get(campaign_id)).status == "completed"
    assert await traces_in(database) == []


async def test_a_request_that_has_not_begun_starts_without_the_person(
    pipeline: Pipeline, database: Database
) -> None:
    other = {"id": "user_2", "contact_info": {"email": "bo@example.com", "first_name": "Bo"}}
    await pipeline.insert(a_batch_request(recipients=[the_person(), other]))

    await forgetting_of(pipeline, database).forget(ADDRESS)

    await pipeline.sweep()
    assert [one.recipient_address for one in pipeline.channel.sent] == ["bo@example.com"]
    assert await traces_in(database) == []


async def test_a_number_that_only_a_request_knows_is_not_written_to_either(
    pipeline: Pipeline, database: Database
) -> None:
    await pipeline.insert(a_batch_request(_id="later", recipients=[the_person()]))
    once_more = {"id": "u", "contact_info": {"phone": "01515 / 551 23 45", "country": "DE"}}
    await pipeline.insert(a_batch_request(_id="by_number", recipients=[once_more]))

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (report.addresses, report.left) == (2, [])
    assert await traces_in(database) == []
    suppressed = {one["_id"] async for one in database["suppressions"].find()}
    assert suppressed == {HASH, Pseudonyms(KEY).of(PHONE)}
    by_sms = a_template_document() | {"global_settings": {"channels": ["sms"]}}
    await pipeline.insert(
        a_batch_request(
            _id="again",
            template=by_sms,
            recipients=[{"id": "z", "contact_info": {"phone": PHONE, "first_name": "Z"}}],
        )
    )
    await pipeline.run_until_quiet()
    assert pipeline.channel.sent == []


async def test_requests_that_lead_to_others_outlive_them_when_a_process_dies(
    pipeline: Pipeline, database: Database
) -> None:
    """The number of the second leads to the third, which has nothing else of the person."""
    known = ({"email": ADDRESS, "phone": PHONE}, {"email": ADDRESS, "phone": OTHER_PHONE})
    for position, info in enumerate((*known, {"phone": OTHER_PHONE})):
        entry = {"id": f"u{position}", "contact_info": info | {"first_name": "Zora"}}
        await pipeline.insert(a_batch_request(_id=f"r{position}", recipients=[entry]))

    died = 0
    while await is_killed(pipeline, database, Fuse(at=died + 1)):
        died += 1
        assert died < 100

    assert died > 5
    assert await traces_in(database, OTHER_PHONE) == []


async def three_who_are_one(pipeline: Pipeline) -> None:
    """Write to a person by mail, by SMS alone, and at another number that a contact has."""
    by_sms = a_template_document() | {"global_settings": {"channels": ["sms"]}}
    phones = [
        {"id": f"user_{number}", "contact_info": {"phone": phone, "first_name": "Zora"}}
        for number, phone in enumerate((PHONE, OTHER_PHONE), start=2)
    ]
    info = {"email": ADDRESS, "phone": OTHER_PHONE}
    await pipeline.repositories.contacts.put([{"_id": 7, "contact_info": info}])
    await pipeline.insert(a_batch_request(_id="by_mail", recipients=[the_person()]))
    await pipeline.insert(a_batch_request(_id="by_sms", recipients=phones, template=by_sms))
    await pipeline.sweep()
    written_to = {one.recipient_address for one in pipeline.channel.sent}
    assert written_to == {ADDRESS, PHONE, OTHER_PHONE}


@pytest.mark.parametrize("asked_by", [ADDRESS, PHONE, OTHER_PHONE])
async def test_one_address_leads_to_the_next_until_none_is_new(
    pipeline: Pipeline, database: Database, asked_by: str
) -> None:
    await three_who_are_one(pipeline)

    report = await forgetting_of(pipeline, database).forget(asked_by)

    assert (report.addresses, report.open_conversations, report.left) == (3, 3, [])
    assert await traces_in(database, OTHER_PHONE) == []
    states = await database["conversation_states"].find().to_list()
    assert {one["outcome"] for one in states} == {"opted_out"}
    assert await database["suppressions"].count_documents({"_id": {"$regex": "^hmac"}}) == 3


async def test_what_led_to_others_outlives_them_when_a_process_dies(
    mongodb_uri: str, database_name: str
) -> None:
    settings = {"forget_key": KEY, "max_concurrent_campaigns": 100}
    async with a_pipeline(mongodb_uri, database_name, **settings) as pipeline:
        database = pipeline.repositories.campaigns._collection.database
        await three_who_are_one(pipeline)
        died = 0
        while await is_killed(pipeline, database, Fuse(at=died + 1)):
            died += 1
            assert died < 100
        assert died > 10
        assert await traces_in(database, OTHER_PHONE) == []


async def test_the_number_of_an_office_leads_to_nobody_else(
    pipeline: Pipeline, database: Database
) -> None:
    info = {"email": "bo@example.com", "phone": PHONE, "first_name": "Bo"}
    await pipeline.repositories.contacts.put([{"_id": 7, "contact_info": info}])
    colleague = {"id": "user_2", "contact_info": info}
    await pipeline.insert(a_batch_request(recipients=[the_person(), colleague]))
    await pipeline.sweep()

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert report.open_conversations == 1
    states = {one["user_id"]: one async for one in database["conversation_states"].find()}
    assert states["user_1"]["outcome"] == "opted_out"
    assert (states["user_2"]["status"], states["user_2"]["address"]) == ("active", "bo@example.com")
    assert states["user_2"]["contact"]["phone"] == PHONE
    contact = await database["contacts"].find_one({"_id": 7})
    assert contact == {"_id": 7, "contact_info": info}
    request = await database["agent_batch_requests"].find_one()
    assert request is not None
    assert request["recipients"][1]["contact_info"] == info | {"phone": Pseudonyms(KEY).of(PHONE)}
    assert PHONE in await pipeline.repositories.suppressions.find([PHONE])
    assert any(one.startswith("contacts, _id 7") for one in report.left)
    assert ADDRESS.lower() not in str(await everything_in(database))


async def test_addresses_that_only_a_contact_has_are_not_written_to_either(
    pipeline: Pipeline, database: Database
) -> None:
    info = {"email": ADDRESS, "phone": PHONE}
    await pipeline.repositories.contacts.put([{"_id": "c1", "contact_info": info}])

    await forgetting_of(pipeline, database).forget(ADDRESS)

    assert set(await pipeline.repositories.suppressions.find([ADDRESS, PHONE])) == {ADDRESS, PHONE}


async def test_a_conversation_that_came_in_meanwhile_keeps_its_address_and_is_named(
    pipeline: Pipeline, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = PersonalDocuments.collections

    async def begin(documents: PersonalDocuments) -> list[str]:
        monkeypatch.setattr(PersonalDocuments, "collections", find)
        await pipeline.insert(a_batch_request(recipients=[the_person()]))
        await pipeline.sweep()
        return await find(documents)

    monkeypatch.setattr(PersonalDocuments, "collections", begin)
    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    (state,) = await database["conversation_states"].find().to_list()
    assert state["address"] == ADDRESS
    assert any(one.startswith("conversation_states, ") for one in report.left)
    await forgetting_of(pipeline, database).forget(ADDRESS)
    assert await traces_in(database) == []


@pytest.mark.parametrize(("named", "asked_by"), [(f"welcome {ADDRESS}", ADDRESS), (PHONE, PHONE)])
@pytest.mark.parametrize("is_taken_up", [False, True])
async def test_a_request_that_names_the_person_keeps_its_id_until_it_is_over(
    pipeline: Pipeline,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    named: str,
    asked_by: str,
    is_taken_up: bool,
) -> None:
    """Under another id it would be a second campaign: a pass may run between any two writes."""
    other = {"id": "user_2", "contact_info": {"email": "bo@example.com", "first_name": "Bo"}}
    campaign_id = await pipeline.insert(
        a_batch_request(_id=named, recipients=[the_person(), other])
    )
    if is_taken_up:
        await pipeline.sweep()
        pipeline.channel.sent.clear()
    write = PersonalDocuments.write

    async def write_in_a_sweep(documents: PersonalDocuments, *given: Any, **more: Any) -> bool:
        is_written = await write(documents, *given, **more)
        await pipeline.sweep()
        return is_written

    monkeypatch.setattr(PersonalDocuments, "write", write_in_a_sweep)
    report = await forgetting_of(pipeline, database).forget(asked_by)

    await pipeline.sweep()
    assert [one.recipient_address for one in pipeline.channel.sent] == (
        [] if is_taken_up else ["bo@example.com"]
    )
    assert [one["_id"] async for one in database["agent_batch_requests"].find()] == [named]
    assert [one["_id"] async for one in database["campaigns"].find()] == [campaign_id]
    assert any(re.fullmatch(r"agent_batch_requests, .*: _id", one) for one in report.left)


@pytest.mark.parametrize("named", [f"welcome {ADDRESS}", f"call {PHONE}!", "for Zora Quill"])
async def test_the_id_of_a_campaign_that_is_over_reminds_of_nobody(
    pipeline: Pipeline, database: Database, named: str
) -> None:
    campaign_id = await a_life_of_letters(pipeline, request_id=named)
    assert (ADDRESS.partition("@")[0] in campaign_id) is False

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert (await traces_in(database), report.left) == ([], [])
    (campaign,) = await database["campaigns"].find().to_list()
    (request,) = await database["agent_batch_requests"].find().to_list()
    assert request["campaign_id"] == campaign["_id"]
    assert await pipeline.engine.metrics.reconcile(campaign["_id"]) == []


async def test_a_message_on_offer_when_its_worker_died_is_unknown_and_never_offered_again(
    pipeline: Pipeline, database: Database
) -> None:
    campaign_id = await pipeline.insert(a_batch_request(recipients=[the_person()]))
    await pipeline.sweep()
    await database["outbound_messages"].update_one(
        {"campaign_id": campaign_id}, {"$set": {"status": "sending", "owner": "who died"}}
    )

    await forgetting_of(pipeline, database).forget(ADDRESS)

    (entry,) = await database["outbound_messages"].find().to_list()
    assert (entry["status"], entry["next_attempt_at"], entry["address"]) == ("unknown", None, HASH)
    await pipeline.repositories.ledger.settle_unknown(
        entry["_id"], DeliveryStatus.QUEUED, "by hand", pipeline.clock()
    )
    await pipeline.repositories.campaigns.look_again(campaign_id, pipeline.clock())
    await pipeline.run_until_quiet()
    assert len(pipeline.channel.sent) == 1


async def test_a_process_that_dies_at_any_write_is_made_good_by_forgetting_again(
    mongodb_uri: str, database_name: str
) -> None:
    """Each attempt dies one write later than the one before."""
    settings = {"forget_key": KEY, "max_concurrent_campaigns": 100}
    async with a_pipeline(mongodb_uri, database_name, **settings) as pipeline:
        campaign_id = await a_life_of_letters(pipeline, ADDRESS)
        counts = await counts_of(pipeline, campaign_id)
        database = pipeline.repositories.campaigns._collection.database
        died = 0
        while await is_killed(pipeline, database, Fuse(at=died + 1)):
            died += 1
            assert died < 100
        assert died > 10
        report = await forgetting_of(pipeline, database).forget(ADDRESS)
        assert sum(report.erased.values()) == 0
        assert await traces_in(database) == []
        assert await counts_of(pipeline, campaign_id) == counts
        assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def is_killed(
    pipeline: Pipeline, database: Database, fuse: Fuse, asked_by: str = ADDRESS
) -> bool:
    repositories = fused(Repositories.of(database, Pseudonyms(KEY)), fuse)
    forgetting = replace(
        forgetting_of(pipeline, database),
        database=cast("Database", FusedDatabase(database, fuse)),
        repositories=repositories,
    )
    try:
        await forgetting.forget(asked_by)
    except Killed:
        return True
    return False


async def test_forgetting_again_changes_nothing(pipeline: Pipeline, database: Database) -> None:
    await a_life_of_letters(pipeline)
    forgetting = forgetting_of(pipeline, database)
    plan = await forgetting.plan(ADDRESS)
    assert plan.erased == (await forgetting.forget(ADDRESS)).erased
    before = await everything_in(database)
    report = await forgetting.forget(ADDRESS)
    assert sum(report.erased.values()) == 0
    after = await everything_in(database)
    assert before.pop("work_leases") != after.pop("work_leases", "") or before == after
    assert after == before


async def test_a_campaign_that_is_worked_on_is_waited_for_and_named(
    pipeline: Pipeline, database: Database
) -> None:
    campaign_id = await pipeline.insert(a_batch_request(recipients=[the_person()]))
    await pipeline.sweep()
    async with pipeline.engine.passes.held(campaign_id):
        with pytest.raises(CampaignBusyError, match=campaign_id):
            await forgetting_of(pipeline, database).forget(ADDRESS)
    assert (await pipeline.conversation(campaign_id, "user_1"))["outcome"] == "opted_out"
    await forgetting_of(pipeline, database).forget(ADDRESS)
    assert await traces_in(database) == []


@pytest.mark.parametrize("is_taken_up", [False, True])
async def test_whoever_has_the_same_name_is_still_called_by_it(
    pipeline: Pipeline, database: Database, is_taken_up: bool
) -> None:
    namesake = {"id": "user_2", "contact_info": {"email": "z@example.org", "name": "Zora Quill"}}
    template = a_template_document()
    template["stages"]["awareness"]["messages"][0]["template"] = "Dear {{ recipient.email }},"
    template["stages"]["decision"]["messages"][0]["template"] = "Dear {{ recipient.name }},"
    await pipeline.insert(a_batch_request(recipients=[the_person(), namesake], template=template))
    contact = {"_id": 5, "name": "Zora Quill", "contact_info": {"email": "z@example.org"}}
    await pipeline.repositories.contacts.put([contact])
    pipeline.channel.answers["z@example.org"] = lambda: SendResult(
        status=DeliveryStatus.DEFERRED, detail="451 later"
    )
    if is_taken_up:
        await pipeline.sweep()

    report = await forgetting_of(pipeline, database).forget(ADDRESS)

    assert report.left == []
    pipeline.channel.answers.clear()
    pipeline.channel.sent.clear()
    await pipeline.sweep(hours=2)
    await pipeline.reply("campaign_request_1", "user_2", "yes, please")
    await pipeline.sweep(hours=2)
    told = [(one.recipient_name, one.text.split(",")[0]) for one in pipeline.channel.sent]
    assert told == [("Zora Quill", "Dear z@example.org"), ("Zora Quill", "Dear Zora Quill")]
    assert await database["contacts"].find().to_list() == [contact]


async def test_somebody_with_a_similar_address_is_left_alone(
    pipeline: Pipeline, database: Database
) -> None:
    similar = [
        {"id": f"user_1{n}", "contact_info": {"email": email, "phone": phone, "first_name": "Al"}}
        for n, (email, phone) in enumerate(
            [
                (f"x.{ADDRESS}", "+49151555123456"),
                (ADDRESS + ".au", "+4915155512344"),
                (ADDRESS.replace("@", "+news@"), None),
            ]
        )
    ]
    request = a_batch_request(recipients=[the_person(), *similar])
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()

    await forgetting_of(pipeline, database).forget(ADDRESS)

    for one in similar:
        state = await pipeline.conversation(campaign_id, str(one["id"]))
        assert state["address"] == one["contact_info"]["email"]
        assert state["context"]["recipient"]["first_name"] == "Al"
    (stored,) = await database["agent_batch_requests"].find().to_list()
    assert stored["recipients"] == [{"id": "user_1"}, *similar]


async def test_what_is_part_of_a_template_is_left_and_told(
    pipeline: Pipeline, database: Database
) -> None:
    document = a_template_document(description=f"Questions to {ADDRESS}")
    await database["campaign_templates"].insert_one(document)
    report = await forgetting_of(pipeline, database).forget(ADDRESS)
    assert report.left == ["campaign_templates, _id template_1: description"]


@pytest.mark.parametrize("key", [None, "another secret of at least 32 characters"])
async def test_without_the_key_nothing_is_started(
    pipeline: Pipeline, database: Database, key: str | None
) -> None:
    await forgetting_of(pipeline, database).forget(ADDRESS)
    repositories = Repositories.of(database, Pseudonyms(key) if key else None)
    with pytest.raises(EnvironmentFailure, match="FORGET_KEY"):
        await repositories.initialize()


async def test_what_is_no_address_is_refused(pipeline: Pipeline, database: Database) -> None:
    with pytest.raises(InvalidInputError, match="ADDRESS: must be a mail address"):
        await forgetting_of(pipeline, database).forget("0151 5551234")
