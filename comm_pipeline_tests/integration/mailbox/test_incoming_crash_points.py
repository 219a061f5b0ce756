"""The process dies at any write between the mailbox and the conversations; nothing is lost.

Writes of one message follow each other, so dying after one is dying before the next. Each time one
mail of every kind has come in; the next worker must leave what an undisturbed one leaves.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from comm_pipeline.services.engine import Engine, build_engine
from comm_pipeline.services.incoming import take_in
from comm_pipeline.services.sweep import sweep
from comm_pipeline.settings import Settings
from comm_pipeline.storage.connection import Database, Doc, open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.fault_injection import Fuse, Killed, fused
from comm_pipeline_tests.harness import MovedClock, RecordingChannel
from comm_pipeline_tests.imap_servers import MailServer
from comm_pipeline_tests.integration.mailbox.test_conversations_by_mail import settings_for
from comm_pipeline_tests.mail_builders import a_bounce, a_mail
from comm_pipeline_tests.smtp_servers import Script

pytestmark = pytest.mark.anyio

PEOPLE = ("answers", "stops", "away", "gone")
#: Fewer writes than this would mean that something is not written through the fuse.
AT_LEAST = 20
#: More deaths than there are writes.
MOST = 35


class World:
    """A database, a mailbox and a campaign for each death."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.clock = MovedClock()
        self.channel = RecordingChannel()
        self.workers = 0

    def worker(self, fuse: Fuse | None = None) -> Engine:
        self.workers += 1
        repositories = fused(Repositories.of(self.database), fuse or Fuse())
        owner = f"worker {self.workers}"
        return build_engine(
            self.settings, self.clock, owner, self.database, repositories, self.channel
        )

    async def start(self) -> None:
        """Write to everybody: four people for each death."""
        people = [
            a_recipient(
                1,
                id=f"{one}.{number}",
                contact_info={"email": f"{one}.{number}@example.com", "first_name": one},
            )
            for number in range(MOST)
            for one in PEOPLE
        ]
        engine = self.worker()
        await engine.repositories.requests._collection.insert_one(
            a_batch_request(recipients=people)
        )
        assert (await sweep(engine, timedelta(hours=1))).failures == {}

    def mails(self, number: int) -> Sequence[bytes]:
        """Return a mail of every kind, in answer to the messages to four people."""
        ids = {
            message.recipient_address.partition(".")[0]: message.message_id
            for message in self.channel.sent
            if f".{number}@" in message.recipient_address
        }

        def own(person: str) -> dict[str, str]:
            message_id = f"<{person}.{number}@example.com>"
            return {"Message-ID": message_id, "In-Reply-To": ids[person]}

        return [
            a_mail("Yes, tell me more", own("answers")),
            a_mail("STOP", own("stops")),
            a_mail(
                "I am away until 20 March 2026.",
                own("away"),
                Auto_Submitted="auto-replied",
            ),
            a_bounce(original=ids["gone"]).replace(
                b"Final-Recipient: rfc822; Ada@example.com",
                f"Final-Recipient: rfc822; gone.{number}@example.com".encode(),
            ),
        ]

    async def states(self, number: int) -> dict[str, Doc]:
        found = self.database["conversation_states"].find({"user_id": {"$regex": rf"\.{number}$"}})
        return {one["user_id"].partition(".")[0]: one async for one in found}


def told(states: dict[str, Doc]) -> dict[str, object]:
    """Return what must not depend on deaths."""
    return {
        name: (
            state["outcome"],
            state["stages"][-1]["responses"],
            state["metrics"]["messages_received"],
            [one["rule"] for one in state["decisions"] if one["kind"] != "wait"],
            (state["standstill"] or {}).get("rule"),
        )
        for name, state in states.items()
    }


async def test_dying_at_any_write(pymap: MailServer, mongodb_uri: str, database_name: str) -> None:
    unused = Script()
    unused.port = 25
    settings = settings_for(pymap, unused, mongodb_uri=mongodb_uri, mongodb_database=database_name)
    async with open_database(mongodb_uri, database_name) as database:
        world = World(database, settings)
        await world.worker().repositories.initialize()
        expected, fuse = None, Fuse()
        await world.start()
        for number in range(MOST):
            world.clock.move(minutes=1)
            await pymap.deliver(*world.mails(number), at=world.clock())
            with suppress(Killed):
                await take_in(world.worker(fuse), timedelta(minutes=1))
            await take_in(world.worker(), timedelta(minutes=1))
            found = told(await world.states(number))
            expected = expected or found
            assert found == expected, number
            await everything_is_settled(database, number)
            if fuse.at is not None and not fuse.is_blown:
                break
            fuse = Fuse(number + 1)
        assert fuse.at is not None
        assert AT_LEAST < fuse.at < MOST - 1
        assert expected == {
            "answers": (None, 1, 1, ["message", "reply"], None),
            "stops": ("opted_out", 1, 1, ["message", "opt_out"], None),
            "away": (None, 0, 0, ["message", "out_of_office"], "out_of_office"),
            "gone": ("bounced", 0, 0, ["message", "hard_bounce"], None),
        }


async def everything_is_settled(database: Database, number: int) -> None:
    theirs = {"conversation_id": {"$regex": rf"\.{number}$"}}
    inbound = await database["inbound_messages"].find(theirs).to_list()
    assert sorted(one["status"] for one in inbound) == ["applied", "applied", "noted", "noted"]
    gone = await database["outbound_messages"].find_one({"recipient_id": f"gone.{number}"})
    assert gone is not None
    assert (gone["status"], len(gone["reports"])) == ("bounced", 1)
