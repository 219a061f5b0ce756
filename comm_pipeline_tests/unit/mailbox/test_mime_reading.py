"""What is read of a mail, in the forms that mail programs write."""

import base64
from datetime import UTC, datetime

import pytest

from comm_pipeline.errors import InvalidInputError
from comm_pipeline.mailbox.mime_reading import LONGEST_TEXT, Attachment, read_mail
from comm_pipeline_tests.mail_builders import a_mail, a_multipart, a_part


def test_a_plain_mail() -> None:
    mail = read_mail(
        a_mail(
            Cc="Bob <bob@EXAMPLE.com>, eve@example.com",
            In_Reply_To="<a@acme.example>",
            References="<0@acme.example>\r\n <a@acme.example>",
        )
    )
    assert mail.text == "Yes, let us talk."
    assert (mail.from_name, mail.from_address) == ("Ada Lovelace", "ada@example.com")
    assert (mail.to, mail.cc) == (("sales@acme.example",), ("bob@example.com", "eve@example.com"))
    assert (mail.message_id, mail.in_reply_to) == ("<1@example.com>", "<a@acme.example>")
    assert mail.references == ("<0@acme.example>", "<a@acme.example>")
    assert mail.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (mail.html, mail.attachments, mail.notes) == (None, (), ())


def test_of_two_forms_the_plain_one_is_read() -> None:
    mail = read_mail(
        a_multipart("alternative", a_part("text/plain", "plain"), a_part("text/html", "<p>html"))
    )
    assert (mail.text, mail.html) == ("plain", "<p>html")


@pytest.mark.parametrize(
    "plain",
    [
        "",
        " \r\n\r\n",
        "This message requires HTML",
        "To view this message please use an HTML compatible e-mail viewer.",
        "Diese Nachricht liegt nur in HTML vor.",
    ],
)
def test_an_empty_plain_form_gives_way_to_html(plain: str) -> None:
    parts = a_part("text/plain", plain), a_part("text/html", "<p>Really <b>yes</b></p>")
    assert read_mail(a_multipart("alternative", *parts)).text == "Really yes"


def test_who_speaks_of_html_is_read_as_written() -> None:
    plain = "We need HTML reports. " * 20
    parts = a_part("text/plain", plain), a_part("text/html", "<p>other</p>")
    assert read_mail(a_multipart("alternative", *parts)).text == plain


def test_html_alone() -> None:
    mail = read_mail(a_mail("<p>Hello</p><p>there", Content_Type="text/html"))
    assert (mail.text, mail.html) == ("Hello\n\nthere", "<p>Hello</p><p>there")


def test_text_around_a_picture() -> None:
    mail = read_mail(
        a_multipart(
            "mixed",
            a_part("text/plain", "before"),
            a_part("image/png; name=a.png", "eHh4", Content_Transfer_Encoding="base64"),
            a_part("text/plain", "after"),
        )
    )
    assert mail.text == "before\nafter"
    assert mail.attachments == (Attachment("a.png", "image/png", 3),)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="offer.txt"', "offer.txt"),
        ("attachment; filename*=utf-8''%C3%9Cbersicht.txt", "Übersicht.txt"),
        ("attachment; filename*0*=koi8-r''%F0; filename*1*=%F2.txt", "ПР.txt"),
        ('attachment; filename="=?utf-8?b?w5xiZXJzaWNodA==?="', "Übersicht"),
        ("attachment; filename*=no-such-charset''%C3%9C", "Ü"),
        ("attachment; filename*1*=x; filename*one=y", "x"),
        ("attachment", ""),
    ],
)
def test_attachments(disposition: str, name: str) -> None:
    part = a_part("text/plain", "12345", Content_Disposition=disposition)
    mail = read_mail(a_multipart("mixed", a_part("text/plain", "see there"), part))
    assert mail.text == "see there"
    assert mail.attachments == (Attachment(name, "text/plain", 5),)


def test_a_forwarded_mail_is_an_attachment() -> None:
    forwarded = a_part("message/rfc822", "Subject: Old news\r\n\r\nunsubscribe")
    mail = read_mail(a_multipart("mixed", a_part("text/plain", "FYI"), forwarded))
    assert mail.text == "FYI"
    assert mail.attachments[0].name == "Old news"


