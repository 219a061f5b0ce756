"""Reports on mail that we have sent: bounces (RFC 3464) and complaints (RFC 5965).

Everybody can send a report on anything. It is to be believed only if its ``original_message_id`` is
one of ours and its recipient is the one that message went to.
"""

import re
from collections.abc import Iterator
from typing import Final

from comm_pipeline.domain.delivery_reports import DeliveryReport
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.mailbox.bounce_codes import bounce_kind
from comm_pipeline.mailbox.mime_headers import Headers, read_addresses, read_headers, read_ids
from comm_pipeline.mailbox.mime_reading import ReadMail
from comm_pipeline.mailbox.mime_tree import Part, split_headers

_LONGEST_DIAGNOSTIC: Final = 1_000
_LARGEST_FIELDS: Final = 65_536
_MOST_RECIPIENTS: Final = 50
_STATUS_TYPES: Final = {"message/delivery-status", "message/global-delivery-status"}
_COMPLAINT_TYPE: Final = "message/feedback-report"
_ORIGINAL_TYPES: Final = {
    "message/rfc822",
    "message/rfc822-headers",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
}
#: Feedback that says that the mail was unwanted; others report on signatures, or take it back.
_UNWANTED: Final = {"abuse", "fraud", "virus", "opt-out", "opt-out-list", "other", ""}
_EMPTY_LINES: Final = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_SEVERITY: Final = (MailKind.HARD_BOUNCE, MailKind.SOFT_BOUNCE, MailKind.AUTO_REPLY)


def read_report(mail: ReadMail) -> DeliveryReport | None:
    """Return the report that a mail is, if it is one in a standard's form."""
    parts = list(mail.root.leaves())
    for part in parts:
        if part.content_type == _COMPLAINT_TYPE:
            return _complaint(mail, part, parts)
    for part in parts:
        if part.content_type in _STATUS_TYPES:
            return _bounce(mail, part, parts)
    if mail.header("x-hmxmroriginalrecipient") or _is_hotmail_complaint(mail):
        return _hotmail_complaint(mail, parts)
    return None


def original_message_id(mail: ReadMail, parts: list[Part]) -> str | None:
    """Return the Message-ID of the message that a report is on."""
    for part in parts:
        if part.content_type in _ORIGINAL_TYPES:
            ids = read_ids(_original_headers(part).get("message-id"))
            if ids:
                return ids[0]
    return mail.in_reply_to or (mail.references[-1] if mail.references else None)


def _bounce(mail: ReadMail, part: Part, parts: list[Part]) -> DeliveryReport:
    original = original_message_id(mail, parts)
    found = [_on_recipient(fields, original) for fields in _recipients(part)]
    if not found:
        return DeliveryReport(
            kind=MailKind.SOFT_BOUNCE,
            original_message_id=original,
            diagnostic="the report names no recipient",
        )
    return min(found, key=lambda report: _SEVERITY.index(report.kind))


def _recipients(part: Part) -> Iterator[Headers]:
    """Return the fields on each recipient; those before are on the whole message."""
    blocks = _EMPTY_LINES.split(part.payload[:_LARGEST_FIELDS])
    # Some programs nest a part's own headers once more, or leave out the first block.
    for block in blocks[: _MOST_RECIPIENTS + 1]:
        fields = read_headers(block)
        if fields.get("final-recipient") or fields.get("original-recipient"):
            yield fields


def _on_recipient(fields: Headers, original: str | None) -> DeliveryReport:
    diagnostic = fields.text("diagnostic-code").partition(";")[2].strip() or fields.text(
        "diagnostic-code"
    )
    status = fields.get("status").split("(")[0].strip()[:20]
    action = fields.get("action").strip().lower()[:20]
    return DeliveryReport(
        kind=_kind(action, status, diagnostic),
        # Mail may have been forwarded: we know only the address that we wrote to.
        recipient=_recipient(fields, "original-recipient") or _recipient(fields, "final-recipient"),
        original_message_id=original,
        status=status or None,
        action=action or None,
        diagnostic=diagnostic[:_LONGEST_DIAGNOSTIC],
    )


def _kind(action: str, status: str, diagnostic: str) -> MailKind:
    if action == "delayed":
        return MailKind.SOFT_BOUNCE
    if action in {"delivered", "relayed", "expanded"} or status.startswith("2"):
        return MailKind.AUTO_REPLY
    return bounce_kind(status, diagnostic)


def _recipient(fields: Headers, name: str) -> str | None:
    address = fields.text(name).partition(";")[2].strip() or fields.text(name)
    found = read_addresses([address])
    return found[0][1].lower() if found else None


def _complaint(mail: ReadMail, part: Part, parts: list[Part]) -> DeliveryReport:
    fields = read_headers(part.payload[:_LARGEST_FIELDS])
    feedback = fields.get("feedback-type").strip().lower()[:40]
    recipient = next(
        (
            found
            for name in ("removal-recipient", "original-rcpt-to")
            if (found := _recipient(fields, name))
        ),
        None,
    )
    return DeliveryReport(
        kind=MailKind.COMPLAINT if feedback in _UNWANTED else MailKind.AUTO_REPLY,
        recipient=recipient or _to_of_original(parts),
        original_message_id=original_message_id(mail, parts),
        action=feedback or None,
        diagnostic=fields.text("user-agent")[:_LONGEST_DIAGNOSTIC],
    )


def _is_hotmail_complaint(mail: ReadMail) -> bool:
    """Tell Microsoft's junk mail reports, which have a form of their own."""
    return mail.from_address == "staff@hotmail.com" and "complaint" in mail.subject.lower()


def _hotmail_complaint(mail: ReadMail, parts: list[Part]) -> DeliveryReport:
    original = next((part for part in parts if part.content_type in _ORIGINAL_TYPES), None)
    named = _original_headers(original).text("x-hmxmroriginalrecipient") if original else ""
    found = read_addresses([named or mail.header("x-hmxmroriginalrecipient")])
    return DeliveryReport(
        kind=MailKind.COMPLAINT,
        recipient=found[0][1].lower() if found else _to_of_original(parts),
        original_message_id=original_message_id(mail, parts),
        action="abuse",
    )


def _to_of_original(parts: list[Part]) -> str | None:
    for part in parts:
        if part.content_type in _ORIGINAL_TYPES:
            found = read_addresses(_original_headers(part).all("to"))
            return found[0][1].lower() if found else None
    return None


def _original_headers(part: Part) -> Headers:
    return read_headers(split_headers(part.payload.lstrip(b"\r\n"))[0])
