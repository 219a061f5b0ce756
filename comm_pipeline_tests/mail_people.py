"""People who answer by mail: what they write back to a mail of ours, as their servers send it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from comm_pipeline_tests.mail_builders import a_mail, a_multipart, a_part


@dataclass(frozen=True)
class Received:
    """A mail of ours as its recipient got it, and when they do something about it."""

    mail: EmailMessage
    at: datetime

    @property
    def recipient(self) -> str:
        return str(self.mail["To"]).strip("<> ")

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"]).strip()

    @property
    def answers_to(self) -> str:
        return str(self.mail["Reply-To"] or self.mail["From"])

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of an answer in the thread."""
        return {
            "From": f"Ada <{self.recipient}>",
            "To": self.answers_to,
            "Subject": f"Re: {self.mail['Subject']}",
            "Date": format_datetime(self.at),
            "Message-ID": f"<{uuid4().hex}@example.com>",
            "In-Reply-To": self.message_id,
            "References": self.message_id,
        }


#: What somebody sends back.
Answer = Callable[[Received], bytes]


def says(text: str, **headers: str) -> Answer:
    """Answer in the thread; keywords are headers, an empty one is left out."""
    return lambda got: a_mail(text, {**got.headers}, **headers)


def says_in_html(text: str) -> Answer:
    """Answer as a telephone does, in HTML alone and with our mail quoted below."""

    def answer(got: Received) -> bytes:
        html = (
            f"<div>{text}</div><div class='gmail_quote'>On Monday Acme wrote:"
            "<blockquote>To opt out say STOP<br>unsubscribe</blockquote></div>"
        )
        headers = {"MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8"}
        return a_mail(html, {**got.headers, **headers})

    return answer


def says_from_elsewhere(text: str) -> Answer:
    """Write a new mail from another account: only the address that it goes to tells."""
    elsewhere = {"From": "private@elsewhere.example", "Subject": "About your question"}
    return says(text, **elsewhere, In_Reply_To="", References="")


def is_away(text: str) -> Answer:
    return says(text, Auto_Submitted="auto-replied", Subject="Automatic reply: your mail")


def bounces(status: str, diagnostic: str, action: str = "failed") -> Answer:
    """Report on our mail (RFC 3464), as the mail server of its recipient does."""

    def answer(got: Received) -> bytes:
        fields = (
            "Reporting-MTA: dns; mx.example.com\r\n\r\n"
            f"Final-Recipient: rfc822; {got.recipient}\r\n"
            f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {diagnostic}\r\n"
        )
        original = f"Message-ID: {got.message_id}\r\nTo: {got.recipient}\r\n\r\nHello, say STOP"
        source = a_multipart(
            "report",
            a_part("text/plain", "This is the mail system. Your message was not delivered."),
            a_part("message/delivery-status", fields),
            a_part("message/rfc822", original),
            headers="; report-type=delivery-status",
        )
        sender = b"MAILER-DAEMON@mx.example.com"
        named = source.replace(b"Ada Lovelace <ada@example.com>", sender, 1)
        return named.replace(b"<1@example.com>", f"<{uuid4().hex}@mx.example.com>".encode(), 1)

    return answer


def complains() -> Answer:
    """Report on our mail (RFC 5965), as a mailbox provider does for a person."""

    def answer(got: Received) -> bytes:
        fields = (
            "Feedback-Type: abuse\r\nUser-Agent: provider/1\r\nVersion: 1\r\n"
            f"Original-Rcpt-To: <{got.recipient}>\r\n"
        )
        original = f"Message-ID: {got.message_id}\r\nTo: {got.recipient}\r\n\r\nHello"
        source = a_multipart(
            "report",
            a_part("text/plain", "This is an abuse report."),
            a_part("message/feedback-report", fields),
            a_part("message/rfc822", original),
            headers="; report-type=feedback-report",
        )
        sender = b"feedback@provider.example"
        return source.replace(b"Ada Lovelace <ada@example.com>", sender, 1)

    return answer