@pytest.mark.parametrize(
    ("charset", "encoded", "text"),
    [
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("gb2312", "你好€".encode("gb18030"), "你好€"),
        ("gb18030", "你好".encode("gb18030"), "你好"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("us-ascii", "Grüße für €5".encode("cp1252"), "Grüße für €5"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", b"\x93quoted\x94", "“quoted”"),
        ("unknown-8bit", "Grüße".encode(), "Grüße"),
        ("x-unknown", "Grüße".encode("cp1252"), "Grüße"),
        ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
        ("windows-9999", b"ja", "ja"),
        ("utf-7", b"+AGEAYg-", "+AGEAYg-"),
        ("unicode_escape", rb"\x41", r"\x41"),
        ("punycode", b"a-b", "a-b"),
        ("base64", b"eHh4", "eHh4"),
    ],
)
def test_charsets(charset: str, encoded: bytes, text: str) -> None:
    head = a_mail("", Content_Type=f"text/plain; charset={charset}")
    assert read_mail(head + encoded).text == text


def test_a_little_damage_does_not_change_the_charset() -> None:
    cut = "Grüße aus München und Köln".encode() + b"\xc3"
    head = a_mail("", Content_Type="text/plain; charset=utf-8")
    assert read_mail(head + cut).text == "Grüße aus München und Köln�"


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", "Gr=C3=BC=\r\n=C3=9Fe", "Grüße"),
        ("quoted-printable", "50 =zz % x", "50 =zz % x"),
        ("BASE64", base64.b64encode("Grüße".encode()).decode(), "Grüße"),
        ("base64", "SGVs\r\nb!G8g\r\ndGhlcmU", "Hello there"),
        ("base64", "SGVsbG8=\r\n____\r\nlist footer is plain", "Hello\nlist footer is plain"),
        ("base64", "A", ""),
        ("x-uuencode", "stays", "stays"),
    ],
)
def test_transfer_encodings(encoding: str, body: str, text: str) -> None:
    source = a_mail(body, Content_Transfer_Encoding=encoding, Content_Type="text/plain")
    assert read_mail(source).text.rstrip("\n") == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?R3LD?= =?UTF-8?b?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?q?one?=\r\n =?iso-8859-1?q?_tw=F6?=", "one twö"),
        ("Re: =?utf-8?q?one?= and more", "Re: one and more"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("=?no-such?q?x?=", "x"),
        ("=?utf-8?q?line=0Abreak=00?=", "line break"),
        ("Grüße as they are", "Grüße as they are"),
    ],
)
def test_encoded_subjects(written: str, read: str) -> None:
    assert read_mail(a_mail(Subject=written)).subject == read


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("ADA@Example.COM", "", "ada@example.com"),
        ('"Lovelace, Ada" <ada@example.com>', "Lovelace, Ada", "ada@example.com"),
        ("=?utf-8?q?evil=40x=2Ey=2C?= <ada@example.com>", "evil@x.y,", "ada@example.com"),
        ("(((((" * 1_500 + " ada@example.com", "", "ada@example.com"),
        ("Ada at work", "", None),
        ("", "", None),
    ],
)
def test_senders(written: str, name: str, address: str | None) -> None:
    mail = read_mail(a_mail(From=written))
    assert (mail.from_name, mail.from_address) == (name, address)


def test_plus_addresses_are_kept_as_written() -> None:
    mail = read_mail(
        a_mail(
            To="reply+Tok.3n@acme.example",
            Cc="other@example.com",
            Delivered_To="reply+second@acme.example",
        )
    )
    assert mail.to_plus == ("Tok.3n", "second")


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@b>\r\n\t<c@d>", ("<a@b>", "<c@d>")),
        ('"Your message" <a@b> of Monday', ("<a@b>",)),
        ("<folded\r\n @b>", ("<folded@b>",)),
        ("a@b c@d", ("<a@b>", "<c@d>")),
        ("nothing", ()),
    ],
)
def test_references(written: str, ids: tuple[str, ...]) -> None:
    assert read_mail(a_mail(References=written)).references == ids


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Foo 2026", "1", "x" * 10_000, ""])
def test_a_date_that_is_none(date: str) -> None:
    assert read_mail(a_mail(Date=date)).sent_at is None


def test_flowed_text_is_put_together() -> None:
    flowed = "One \r\nsentence.\r\n> quoted \r\n> on\r\n>> deeper\r\n-- \r\nAda"
    mail = read_mail(a_mail(flowed, Content_Type="text/plain; format=flowed"))
    assert mail.text == "One sentence.\n> quoted on\n>> deeper\n-- \nAda"


def test_flowed_text_with_delsp() -> None:
    source = a_mail("一 \r\n二", Content_Type="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert read_mail(source).text == "一二"


@pytest.mark.parametrize("body", ["", "\r\n", "\r\n\r\n \r\n"])
def test_an_empty_body(body: str) -> None:
    assert read_mail(a_mail(body)).text.strip() == ""


def test_headers_that_matter_are_kept_and_bounded() -> None:
    mail = read_mail(
        a_mail(Auto_Submitted="auto-replied", X_Unknown="x", Precedence="b" * 5_000).replace(
            b"From:", b"Delivered-To: a@b.example\r\n" * 9 + b"From:", 1
        )
    )
    assert mail.header("auto-submitted") == "auto-replied"
    assert "x-unknown" not in mail.headers
    assert (len(mail.header("precedence")), len(mail.headers["delivered-to"])) == (1_000, 5)


@pytest.mark.parametrize("source", [b"", b"\r\n\r\ntext", b"\x00\xff" * 100, b"just words"])
def test_what_is_no_mail(source: bytes) -> None:
    with pytest.raises(InvalidInputError, match="no header field"):
        read_mail(source)


def test_null_bytes_and_control_characters_are_left_out() -> None:
    assert read_mail(a_mail("Y\x00e\x07s\x1b")).text == "Yes"


def test_long_text_is_cut_with_a_note() -> None:
    mail = read_mail(a_mail("x" * (LONGEST_TEXT + 1)))
    assert (len(mail.text), len(mail.notes)) == (LONGEST_TEXT, 1)


def test_lines_of_ten_thousand_characters() -> None:
    assert read_mail(a_mail("x" * 10_000 + "\r\nstop")).text.endswith("\nstop")


@pytest.mark.parametrize("content", ["multipart/mixed", "multipart/mixed; boundary=never"])
def test_a_multipart_without_parts_is_text(content: str) -> None:
    assert read_mail(a_mail("stop", Content_Type=content)).text == "stop"


def test_a_multipart_without_its_end() -> None:
    source = a_multipart("mixed", a_part("text/plain", "one"), a_part("text/plain", "two"))
    assert read_mail(source.replace(b"--=_b--", b"")).text.split() == ["one", "two"]
