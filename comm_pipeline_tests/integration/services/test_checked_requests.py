"""Every batch request is checked; what was found about people is stored with its campaign."""

from typing import Any

import pytest

from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio


async def campaign_of(pipeline: Pipeline, request: dict[str, Any]) -> Doc:
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()
    campaign = await pipeline.repositories.campaigns._collection.find_one({"_id": campaign_id})
    assert campaign is not None
    return campaign


async def test_a_good_request_was_checked_and_nothing_found(pipeline: Pipeline) -> None:
    campaign = await campaign_of(pipeline, a_batch_request())
    assert campaign["findings"] == {"errors": 0, "warnings": 0, "counts": {}, "first": []}


async def test_findings_about_people_are_stored_and_stop_nobody_else(pipeline: Pipeline) -> None:
    await pipeline.repositories.contacts.put(
        [{"_id": "contact_1", "contact_info": {"email": "c@example.com"}}]
    )
    nameless = {"id": "user_2", "contact_info": {"email": "user_2@example.com"}}
    campaign = await campaign_of(
        pipeline, a_batch_request(recipients=[a_recipient(1), nameless, "contact_1", "contact_2"])
    )
    assert campaign["findings"]["counts"] == {"missing_variable": 2, "unknown_contact": 1}
    assert [found["place"] for found in campaign["findings"]["first"]] == [
        "recipients.1.contact_info.first_name",
        "contacts.contact_1.contact_info.first_name",
        "recipients.3",
    ]
    assert [message.recipient_address for message in pipeline.channel.sent] == [
        "user_1@example.com"
    ]


async def test_who_is_found_is_who_fails(pipeline: Pipeline) -> None:
    entries: list[Any] = [
        a_recipient(1),
        a_recipient(2, contact_info={"email": "no(at)example.com", "first_name": "A"}),
        a_recipient(3, contact_info={"email": "USER_1@example.com", "first_name": "A"}),
        a_recipient(4, contact_info={"email": "d@example.com", "first_name": None}),
        a_recipient(5, context={"recipient": 1}),
        a_recipient(6, notes="x" * 300_000),
        a_recipient(7, contact_info={"email": "z@example.com", "timezone": "Mars/Olympus"}),
        "contact_1",
        {"contact_info": {}},
        a_recipient(9),
    ]
    campaign = await campaign_of(pipeline, a_batch_request(recipients=entries))
    failed = pipeline.repositories.conversations._collection.find({"outcome": Outcome.ERROR.value})
    first = campaign["findings"]["first"]
    assert len(first) == campaign["findings"]["errors"]
    named = {found.get("recipient") or found["place"] for found in first}
    assert named == {document["user_id"] async for document in failed}


async def test_what_is_stored_is_bounded(pipeline: Pipeline) -> None:
    recipients = [
        a_recipient(number, contact_info={"email": f"{'x' * 900}(at){number}"})
        for number in range(2_000)
    ]
    campaign = await campaign_of(pipeline, a_batch_request(recipients=recipients))
    findings = campaign["findings"]
    assert findings["counts"] == {"unusable_address": 2_000, "missing_variable": 2_000}
    assert len(findings["first"]) <= 100
    assert max(len(found["message"]) for found in findings["first"]) <= 400
