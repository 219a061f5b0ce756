"""Ten whole conversations by mail: real SMTP out, real IMAP in, from the request to the end."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.services.incoming import IncomingReport, take_in
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.harness import MovedClock
from comm_pipeline_tests.imap_servers import FOLDER, PASSWORD, MailServer
from comm_pipeline_tests.mail_builders import a_mail
from comm_pipeline_tests.mail_people import (
    Answer,
    Received,
    bounces,
    complains,
    is_away,
    says,
    says_from_elsewhere,
    says_in_html,
)
from comm_pipeline_tests.smtp_servers import Script, smtp_server

pytestmark = pytest.mark.anyio

ACCEPTS = says("I accept the proposal, please go ahead.")
#: What each of ten people sends back to the first mail, to the second, and so on.
ANSWERS: dict[str, list[Answer]] = {
    "eager": [says("5 out of 5, very useful!"), ACCEPTS],
    "phone": [says_in_html("4 I would say"), says_in_html("I accept the proposal")],
    "stranger": [says_from_elsewhere("My rating: 3"), says_from_elsewhere("I accept the proposal")],
    "vague": [says("2, to be honest"), says("Hm, let me think about it.")],
    "tired": [says("Please stop writing to me.\r\n\r\n> How do you rate us, 1 to 5?")],
    "gone": [bounces("5.1.1", "550 5.1.1 user unknown")],
    "full": [bounces("4.2.2", "452 4.2.2 mailbox full"), says("4/5"), ACCEPTS],
    "away": [is_away("I am out of office until 20 March 2026."), says("4/5"), ACCEPTS],
    "robot": [says("We have received your request, ticket 5.", Auto_Submitted="auto-generated")],
    "angry": [complains()],
}
OUTCOMES = {
    "eager": "success",
    "phone": "success",
    "stranger": "success",
    "vague": None,
    "tired": "opted_out",
    "gone": "bounced",
    "full": "success",
    "away": "success",
    "robot": "no_response",
    "angry": "opted_out",
}
RATINGS = {"eager": 5, "phone": 4, "stranger": 3, "vague": 2, "full": 4, "away": 4}
TEMPLATE: Doc = {
    "_id": "template_mail",
    "name": "By mail",
    "type": "support",
    "extract": {"rating": {"type": "rating", "minimum": 1, "maximum": 5}},
    "stages": {
        "ask": {
            "messages": [
                {
                    "subject": "A question",
                    "template": "How do you rate us, 1 to 5?",
                    "timing": {"max_follow_ups": 1, "follow_up_delay_hours": 48},
                }
            ],
            "progression_rules": {"response_required": True, "max_stage_duration_hours": 168},
        },
        "propose": {
            "messages": [
                {
                    "subject": "A proposal",
                    "template": "Thank you for the {{ response.rating }}. Shall we?",
                    "timing": {"max_follow_ups": 0},
                }
            ],
            "progression_rules": {
                "response_required": True,
                "specific_response_required": "accept_proposal",
                "escalation_after_hours": 96,
                "max_stage_duration_hours": 168,
            },
        },
    },
    "default_initial_stage": "ask",
    "completion_conditions": {"all_stages_completed": True},
}


@dataclass
class Post:
    """The services, their mail servers, and people who answer."""

    engine: Engine
    clock: MovedClock
    out: Script
    mailbox: MailServer
    answers: dict[str, list[Answer]]
    read: int = 0
    reports: list[IncomingReport] = field(default_factory=list)

    async def live(self) -> None:
        """Let time pass from due time to due time until nothing is planned any more."""
        for _ in range(60):
            await self.sweep()
            if answers := self.new_answers():
                await self.receive(*answers)
                continue
            due_at = await self.next_due_at()
            if due_at is None:
                return
            self.clock.now = max(self.clock.now, due_at)
        raise AssertionError("the conversations never come to rest")

    async def sweep(self) -> None:
        report = await sweep(self.engine, timedelta(hours=1))
        assert report.failures == {}

    def new_answers(self) -> list[bytes]:
        """Return what people send back to the mails that they have not seen yet."""
        mails = self.out.mails[self.read :]
        self.read += len(mails)
        found = []
        for mail in mails:
            got = Received(mail, self.clock())
            waiting = self.answers[got.recipient.partition("@")[0]]
            if waiting:
                found.append(waiting.pop(0)(got))
        return found

    async def receive(self, *mails: bytes) -> IncomingReport:
        """Let mail come in an hour later, and be read."""
        self.clock.move(hours=1)
        await self.mailbox.deliver(*mails, at=self.clock())
        self.reports.append(await take_in(self.engine, timedelta(minutes=1)))
        return self.reports[-1]

    async def next_due_at(self) -> datetime | None:
        campaign = await self.engine.repositories.campaigns._collection.find_one({})
        assert campaign is not None
        due_at: datetime | None = campaign["next_due_at"]
        return due_at

    async def states(self) -> dict[str, Doc]:
        found = self.engine.repositories.conversations._collection.find()
        return {one["user_id"]: one async for one in found}

    async def inbound(self) -> list[Doc]:
        return await self.engine.repositories.inbound._collection.find().to_list()


def settings_for(server: MailServer, out: Script, **mongodb: Any) -> Settings:
    return Settings(
        smtp_host="127.0.0.1",
        smtp_port=out.port,
        smtp_security="none",
        smtp_sender="Acme <sales@acme.example>",
        smtp_reply_to="Acme <answers+{key}@acme.example>",
        channel="email",
        imap_host="127.0.0.1",
        imap_port=server.port,
        imap_security="none",
        imap_username=server.user,
        imap_password=PASSWORD,
        imap_folder=FOLDER,
        **mongodb,
    )


@pytest.fixture
async def post(server: MailServer, mongodb_uri: str, database_name: str) -> AsyncIterator[Post]:
    clock = MovedClock()
    people = [
        a_recipient(1, id=name, contact_info={"email": f"{name}@example.com"}) for name in ANSWERS
    ]
    async with smtp_server() as out:
        settings = settings_for(
            server, out, mongodb_uri=mongodb_uri, mongodb_database=database_name
        )
        async with open_engine(settings, clock, "worker") as engine:
            request = a_batch_request(recipients=people, template=TEMPLATE)
            await engine.repositories.requests._collection.insert_one(request)
            answers = {name: list(given) for name, given in ANSWERS.items()}
            yield Post(engine, clock, out, server, answers)


async def test_ten_conversations(post: Post) -> None:
    await post.live()

    states = await post.states()
    assert {name: state["outcome"] for name, state in states.items()} == OUTCOMES
    assert states["vague"]["status"] == "escalated"
    ratings = {name: state["context"].get("response", {}) for name, state in states.items()}
    assert {name: found["rating"] for name, found in ratings.items() if found} == RATINGS
    await everybody_got_each_mail_once(post)
    await statuses_are_those_of_the_reports(post)
    assert await post.engine.metrics.reconcile(post_campaign(states)) == []


def post_campaign(states: dict[str, Doc]) -> Any:
    return states["eager"]["campaign_id"]


async def everybody_got_each_mail_once(post: Post) -> None:
    sent = Counter(str(mail["Message-ID"]).strip() for mail in post.out.mails)
    assert set(sent.values()) == {1}
    mails = Counter(Received(mail, post.clock()).recipient for mail in post.out.mails)
    assert mails == {
        "eager@example.com": 2,
        "phone@example.com": 2,
        "stranger@example.com": 2,
        "vague@example.com": 2,
        "tired@example.com": 1,
        "gone@example.com": 1,
        "full@example.com": 3,  # the first did not arrive; the follow-up did
        "away@example.com": 3,  # the follow-up after the return was answered
        "robot@example.com": 2,
        "angry@example.com": 1,
    }
    suppressed = ["tired@example.com", "gone@example.com", "angry@example.com"]
    everybody = [f"{name}@example.com" for name in ANSWERS]
    assert sorted(await post.engine.repositories.suppressions.find(everybody)) == sorted(suppressed)


async def statuses_are_those_of_the_reports(post: Post) -> None:
    ledger = await post.engine.repositories.ledger._collection.find().to_list()
    statuses = Counter((entry["recipient_id"], entry["status"]) for entry in ledger)
    assert statuses["gone", "bounced"] == statuses["angry", "complained"] == 1
    assert Counter(entry["status"] for entry in ledger)["sent"] == len(ledger) - 2
    assert {one["status"] for one in await post.inbound()} == {"applied", "noted"}
    by = {one.get("matched_by") for one in await post.inbound()}
    assert by == {"thread", "address_key", "report"}


async def test_what_belongs_to_nobody(post: Post) -> None:
    await post.sweep()
    mail = post.out.mails[0]
    got = Received(mail, post.clock())
    report = await post.receive(
        says("A copy of what we sent", From="sales@acme.example")(got),
        says("Forwarded by hand", Message_ID=got.message_id)(got),
        a_mail("Who are you?", From="nobody@elsewhere.example"),
        bounces("5.1.1", "550 user unknown")(Received(a_message_of_others(got), post.clock())),
        b"\x00\x01 no mail at all",
    )
    assert (report.inbox.ignored, report.inbox.unmatched, report.inbox.applied) == (2, 2, 0)
    assert report.mailbox is not None
    assert report.mailbox.mail.malformed == 1
    states = await post.states()
    assert {state["status"] for state in states.values()} == {"active"}


def a_message_of_others(got: Received) -> Any:
    """Return our mail under a Message-ID that is none of ours."""
    del got.mail["Message-ID"]
    got.mail["Message-ID"] = "<forged@elsewhere.example>"
    return got.mail


async def test_a_mailbox_that_cannot_be_read_is_an_alert_and_stops_nothing(
    mongodb_uri: str, database_name: str, pymap: MailServer
) -> None:
    async with smtp_server() as out:
        settings = settings_for(pymap, out, mongodb_uri=mongodb_uri, mongodb_database=database_name)
        broken = settings.model_copy(update={"imap_folder": "Nowhere"})
        async with open_engine(broken, MovedClock(), "worker") as engine:
            message = {"_id": 1, "text": "STOP", "from_address": "ada@example.com"}
            await engine.repositories.inbound._collection.insert_one(
                message | {"received_at": engine.clock()}
            )
            report = await take_in(engine, timedelta(minutes=1))
            (alert,) = await engine.repositories.alerts.find_latest(5)
    assert report.mailbox is not None
    assert "IMAP_FOLDER" in (report.mailbox.problem or "")
    assert alert["_id"].startswith("mailbox:")
    assert report.inbox.opted_out == 1
