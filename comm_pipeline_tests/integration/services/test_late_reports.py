"""What is reported of messages to a person who has been forgotten meanwhile: the outcome counts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.forgetting import (
    ADDRESS,
    KEY,
    PHONE,
    forgetting_of,
    the_person,
    traces_in,
)

pytestmark = pytest.mark.anyio

OTHER = {"id": "user_2", "contact_info": {"email": "bo@example.com", "first_name": "Bo"}}


@pytest.fixture
async def pipeline(mongodb_uri: str, database_name: str) -> AsyncIterator[Pipeline]:
    async with a_pipeline(mongodb_uri, database_name, forget_key=KEY) as opened:
        yield opened


@pytest.fixture
def database(pipeline: Pipeline) -> Database:
    return pipeline.repositories.campaigns._collection.database


async def forgotten(pipeline: Pipeline, recipient_id: str) -> Doc:
    """Write to the person and somebody else, forget the person; return the entry as it was."""
    pipeline.channel.answers[ADDRESS] = lambda: SendResult(
        status=DeliveryStatus.SENT, detail="ok", provider_message_id="SM1"
    )
    await pipeline.insert(a_batch_request(recipients=[the_person(recipient_id), OTHER]))
    await pipeline.sweep()
    database = pipeline.repositories.campaigns._collection.database
    entry = await database["outbound_messages"].find_one({"address": ADDRESS})
    assert entry is not None
    await forgetting_of(pipeline, database).forget(ADDRESS)
    return entry


async def status_of(database: Database) -> str:
    entry = await database["outbound_messages"].find_one({"address": {"$ne": "bo@example.com"}})
    assert entry is not None
    return str(entry["status"])


WORDS = "550 <zora.quill@example.com>: Zora Quill has left"
CALLBACK = {
    "MessageSid": "SM1",
    "MessageStatus": "undelivered",
    "ErrorCode": "30005",
    "ErrorMessage": WORDS,
    "To": f"whatsapp:{PHONE}",
    "a.b": ADDRESS,
    "$x": {"y": ["Quill"]},
}


@pytest.mark.parametrize("recipient_id", ["user_1", ADDRESS])
async def test_a_callback_that_names_the_message(
    pipeline: Pipeline, database: Database, recipient_id: str
) -> None:
    await forgotten(pipeline, recipient_id)
    report: dict[str, Any] = {"_id": "late", **CALLBACK}
    await pipeline.repositories.provider_reports._collection.insert_one(report)

    await pipeline.sweep(minutes=1)

    assert await traces_in(database) == []
    assert await status_of(database) == "bounced"
    (kept,) = await database["delivery_reports"].find().to_list()
    assert kept["status"] == "applied"
    assert await pipeline.engine.metrics.reconcile("campaign_request_1") == []


@pytest.mark.parametrize(
    "report",
    [
        {"event": "delivered", "to": ADDRESS},
        {"event": "no such word", "provider_message_id": "SM1", "detail": WORDS},
        {"event": "delivered", "provider_message_id": "unknown", "recipient": {"number": PHONE}},
    ],
)
async def test_a_report_that_leads_nowhere_is_not_kept_for_long(
    pipeline: Pipeline, database: Database, report: dict[str, Any]
) -> None:
    await forgotten(pipeline, "user_1")
    await pipeline.repositories.provider_reports._collection.insert_one({"_id": "late", **report})

    await pipeline.sweep(minutes=1)

    assert await traces_in(database) == []
    (kept,) = await database["delivery_reports"].find().to_list()
    assert (kept["status"], kept["reason"]) == (
        "unmatched",
        "it is about somebody who was forgotten",
    )


async def test_a_key_that_was_changed_leads_nowhere(pipeline: Pipeline, database: Database) -> None:
    entry = await forgotten(pipeline, ADDRESS)
    report = {"_id": "late", "event": "delivered", "idempotency_key": entry["_id"]}
    await pipeline.repositories.provider_reports._collection.insert_one(report)

    await pipeline.sweep(minutes=1)

    assert await traces_in(database) == []


@pytest.mark.parametrize("kind", ["hard_bounce", "soft_bounce", "complaint"])
@pytest.mark.parametrize("recipient_id", ["user_1", ADDRESS])
async def test_a_bounce_by_mail(
    pipeline: Pipeline, database: Database, kind: str, recipient_id: str
) -> None:
    entry = await forgotten(pipeline, recipient_id)
    report = {"kind": kind, "original_message_id": entry["message_id"], "diagnostic": WORDS}
    await pipeline.repositories.inbound._collection.insert_one(
        {
            "_id": "late",
            "text": f"Dear sender, {WORDS}",
            "subject": "About zora.quill@example.com",
            "received_at": pipeline.clock(),
            "from_address": "mailer-daemon@example.com",
            "kind": kind,
            "report": report | {"recipient": ADDRESS},
            "headers": {"X-Failed-Recipients": ADDRESS},
        }
    )

    await pipeline.sweep(minutes=1)

    assert await traces_in(database) == []
    if recipient_id == "user_1" and kind != "soft_bounce":
        assert await status_of(database) == {"hard_bounce": "bounced"}.get(kind, "complained")
    assert await pipeline.engine.metrics.reconcile("campaign_request_1") == []


async def test_reports_on_others_are_kept_as_they_are(
    pipeline: Pipeline, database: Database
) -> None:
    await forgotten(pipeline, "user_1")
    key = "campaign_request_1:user_2:awareness:0:first"
    report = {"event": "bounced", "idempotency_key": key, "detail": "550 bo@example.com is unknown"}
    await pipeline.repositories.provider_reports._collection.insert_one({"_id": "late", **report})

    await pipeline.sweep(minutes=1)

    (kept,) = await database["delivery_reports"].find().to_list()
    assert report.items() <= kept.items()
    entry = await database["outbound_messages"].find_one({"_id": key})
    assert entry is not None
    assert "550 bo@example.com" in entry["reason"]
