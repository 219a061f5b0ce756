"""A conversation that was written to keeps its sender, whatever other senders come along."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

import pytest

from comm_pipeline.channels.senders import sender_of_conversation
from comm_pipeline.services.engine import open_engine
from comm_pipeline.services.exporting import export_person
from comm_pipeline.settings import Settings
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import MovedClock, Pipeline, RecordingChannel
from comm_pipeline_tests.integration.services.forgetting import KEY, forgetting_of
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN
from comm_pipeline_tests.smtp_servers import Script, ScriptedConnection, smtp_server

pytestmark = pytest.mark.anyio

PEOPLE = 12
A, B, C = "a@acme.example", "b@acme.example", "c@acme.example"


class Place:
    """A database, a mail server and a clock, which several processes use one after another."""

    def __init__(self, uri: str, database: str, script: Script) -> None:
        self.script = script
        self._clock = MovedClock()
        self._settings: dict[str, Any] = {
            "mongodb_uri": uri,
            "mongodb_database": database,
            "smtp_host": "127.0.0.1",
            "smtp_port": script.port,
            "smtp_security": "none",
            "smtp_message_id_domain": "acme.example",
        }

    @asynccontextmanager
    async def process(self, *senders: str, **settings: Any) -> AsyncIterator[Pipeline]:
        """Open the services with these senders."""
        named = {"smtp_sender": senders[0], "smtp_more_senders": senders[1:]}
        chosen = Settings(**self._settings | named | settings)
        async with open_engine(chosen, self._clock, "worker") as engine:
            yield Pipeline(engine, self._clock, RecordingChannel())

    async def first_mails(self, *senders: str) -> dict[str, str]:
        """Start a campaign; return who each of its recipients was written to from."""
        async with self.process(*senders) as pipeline:
            await pipeline.repositories.initialize()
            await pipeline.insert(a_batch_request(recipient_count=PEOPLE))
            await pipeline.sweep()
        assert len(self.script.accepted) == PEOPLE
        return self.senders()

    async def follow_ups(self, *senders: str) -> dict[str, str]:
        """Let the next messages leave; return who each recipient was written to from then."""
        async with self.process(*senders) as pipeline:
            await pipeline.sweep(hours=49)
        assert len(self.script.accepted) == 2 * PEOPLE
        return self.senders()

    def senders(self) -> dict[str, str]:
        """Return the senders of the latest mails by recipient, as the envelopes name them."""
        return {one.rcpt_tos[0]: one.mail_from for one in self.script.accepted[-PEOPLE:]}


@pytest.fixture
async def place(mongodb_uri: str, database_name: str) -> AsyncIterator[Place]:
    async with smtp_server() as script:
        yield Place(mongodb_uri, database_name, script)


def anew(*senders: str) -> dict[str, str]:
    """Return who each would be written to from, had nobody been written to before."""
    return {
        f"user_{number}@example.com": sender_of_conversation(senders, f"{CAMPAIGN}:user_{number}")
        for number in range(1, PEOPLE + 1)
    }


def by_recipient(mails: list[EmailMessage]) -> dict[str, EmailMessage]:
    return {mail["To"].addresses[0].addr_spec: mail for mail in mails}


async def test_with_a_sender_more_and_other_names(place: Place) -> None:
    before = await place.first_mails("Acme <a@acme.example>", B)
    assert set(before.values()) == {A, B}
    assert C in anew(A, B, C).values()

    after = await place.follow_ups(C, "b@ACME.example", "Ann of Acme <a@acme.example>")
    assert {to: sender.lower() for to, sender in after.items()} == before
    first, second = (
        by_recipient(place.script.mails[:PEOPLE]),
        by_recipient(place.script.mails[PEOPLE:]),
    )
    for to, mail in second.items():
        assert mail["In-Reply-To"] == first[to]["Message-ID"]
        assert mail["From"].addresses[0].addr_spec == after[to]
    names = {mail["From"].addresses[0].display_name for mail in second.values()}
    assert names == {"Ann of Acme", ""}


async def test_from_one_sender_to_three_and_their_limits(place: Place) -> None:
    before = await place.first_mails(A)
    assert set(anew(A, B, C).values()) == {A, B, C}
    async with place.process(A, B, C, sender_rate_limit="5/hour") as pipeline:
        await pipeline.sweep(hours=49)
        assert len(place.script.accepted) == PEOPLE + 5
        counted = await pipeline.repositories.limits._collection.distinct("_id")
        assert counted == [f"sender {A}"]
        await pipeline.sweep(hours=2)
        await pipeline.sweep(hours=2)
    assert place.senders() == before


async def test_a_sender_that_is_gone_and_comes_back(place: Place) -> None:
    """The latest one counts, so nobody is moved a second time."""
    await place.first_mails(A, B)
    assert set((await place.follow_ups(C)).values()) == {C}
    async with place.process(A, B, C) as pipeline:
        await pipeline.sweep(hours=49)
    assert len(place.script.accepted) == 3 * PEOPLE
    assert set(place.senders().values()) == {C}


async def test_after_lost_answers(place: Place) -> None:
    # Fewer than it takes for the mail server to be left alone.
    lost = [to for to, sender in anew(A, B, C).items() if sender == C][:4]

    def keeps_it_and_drops(connection: ScriptedConnection) -> str | None:
        """Accept a mail, and break the connection instead of saying so."""
        if connection.envelope.rcpt_tos[0] not in lost:
            return None
        connection.script.accepted.append(connection.envelope)
        return connection.drop()

    place.script.at_body = keeps_it_and_drops
    before = await place.first_mails(A, B)
    place.script.at_body = None
    async with place.process(A) as pipeline:
        counts = await pipeline.repositories.ledger.count_by_status(CAMPAIGN)
    assert counts == {"sent": PEOPLE - len(lost), "unknown": len(lost)}
    assert lost
    assert await place.follow_ups(A, B, C) == before


async def test_a_message_that_was_put_off_is_offered_from_the_same_sender(place: Place) -> None:
    """Mail servers that greylist remember from whom a mail came."""
    offered: dict[str, str] = {}

    def greylists(connection: ScriptedConnection) -> str | None:
        envelope = connection.envelope
        offered[envelope.rcpt_tos[0]] = envelope.mail_from
        return "451 4.7.1 come again"

    place.script.at_data = greylists
    async with place.process(A, B) as pipeline:
        await pipeline.repositories.initialize()
        await pipeline.insert(a_batch_request(recipient_count=PEOPLE))
        await pipeline.sweep()
    assert (len(offered), place.script.accepted) == (PEOPLE, [])
    place.script.at_data = None
    async with place.process(A, B, C) as pipeline:
        await pipeline.sweep(hours=1)
    assert place.senders() == offered


async def test_it_is_handed_over_and_forgotten_with_the_message(place: Place) -> None:
    before = await place.first_mails(A, B)
    async with place.process(A, B, forget_key=KEY) as pipeline:
        ledger = pipeline.repositories.ledger._collection
        database = ledger.database
        for asked_by, sender in before.items():
            found = await export_person(database, pipeline.repositories, asked_by, pipeline.clock())
            assert [one["sender"] for one in found["documents"]["outbound_messages"]] == [sender]
        await forgetting_of(pipeline, database).forget("user_1@example.com")
        entries = await ledger.find({}, {"sender": 1, "recipient_id": 1}).to_list()
    kept = {f"{one['recipient_id']}@example.com": one.get("sender") for one in entries}
    assert kept == before | {"user_1@example.com": None}
