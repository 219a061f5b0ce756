"""Other clients move, flag and delete mail, and servers number it anew; so may we ourselves."""

import pytest
from imap_tools.mailbox import BaseMailBox

from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline_tests.imap_servers import FOLDER, MailServer
from comm_pipeline_tests.integration.mailbox.conftest import Inbox
from comm_pipeline_tests.mail_builders import a_mail

pytestmark = pytest.mark.anyio


def mails(count: int) -> list[bytes]:
    return [a_mail(f"text {number}", Message_ID=f"<{number}@x.example>") for number in range(count)]


async def test_reading_changes_nothing_in_the_mailbox(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(2))
    await inbox.ingest(server.config())
    assert await server.flags() == [(), ()]


async def test_stored_mail_is_flagged_as_seen(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(2))
    report = await inbox.ingest(server.config(after_reading="seen"))
    assert report.not_put_away is None
    assert await server.flags() == [("\\Seen",), ("\\Seen",)]


async def test_stored_mail_is_moved(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(2))
    config = server.config(after_reading="move:Done")
    report = await inbox.ingest(config)
    assert (report.stored, report.not_put_away) == (2, None)
    assert await server.flags() == []
    assert len(await server.flags("Done")) == 2
    await server.deliver(a_mail("third", Message_ID="<3@x.example>"))
    assert (await inbox.ingest(config)).stored == 1


async def test_moving_spares_what_others_have_flagged(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(2))
    await inbox.ingest(server.config())

    def delete_without_expunging(client: BaseMailBox) -> None:
        client.client.uid("STORE", client.uids()[0], "+FLAGS", r"(\Deleted)")

    await server.other_client(delete_without_expunging)
    await server.deliver(a_mail("third", Message_ID="<3@x.example>"))
    await inbox.ingest(server.config(after_reading="move:Done"))
    assert await server.flags() == [("\\Deleted",), ()]


async def test_numbering_anew_takes_nothing_twice(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(3))
    await inbox.ingest(server.config())
    new = a_mail("new", Message_ID="<new@x.example>")
    await server.number_anew(new, *mails(3))
    report = await inbox.ingest(server.config())
    assert (report.stored, report.seen_before) == (1, 3)
    assert sorted(await inbox.texts()) == ["new", "text 0", "text 1", "text 2"]
    assert (await inbox.ingest(server.config())).seen_before == 0


async def test_numbers_that_begin_anew_unannounced(server: MailServer, inbox: Inbox) -> None:
    """A server that was restored from a backup may keep its UIDVALIDITY."""
    await server.deliver(*mails(2))
    await inbox.ingest(server.config())
    await inbox.database["mailbox_positions"].update_one({}, {"$set": {"last_uid": 9_999}})
    await server.deliver(a_mail("new", Message_ID="<new@x.example>"))
    report = await inbox.ingest(server.config())
    assert (report.is_renumbered, report.stored, report.seen_before) == (True, 1, 2)


async def test_mail_that_comes_back_from_another_folder(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(2))
    await inbox.ingest(server.config(after_reading="move:Done"))
    await server.other_client(lambda client: client.move(client.uids(), FOLDER), "Done")
    report = await inbox.ingest(server.config())
    assert (report.stored, report.seen_before) == (0, 2)


async def test_deleted_and_flagged_by_others(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(4))

    def meddle(client: BaseMailBox) -> None:
        uids = client.uids()
        client.delete(uids[1])
        client.client.uid("STORE", uids[2], "+FLAGS", r"(\Seen \Flagged)")

    await server.other_client(meddle)
    assert (await inbox.ingest(server.config())).stored == 3
    await server.other_client(lambda client: client.delete(client.uids()[-1]))
    assert (await inbox.ingest(server.config())).stored == 0
    assert await inbox.texts() == ["text 0", "text 2", "text 3"]


async def test_mail_that_vanishes_while_it_is_read(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(3))
    async with ImapSource(server.config()) as source:
        heads = await source.heads(await source.uids_above(0))
        await server.other_client(lambda client: client.delete(client.uids()[1]))
        fetched = [await source.fetch(head) for head in heads]
    # Dovecot may still give what was there when the folder was opened; nothing fails either way.
    assert [mail is not None for mail in fetched][::2] == [True, True]
    assert (await inbox.ingest(server.config())).stored == 2
