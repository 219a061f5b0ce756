"""Bounces and complaints, in the standards' forms and in providers' own."""

import pytest

from comm_pipeline.domain.delivery_reports import DeliveryReport
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.mailbox.bounce_codes import bounce_kind
from comm_pipeline.mailbox.mail_kinds import find_kind
from comm_pipeline.mailbox.mime_reading import read_mail
from comm_pipeline_tests.mail_builders import OUR_ID, OWN, a_bounce, a_mail, a_multipart, a_part

HARD, SOFT, AUTO = MailKind.HARD_BOUNCE, MailKind.SOFT_BOUNCE, MailKind.AUTO_REPLY


def report_of(source: bytes) -> DeliveryReport:
    found = find_kind(read_mail(source), source, OWN)
    assert found.report is not None
    assert found.kind is found.report.kind
    return found.report


@pytest.mark.parametrize(
    ("status", "diagnostic", "action", "kind"),
    [
        ("5.1.1", "smtp; 550 5.1.1 user unknown", "failed", HARD),
        ("5.0.0", "smtp; 550 No such user here", "failed", HARD),
        ("5.0.0", "smtp; 554 rejected due to spam content", "failed", SOFT),
        ("5.0.0", "", "failed", HARD),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", "failed", HARD),
        ("5.4.4", "smtp; unable to look up host nowhere.example", "failed", HARD),
        ("5.2.1", "smtp; 550 5.2.1 The email account is disabled", "failed", HARD),
        ("5.2.1", "smtp; 550 5.2.1 The user is receiving mail at a rate that", "failed", SOFT),
        ("5.1.1", "smtp; 554 5.7.1 blocked using zen.spamhaus.org", "failed", SOFT),
        ("5.1.1", "smtp; 554 Client host blocked using zen.spamhaus.org", "failed", SOFT),
        ("5.7.1", "smtp; 550 5.1.1 user unknown", "failed", HARD),
        ("5.1.1", "smtp; 550 5.0.0 failed", "failed", HARD),
        ("5.1.1", "smtp; 450 4.2.0 greylisted", "failed", SOFT),
        ("5.0.0", "smtp; 550 your account has been suspended for sending spam", "failed", SOFT),
        ("5.0.0", "smtp; 550 mailbox has been suspended", "failed", HARD),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", "failed", SOFT),
        ("5.0.0", "smtp; 552 5.2.2 over quota", "failed", SOFT),
        ("5.7.1", "smtp; 550 5.7.1 blocked by policy", "failed", SOFT),
        ("5.3.4", "smtp; 552 message too big", "failed", SOFT),
        ("4.4.1", "smtp; connection timed out", "failed", SOFT),
        ("4.2.2", "smtp; 452 4.2.2 over quota", "delayed", SOFT),
        ("5.1.1", "", "delayed", SOFT),
        ("2.1.5", "", "delivered", AUTO),
        ("", "", "relayed", AUTO),
        ("", "", "failed", SOFT),
    ],
)
def test_hard_and_soft(status: str, diagnostic: str, action: str, kind: MailKind) -> None:
    report = report_of(a_bounce(status, diagnostic, action))
    assert (report.kind, report.status) == (kind, status or None)
    assert (report.recipient, report.original_message_id) == ("ada@example.com", OUR_ID)


def test_of_several_recipients_the_worst_counts() -> None:
    good = b"Final-Recipient: rfc822; bob@example.com\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
    report = report_of(a_bounce().replace(b"Final-Recipient", good + b"Final-Recipient", 1))
    assert (report.kind, report.recipient) == (HARD, "ada@example.com")


def test_the_recipient_that_we_wrote_to_goes_before_where_it_was_forwarded() -> None:
    original = b"Original-Recipient: rfc822;ada@example.com\r\nFinal-Recipient: rfc822; x@y.example"
    source = a_bounce().replace(b"Final-Recipient: rfc822; Ada@example.com", original)
    assert report_of(source).recipient == "ada@example.com"


@pytest.mark.parametrize("content", ["text/rfc822-headers", "message/rfc822-headers"])
def test_headers_alone_of_the_original(content: str) -> None:
    source = a_bounce().replace(b"message/rfc822", content.encode())
    assert report_of(source).original_message_id == OUR_ID


def test_without_the_original_the_thread_leads_to_it() -> None:
    source = a_bounce(original="").replace(
        b"To: Acme", f"In-Reply-To: {OUR_ID}\r\nTo: Acme".encode()
    )
    assert report_of(source).original_message_id == OUR_ID


def test_a_report_without_recipients_is_soft() -> None:
    source = a_bounce().replace(b"Final-Recipient", b"X-Nothing")
    assert (report_of(source).kind, report_of(source).recipient) == (SOFT, None)


