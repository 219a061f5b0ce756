"""Whom a message is for stands in the line To of a mail and in the call of a webhook, by name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.services.engine import open_engine
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel
from comm_pipeline_tests.http_channels import WEBHOOK_ACCEPTS, WEBHOOK_SECRET
from comm_pipeline_tests.http_servers import http_server
from comm_pipeline_tests.smtp_servers import smtp_server

pytestmark = pytest.mark.anyio

EVIL = "Eve\r\nBcc: all <all@example.com>"
PEOPLE = [
    {"id": "a", "name": "Ädä Ökafor", "contact_info": {"email": "a@example.com"}},
    {
        "id": "b",
        "contact_info": {"email": "b@example.com", "first_name": "Bo", "last_name": "\u202eLi, Jr"},
    },
    {"id": "c", "contact_info": {"email": "c@example.com", "name": EVIL}},
    {"id": "d", "contact_info": {"email": "d@example.com"}},
    "e",
]
CONTACT = {"_id": "e", "name": "Eve Stone", "contact_info": {"email": "e@example.com"}}
NAMES = {"a": "Ädä Ökafor", "b": "Bo Li, Jr", "c": None, "d": None, "e": "Eve Stone"}


@asynccontextmanager
async def a_run(uri: str, database: str, **settings: Any) -> AsyncIterator[Pipeline]:
    """Run the campaign's first pass through the channel that the settings name."""
    chosen = Settings(mongodb_uri=uri, mongodb_database=database, **settings)
    template = {"_id": "t", "name": "T", "type": "sales", "stages": {"hello": {"messages": [
        {"subject": "A question", "template": "Hello"}]}}}  # fmt: skip
    async with open_engine(chosen, clock := MovedClock(), "worker") as engine:
        await engine.repositories.initialize()
        pipeline = Pipeline(engine, clock, RecordingChannel())
        await engine.repositories.contacts.put([CONTACT])
        await pipeline.insert(a_batch_request(template=template, recipients=PEOPLE))
        report = await sweep(engine, timedelta(hours=1))
        assert report.failures == {}
        yield pipeline


async def test_in_mail(mongodb_uri: str, database_name: str) -> None:
    async with smtp_server() as server:
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": server.port,
            "smtp_security": "none",
            "smtp_sender": "bot@acme.example",
            "smtp_message_id_domain": "acme.example",
        }
        async with a_run(mongodb_uri, database_name, **settings):
            pass
    assert {mail["Bcc"] for mail in server.mails} == {None}
    found = {to.username: to.display_name or None for [to] in (
        mail["To"].addresses for mail in server.mails)}  # fmt: skip
    assert found == NAMES


async def test_in_the_call_of_a_webhook_and_in_the_ledger(
    mongodb_uri: str, database_name: str
) -> None:
    async with http_server(WEBHOOK_ACCEPTS) as server:
        settings = {
            "webhook_url": server.url,
            "webhook_secret": WEBHOOK_SECRET,
            "webhook_allow_http": True,
        }
        async with a_run(mongodb_uri, database_name, **settings) as pipeline:
            entries = await pipeline.repositories.ledger._collection.find().to_list()
    told = [seen.document["data"] for seen in server.requests]
    assert {one["recipient_address"][0]: one["recipient_name"] for one in told} == NAMES
    assert {one["recipient_id"]: one["recipient_name"] for one in entries} == NAMES
