"""Mail made to hurt: it is read in about the time that its size takes, with what was left out."""

import time

import pytest

from comm_pipeline.mailbox.html_text import html_to_text
from comm_pipeline.mailbox.mail_kinds import find_kind
from comm_pipeline.mailbox.mime_reading import read_mail
from comm_pipeline_tests.mail_builders import OWN, a_mail

#: Quadratic behaviour takes minutes at these sizes.
_LIMIT_SECONDS = 10.0

_NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
    for one in range(20_000)
)
SOURCES = {
    "nested parts": _NESTED,
    "nested messages": b"Content-Type: message/rfc822\r\n\r\n" * 100_000,
    "thousands of parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 100_000,
    "a header of 1 MB": b"From: a@b.de\r\nX-A: " + b"a" * 1_000_000 + b"\r\n\r\nhello",
    "200,000 headers": b"a: b\r\n" * 200_000 + b"\r\nx",
    "folded addresses": b"To: " + b"a@b.cd,\r\n " * 50_000 + b"\r\n\r\nx",
    "open comments": b"From: " + b"(a@b.c" * 8_000 + b"\r\n\r\nx",
    "open quotations": b"From: " + b'"a' * 8_000 + b"\r\n\r\nx",
    "open words": b"Subject: " + b"=?a?q?" * 30_000 + b"\r\n\r\nx",
    "open parameters": b"Content-Type: text/plain; " + b'a="b;' * 30_000 + b"\r\n\r\nx",
    "open ids": b"References: " + b"<" * 60_000 + b"\r\n\r\nx",
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!!!!" * 500_000,
    "flowed lines": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 200_000,
    "one line": b"From: a@b.de\r\n\r\n" + b"a" * 10_000_000,
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b" + b" " * 1_000) * 5_000,
    "empty reports": b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n" + b"\r\n \r\n" * 200_000,
    "a bounce of one word": a_mail(
        "user " * 100_000, From="mailer-daemon@x.example", Subject="undeliverable"
    ),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_hostile_sources(source: bytes) -> None:
    begin = time.process_time()
    mail = read_mail(source)
    find_kind(mail, source, OWN)
    assert time.process_time() - begin < _LIMIT_SECONDS


@pytest.mark.parametrize(
    "name", ["nested parts", "thousands of parts", "a header of 1 MB", "200,000 headers"]
)
def test_what_is_left_out_is_noted(name: str) -> None:
    (note,) = read_mail(SOURCES[name]).notes
    assert "not read" in note


_OPEN = ("<", "<!", "<!--", "<a", "<a ", '<a b="', '<a b=">', "</", "</a", "<?", "<![", "&", "&#")
_TAGS = ("<script>", "<div>", "<blockquote>", "<div></blockquote>", "<p>", "<pre>\n", "<td>")


@pytest.mark.parametrize("bait", [*_OPEN, *_TAGS])
def test_hostile_html(bait: str) -> None:
    begin = time.process_time()
    html_to_text(bait * (400_000 // len(bait)))
    assert time.process_time() - begin < _LIMIT_SECONDS
