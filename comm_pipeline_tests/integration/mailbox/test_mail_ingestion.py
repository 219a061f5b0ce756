"""Mail of a real mailbox is stored once, whatever happens to it and to its folder."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from comm_pipeline_tests.imap_servers import MailServer
from comm_pipeline_tests.integration.mailbox.conftest import Inbox
from comm_pipeline_tests.mail_builders import OUR_ID, OWN, a_bounce, a_mail

pytestmark = pytest.mark.anyio


def mails(count: int) -> list[bytes]:
    return [a_mail(f"text {number}", Message_ID=f"<{number}@x.example>") for number in range(count)]


async def test_new_mail_is_stored_and_read_only_once(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(3))
    first = await inbox.ingest(server.config())
    assert (first.stored, first.seen_before, first.has_more) == (3, 0, False)
    again = await inbox.ingest(server.config())
    assert (again.stored, again.seen_before) == (0, 0)
    await server.deliver(a_mail("later", Message_ID="<later@x.example>"))
    assert (await inbox.ingest(server.config())).stored == 1
    assert await inbox.texts() == ["text 0", "text 1", "text 2", "later"]


async def test_the_document(server: MailServer, inbox: Inbox) -> None:
    at = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    source = a_mail(
        headers={"To": "reply+Tok3n@acme.example"}, In_Reply_To=OUR_ID, References=f"<0@x> {OUR_ID}"
    )
    await server.deliver(source, at=at)
    await inbox.ingest(server.config())
    (stored,) = await inbox.stored()
    expected = {
        "status": "new",
        "kind": "genuine",
        "source": "imap",
        "text": "Yes, let us talk.",
        "received_at": at,
        "from_address": "ada@example.com",
        "from_name": "Ada Lovelace",
        "to": ["reply+tok3n@acme.example"],
        "to_plus": ["Tok3n"],
        "subject": "Re: A question",
        "message_id": "<1@example.com>",
        "in_reply_to": OUR_ID,
        "references": ["<0@x>", OUR_ID],
        "sent_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "attachments": [],
        "html": None,
        "report": None,
        "notes": [],
        "size": len(source),
    }
    assert {name: stored[name] for name in expected} == expected
    assert stored["_id"] == stored["provider_id"]
    assert stored["found_in"]["mailbox"] == server.config().name


async def test_the_report_of_a_bounce(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(a_bounce())
    report = await inbox.ingest(server.config())
    assert report.kinds == {"hard_bounce": 1}
    (stored,) = await inbox.stored()
    assert stored["report"] == {
        "kind": "hard_bounce",
        "recipient": "ada@example.com",
        "original_message_id": OUR_ID,
        "status": "5.1.1",
        "action": "failed",
        "diagnostic": "550 5.1.1 <ada@example.com>: user unknown",
    }


async def test_a_few_at_a_time(server: MailServer, inbox: Inbox) -> None:
    await server.deliver(*mails(5))
    reports = [await inbox.ingest(server.config(), most=2) for _ in range(4)]
    assert [report.stored for report in reports] == [2, 2, 1, 0]
    assert [report.has_more for report in reports] == [True, True, False, False]


async def test_many_at_once_store_each_mail_once(pymap: MailServer, inbox: Inbox) -> None:
    await pymap.deliver(*mails(20))
    reports = await asyncio.gather(*(inbox.ingest(pymap.config()) for _ in range(4)))
    assert sum(report.stored for report in reports) == 20
    assert len(await inbox.stored()) == 20


async def test_a_copy_that_came_another_way_is_the_same_mail(
    pymap: MailServer, inbox: Inbox
) -> None:
    source = a_mail()
    await pymap.deliver(source, b"Received: by relay.example\r\n" + source)
    report = await inbox.ingest(pymap.config())
    assert (report.stored, report.seen_before) == (1, 1)


async def test_other_text_under_the_same_message_id_is_another_mail(
    pymap: MailServer, inbox: Inbox
) -> None:
    await pymap.deliver(a_mail("one"), a_mail("two"))
    assert (await inbox.ingest(pymap.config())).stored == 2


async def test_without_a_message_id(pymap: MailServer, inbox: Inbox) -> None:
    await pymap.deliver(a_mail("one", Message_ID=""), a_mail("two", Message_ID=""))
    await inbox.ingest(pymap.config())
    await pymap.number_anew(a_mail("two", Message_ID=""), a_mail("one", Message_ID=""))
    report = await inbox.ingest(pymap.config())
    assert (report.stored, report.seen_before) == (0, 2)


async def test_a_huge_mail_is_fetched_in_part(server: MailServer, inbox: Inbox) -> None:
    huge = a_mail("begins\r\n" + "x" * 200_000)
    await server.deliver(huge, a_mail("small", Message_ID="<2@x.example>"))
    config = server.config(largest_bytes=100_000, first_part_bytes=5_000)
    assert (await inbox.ingest(config)).stored == 2
    stored, small = await inbox.stored()
    assert stored["text"].startswith("begins")
    assert len(stored["text"]) < 5_000
    assert stored["notes"] == [f"only the first 5000 of {len(huge)} bytes were fetched"]
    assert (stored["size"], small["notes"]) == (len(huge), [])


async def test_a_time_that_cannot_be_is_replaced(pymap: MailServer, inbox: Inbox) -> None:
    await pymap.deliver(a_mail(), at=inbox.clock() + timedelta(days=400))
    await inbox.ingest(pymap.config())
    (stored,) = await inbox.stored()
    assert stored["received_at"] == inbox.clock()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00\x01\x02",
        b"no header at all",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" * 2_000,
        b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nx",
        a_mail("text", Content_Transfer_Encoding="base64", Content_Type="text/plain; charset=no"),
    ],
    ids=["empty", "null bytes", "no header", "nested", "1 MB header", "no base64"],
)
async def test_no_mail_stops_the_others(server: MailServer, inbox: Inbox, hostile: bytes) -> None:
    before, after = mails(2)
    await server.deliver(*([before, hostile, after] if hostile else [before, after]))
    await inbox.ingest(server.config())
    texts = await inbox.texts()
    assert (texts[0], texts[-1]) == ("text 0", "text 1")


async def test_what_is_no_mail_is_kept_as_malformed(server: MailServer, inbox: Inbox) -> None:
    source = b"this is no mail " * 10_000
    await server.deliver(source)
    report = await inbox.ingest(server.config())
    assert (report.stored, report.malformed) == (1, 1)
    (stored,) = await inbox.stored()
    assert (stored["status"], stored["raw"]) == ("malformed", source[:65_536])
    assert "no header field" in stored["reason"]
    assert not await inbox.inbound.has_new()


async def test_text_that_the_database_does_not_take(
    pymap: MailServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields are bounded, so the bound is moved to see what happens beyond it."""
    monkeypatch.setattr("comm_pipeline.mailbox.mime_reading.LONGEST_TEXT", 10**9)
    monkeypatch.setattr("comm_pipeline.mailbox.mime_reading._LARGEST_TEXT_PART", 10**9)
    await pymap.deliver(a_mail("x" * 2_000_000), a_mail("fine", Message_ID="<2@x.example>"))
    assert (await inbox.ingest(pymap.config())).malformed == 1
    assert [document["status"] for document in await inbox.stored()] == ["malformed", "new"]


async def test_our_own_mail_is_no_reply(pymap: MailServer, inbox: Inbox) -> None:
    await pymap.deliver(
        a_mail(From="Sales <SALES@acme.example>"), a_mail(Message_ID=OUR_ID, From="x@y.example")
    )
    assert (await inbox.ingest(pymap.config())).kinds == {"own": 2}


def test_own_mail_is_told_by_address_and_form_of_id() -> None:
    assert OWN.is_our_id(OUR_ID)
    assert not OWN.is_our_id("<queue-id@acme.example>")
    assert not OWN.is_our_id(None)
