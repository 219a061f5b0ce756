"""The process dies at any write to the database or to the mailbox; the next one loses nothing."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from comm_pipeline.mailbox.imap_config import ImapConfig
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline.storage.repository import Repository
from comm_pipeline_tests.fault_injection import Fuse, FusedCollection, Killed
from comm_pipeline_tests.imap_servers import MailServer
from comm_pipeline_tests.integration.mailbox.conftest import Inbox
from comm_pipeline_tests.mail_builders import a_mail

pytestmark = pytest.mark.anyio

MAILS = [a_mail(f"text {one}", Message_ID=f"<{one}@x.example>") for one in range(3)]
TEXTS = ["text 0", "text 1", "text 2"]


class FusedSource(ImapSource):
    """A mailbox that is flagged or moved through a fuse."""

    fuse = Fuse()

    async def put_away(self, uids: Sequence[int]) -> str | None:
        return await self.fuse.guard(lambda: ImapSource.put_away(self, uids))


def put_fuse(repository: Repository, fuse: Fuse) -> None:
    repository._collection = FusedCollection(repository._collection, fuse)  # type: ignore[assignment]


async def ingest_until_killed(inbox: Inbox, config: ImapConfig, fuse: Fuse) -> None:
    """Run a worker that dies, unless it has no such write."""
    dying = Inbox(inbox.database)
    put_fuse(dying.inbound, fuse)
    put_fuse(dying.positions, fuse)
    source = FusedSource(config)
    source.fuse = fuse
    with suppress(Killed):
        async with source:
            await dying.service.ingest(source)


async def die_everywhere(server: MailServer, inbox: Inbox, config: ImapConfig, fuse: Fuse) -> int:
    """Let workers die at one write after the other; return how many there are."""
    while True:
        await inbox.database["inbound_messages"].delete_many({})
        await inbox.database["mailbox_positions"].delete_many({})
        await server.number_anew(*MAILS[:2])
        await inbox.ingest(server.config())
        await server.number_anew(*MAILS)
        await ingest_until_killed(inbox, config, fuse)
        await inbox.ingest(config)
        assert sorted(await inbox.texts()) == TEXTS
        again = await inbox.ingest(config)
        assert (again.stored, again.seen_before) == (0, 0)
        if fuse.count < (fuse.at or 0):
            return fuse.count
        fuse = Fuse((fuse.at or 0) + 1, fuse.is_after)


#: Restart under the new numbers, three stores, put away, advance.
WRITES = 6


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("after_reading", ["keep", "seen", "move:Done"])
async def test_dying_anywhere_loses_and_doubles_nothing(
    pymap: MailServer, inbox: Inbox, after_reading: str, is_after: bool
) -> None:
    config = pymap.config(after_reading=after_reading)
    assert await die_everywhere(pymap, inbox, config, Fuse(1, is_after)) == WRITES


async def test_dying_anywhere_while_dovecot_moves(dovecot: MailServer, inbox: Inbox) -> None:
    config = dovecot.config(after_reading="move:Done")
    assert await die_everywhere(dovecot, inbox, config, Fuse(1)) == WRITES


async def test_dying_again_and_again(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*MAILS)
    for at in range(1, 8):
        await ingest_until_killed(inbox, server.config(), Fuse(at))
    await inbox.ingest(server.config())
    assert await inbox.texts() == TEXTS
