"""Whatever bytes arrive: they are read, or refused as no mail, and can be stored."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from bson import decode, encode
from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.mailbox.html_text import html_to_text
from comm_pipeline.mailbox.imap_answers import FetchedMail, MailHead
from comm_pipeline.mailbox.mail_identity import mail_identity
from comm_pipeline.mailbox.mime_reading import read_mail
from comm_pipeline.services.mail_documents import Place, inbound_document
from comm_pipeline.storage.repository import to_document
from comm_pipeline_tests.mail_builders import OWN, a_bounce, a_mail, a_multipart, a_part

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACE = Place("ada@mail.example:993/INBOX", 1)

#: What mail is made of, in any order, and whole mails that are cut and mixed.
FRAGMENTS = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b"--b",
            b"--b--",
            b"--=_b",
            b"\x00",
            b"\xff\xfe",
            b"=?",
            b"?=",
        ),
        *(b"From: ", b"To: a@b.example", b"Subject: =?utf-8?q?=ff?=", b"Message-ID: <a@b>", b": "),
        *(b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html; charset=utf-16"),
        *(b"Content-Type: message/delivery-status", b"Content-Type: multipart/report; boundary=b"),
        *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable"),
        *(
            b"Final-Recipient: rfc822; ",
            b"Status: 5.",
            b"Auto-Submitted: ",
            b"Date: Mon, 0 Mar 0000",
        ),
        *(b'; filename*0*="', b"; name*1=", b"<blockquote>", b"</div", b"<!--", b"&#xD800;", b"(("),
        *(a_mail(), a_bounce(), a_multipart("alternative", a_part("text/html", "<p>x"))),
    ]
)
SOURCES = st.lists(FRAGMENTS | st.binary(max_size=20), max_size=30).map(b"".join)


def fetched(raw: bytes) -> FetchedMail:
    return FetchedMail(MailHead(1, len(raw), None), raw)


@given(SOURCES)
def test_any_bytes_become_a_document_that_can_be_stored(raw: bytes) -> None:
    document = inbound_document(fetched(raw), PLACE, OWN, NOW)
    stored = decode(encode(to_document(document)))
    assert stored["_id"] == stored["provider_id"] == mail_identity(raw)
    if document.status is InboundStatus.MALFORMED:
        # Only what is no mail at all; everything else is read, however broken.
        assert "no header field" in stored["reason"]
        assert stored["raw"] == raw


@given(SOURCES)
def test_any_bytes_behind_a_header_are_a_mail(raw: bytes) -> None:
    read_mail(b"X-First: 1\r\n" + raw)


@given(st.text(alphabet=st.sampled_from('<>/!-="&;? abdivqotepls\n'), max_size=200))
def test_any_html_becomes_text(html: str) -> None:
    text = html_to_text(html)
    assert "\x00" not in text
    if "<" not in html and "&" not in html:
        assert text.split() == html.split()


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)
LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])), max_size=9
)


@given(subject=NAMES, name=NAMES, lines=LINES, charset=st.sampled_from(["utf-8", "gb18030"]))
def test_what_the_standard_library_writes_is_read(
    subject: str, name: str, lines: list[str], charset: str
) -> None:
    text = "\n".join(lines)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = Address(name, addr_spec="ada@example.com")
    message.set_content(text, charset=charset, cte="base64")
    message.add_attachment(b"12345", "application", "pdf", filename=f"{name}.pdf")
    mail = read_mail(message.as_bytes())
    assert mail.text == text.strip("\n")
    assert (mail.subject, mail.from_name) == (subject, name)
    assert (mail.attachments[0].name, mail.attachments[0].size) == (f"{name}.pdf", 5)


@given(SOURCES, st.sampled_from([b"Received: by x\r\n", b"X-Spam: 1\r\nDelivered-To: a@b\r\n"]))
def test_headers_of_the_way_do_not_change_the_identity(raw: bytes, added: bytes) -> None:
    mail = b"From: ada@example.com\r\n" + raw
    assert mail_identity(added + mail) == mail_identity(mail)