def test_a_forwarded_report_is_none() -> None:
    """A colleague sends us a bounce of hers: the report is within an attached mail."""
    inner = a_bounce().decode().replace("=_b", "=_inner")
    source = a_multipart("mixed", a_part("text/plain", "See?"), a_part("message/rfc822", inner))
    assert find_kind(read_mail(source), source, OWN).kind is MailKind.GENUINE


def a_complaint(feedback: str = "abuse", **fields: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    text = "\r\n".join([f"Feedback-Type: {feedback}", "User-Agent: Provider/1.0", *lines, ""])
    return a_multipart(
        "report",
        a_part("text/plain", "This is a complaint"),
        a_part("message/feedback-report", text),
        a_part("message/rfc822", f"To: Ada@example.com\r\nMessage-ID: {OUR_ID}\r\n\r\nHello"),
        headers="; report-type=feedback-report",
    )


@pytest.mark.parametrize(
    ("feedback", "kind"),
    [
        ("abuse", MailKind.COMPLAINT),
        ("Fraud", MailKind.COMPLAINT),
        ("opt-out", MailKind.COMPLAINT),
        ("not-spam", AUTO),
        ("auth-failure", AUTO),
        ("dmarc", AUTO),
    ],
)
def test_complaints(feedback: str, kind: MailKind) -> None:
    report = report_of(a_complaint(feedback))
    assert (report.kind, report.recipient) == (kind, "ada@example.com")
    assert report.original_message_id == OUR_ID


def test_the_recipient_of_a_complaint_as_it_says() -> None:
    source = a_complaint(Original_Rcpt_To="<bob@example.com>")
    assert report_of(source).recipient == "bob@example.com"


def test_a_complaint_in_microsofts_form() -> None:
    original = f"X-HmXmrOriginalRecipient: ada@hotmail.com\r\nMessage-ID: {OUR_ID}\r\n\r\nHello"
    source = a_multipart("mixed", a_part("message/rfc822", original)).replace(
        b"Ada Lovelace <ada@example.com>", b"staff@hotmail.com"
    )
    source = source.replace(b"Re: A question", b"complaint about message from 192.0.2.1")
    report = report_of(source)
    assert (report.kind, report.recipient) == (MailKind.COMPLAINT, "ada@hotmail.com")
    assert report.original_message_id == OUR_ID


QMAIL = """Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <sales@acme.example>
Message-ID: {id}
Subject: hello

Your quota is 100% of our spam policy
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.com
    {reason}
"""
GROUPWISE = """The message that you sent was undeliverable to the following:
\tada@example.com ({reason})
"""


def a_daemons_mail(text: str, **headers: str) -> bytes:
    fields = {
        "From": "MAILER-DAEMON@mx.example.com",
        "Return-Path": "<>",
        "Subject": "failure notice",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return a_mail(text.replace("\n", "\r\n"), fields)


def test_qmail() -> None:
    report = report_of(a_daemons_mail(QMAIL.format(id=OUR_ID)))
    assert (report.kind, report.recipient, report.status) == (HARD, "ada@example.com", "5.1.1")
    assert report.original_message_id == OUR_ID
    assert "spam policy" not in report.diagnostic


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Unrouteable address", HARD),
        ("550 No such user here", HARD),
        ("mailbox is full: retry timeout exceeded", SOFT),
        ("host mx.example.com: 550 5.7.1 rejected as spam", SOFT),
    ],
)
def test_exim(reason: str, kind: MailKind) -> None:
    source = a_daemons_mail(
        EXIM.format(reason=reason),
        X_Failed_Recipients="ada@example.com",
        Subject="Mail delivery failed: returning message to sender",
        Auto_Submitted="auto-replied",
    )
    assert (report_of(source).kind, report_of(source).recipient) == (kind, "ada@example.com")


def test_exim_that_still_tries() -> None:
    source = a_daemons_mail(
        "The address does not exist yet; delivery attempts will continue",
        Subject="Warning: message 1abc delayed 24 hours",
    )
    assert report_of(source).kind is SOFT


def test_a_bounce_that_names_nobody() -> None:
    source = a_daemons_mail(
        "The user is unknown.", Subject="Undeliverable: hello", In_Reply_To=OUR_ID
    )
    report = report_of(source)
    assert (report.kind, report.recipient, report.original_message_id) == (HARD, None, OUR_ID)


@pytest.mark.parametrize("subject", ["Unzustellbar: Hallo", "Undelivered Mail Returned to Sender"])
def test_bounces_by_subject(subject: str) -> None:
    source = a_daemons_mail("<ada@example.com>: 550 5.1.1 unknown user", Subject=subject)
    assert report_of(source).kind is HARD


@pytest.mark.parametrize("words", ["", "something went wrong", "x" * 100_000])
def test_what_says_nothing_is_soft(words: str) -> None:
    assert bounce_kind("", words) is SOFT
