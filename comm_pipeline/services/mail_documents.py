"""A fetched mail as the document that is stored in ``inbound_messages``."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from comm_pipeline.domain.document import to_milliseconds
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.domain.stated_instants import believed_receipt
from comm_pipeline.errors import InvalidInputError, told
from comm_pipeline.mailbox.charsets import clean_text, decode_bytes
from comm_pipeline.mailbox.imap_answers import FetchedMail
from comm_pipeline.mailbox.mail_identity import mail_identity
from comm_pipeline.mailbox.mail_kinds import MailFinding, OwnMail, find_kind
from comm_pipeline.mailbox.mime_reading import ReadMail, read_mail

#: The source that documents of this origin name.
SOURCE = "imap"
#: Bytes of an unreadable mail that are kept.
_KEPT_OF_MALFORMED = 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail was found, for people who look for it; its identity is another."""

    mailbox: str
    uidvalidity: int


def inbound_document(
    mail: FetchedMail, place: Place, own: OwnMail, now: datetime
) -> InboundMessage:
    """Return what is stored of a mail; one that cannot be read is ``malformed``, with the reason.

    Never raises because of the mail.
    """
    if mail.refusal is not None:
        reason = f"the mail server does not give it: {mail.refusal}; look for it in the mailbox"
        return malformed_document(mail, place, reason, now)
    try:
        read = read_mail(mail.raw)
        return _document(mail, read, find_kind(read, mail.raw, own), place, now)
    except (InvalidInputError, ValidationError) as error:
        return malformed_document(mail, place, str(error), now)
    except Exception as error:  # whatever one mail does, the others go on
        return malformed_document(mail, place, told(error), now)


def malformed_document(
    mail: FetchedMail, place: Place, reason: str, now: datetime
) -> InboundMessage:
    """Return what is stored of a mail that cannot be read: its source's beginning, and why."""
    kept = mail.raw[:_KEPT_OF_MALFORMED]
    fields = _origin(mail, place) | {"reason": reason[:4_000], "raw": kept}
    return InboundMessage(
        id=_identity(mail, place),
        text=clean_text(decode_bytes(kept, None)),
        received_at=believed_receipt(mail.head.received_at, now),
        status=InboundStatus.MALFORMED,
        **fields,
    )


def _document(
    mail: FetchedMail, read: ReadMail, finding: MailFinding, place: Place, now: datetime
) -> InboundMessage:
    report = finding.report
    fields: dict[str, Any] = {
        "kind": finding.kind,
        "kind_evidence": finding.evidence,
        "from_name": read.from_name,
        "to": read.to,
        "cc": read.cc,
        "to_plus": read.to_plus,
        "sent_at": to_milliseconds(read.sent_at) if read.sent_at else None,
        "html": read.html,
        "headers": dict(read.headers),
        "attachments": [asdict(one) for one in read.attachments],
        "report": report,
        "notes": [*_size_notes(mail), *read.notes],
    }
    return InboundMessage(
        id=_identity(mail, place),
        text=read.text,
        received_at=believed_receipt(mail.head.received_at, now),
        from_address=read.from_address,
        subject=read.subject,
        message_id=read.message_id,
        in_reply_to=read.in_reply_to,
        references=read.references,
        **fields | _origin(mail, place),
    )


def _origin(mail: FetchedMail, place: Place) -> dict[str, Any]:
    return {
        "provider_id": _identity(mail, place),
        "source": SOURCE,
        "size": mail.head.size,
        "found_in": {**asdict(place), "uid": mail.head.uid},
    }


def _identity(mail: FetchedMail, place: Place) -> str:
    if mail.refusal is None:
        return mail_identity(mail.raw)
    number = f"{place.mailbox}:{place.uidvalidity}:{mail.head.uid}"
    return f"mail:{hashlib.sha256(number.encode()).hexdigest()}"


def _size_notes(mail: FetchedMail) -> list[str]:
    if mail.is_whole:
        return []
    return [f"only the first {len(mail.raw)} of {mail.head.size} bytes were fetched"]
