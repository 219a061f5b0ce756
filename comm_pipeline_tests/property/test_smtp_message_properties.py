"""Whatever is written into a message is read back by the standard library, and nothing else is."""

from email import message_from_binary_file
from email.policy import default
from io import BytesIO

from hypothesis import example, given
from hypothesis import strategies as st

from comm_pipeline.channels.smtp_message import MessageWriter
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message, an_smtp_config

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=120).map(
    lambda text: " ".join(text.split())
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400)
WRITER = MessageWriter(an_smtp_config(25))


@given(WORDS, WORDS, TEXTS, st.none() | TEXTS)
@example('"quoted" \\ (comment), <a@b>', "=?utf-8?q?x?=", ".\n..\n--=_part_of_a_message\n", "")
@example("x" * 300, "ü" * 300, "x" * 5_000, "ü" * 5_000)
@example("", "", "-- \n trailing \t\n\tFrom me", "=_part_of_a_message\x00\x0b\x0c\x85\u2028")
def test_a_message_is_read_back(name: str, subject: str, text: str, html: str | None) -> None:
    message = a_channel_message(recipient_name=name, subject=subject, text=text, html=html)
    body = WRITER.envelope(message, NOW).body
    assert body.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in body[:-3]
    assert body.isascii()
    assert max(map(len, body.split(b"\r\n"))) <= 998
    unstuffed = body.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    mail = message_from_binary_file(BytesIO(unstuffed), policy=default)
    assert [address.addr_spec for address in mail["To"].addresses] == ["ada1@example.com"]
    # The parser puts spaces between encoded words of a name, where there are none.
    assert mail["To"].addresses[0].display_name.replace(" ", "") == name.replace(" ", "")
    assert (mail["Subject"] or "") == subject
    assert mail["Message-ID"] == "<1.key@acme.example>"
    parts = list(mail.walk())[-(1 if html is None else 2) :]
    assert [part.get_content() for part in parts] == [
        written.rstrip("\n") + "\n" for written in (text, html) if written is not None
    ]


@given(st.text(), st.text(), st.text())
def test_any_text_at_all_makes_one_message(name: str, subject: str, text: str) -> None:
    message = a_channel_message(
        recipient_name=name,
        subject=subject,
        text=text,
        in_reply_to=name,
        references=(subject, text),
    )
    body = WRITER.envelope(message, NOW).body
    assert b"\r\n.\r\n" not in body[:-3]
    headers = body.partition(b"\r\n\r\n")[0]
    names = [
        line.partition(b":")[0] for line in headers.split(b"\r\n") if not line.startswith(b" ")
    ]
    assert set(names) <= {
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References"),
        *(b"MIME-Version", b"Content-Type"),
    }
