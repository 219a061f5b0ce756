"""Bounces that follow no standard: recognised by their sender and form, read by their words.

flufl.bounce, Mailman's reader of such mail, is asked who the recipient was; whether it is for good
is decided here, because it takes a full mailbox for a dead one.
"""

import re
from email import message_from_bytes
from typing import Final

from flufl.bounce import all_failures

from comm_pipeline.domain.delivery_reports import DeliveryReport
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.mail_refusals import status_in
from comm_pipeline.mailbox.bounce_codes import bounce_kind
from comm_pipeline.mailbox.delivery_reports import original_message_id
from comm_pipeline.mailbox.mime_headers import read_addresses, read_ids
from comm_pipeline.mailbox.mime_reading import ReadMail

#: Larger mail, and mail of more parts, is not given to code that has no limits of its own.
_LARGEST: Final = 262_144
_MOST_PARTS: Final = 20
_LONGEST_WORDS: Final = 8_000
_DAEMONS: Final = re.compile(
    r"(mailer-?daemon|mail-?daemon|mdaemon|maildelivery|mail-?delivery-?(system|subsystem)"
    r"|postmaster|bounces?|microsoftexchange[0-9a-f]*)@",
    re.IGNORECASE,
)
_SUBJECTS: Final = re.compile(
    r"undeliver|deliver(y|ed)?.{0,20}(fail|status|problem|delay|incomplete)|failure notice"
    r"|returned mail|mail delivery|message delivery|could not (be )?deliver|not delivered"
    r"|delayed mail|message.{0,60}delayed|delivery has failed|address not found"
    r"|unzustellbar|nicht zugestellt|fehlgeschlagen|non remis|chec de remise|no se puede entregar"
    r"|no se ha podido entregar"
    r"|mancato recapito|non recapitabil|onbestelbaar|não entregue|devolvid",
    re.IGNORECASE,
)
_TEXTS: Final = re.compile(
    r"qmail-send program|this message was created automatically by mail delivery software"
    r"|i'm sorry to have to inform you that your message could not|was not delivered to"
    r"|delivery to the following recipients? (has |have )?(failed|been delayed)"
    r"|wasn't able to deliver your message|could ?n[o']t be delivered to|undeliverable address",
    re.IGNORECASE,
)
_IDS: Final = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_ORIGINAL: Final = re.compile(
    r"^(-{2,}.{0,40}(copy of the message|original message|returned message).{0,60}"
    r"|--- below this line.*|received: from .*|return-path: .*)$",
    re.IGNORECASE | re.MULTILINE,
)


def read_provider_bounce(mail: ReadMail, raw: bytes) -> DeliveryReport | None:
    """Return what a mail reports if it is a bounce in a form of its provider's own."""
    named = mail.header("x-failed-recipients")
    if not named and not _looks_like_one(mail):
        return None
    words = _reason(mail.text)
    return DeliveryReport(
        kind=_kind(mail, words),
        recipient=_recipient(named, mail, raw),
        original_message_id=_original_id(mail),
        status=status_in(words),
        action="failed",
        diagnostic=" ".join(words.split())[:1000],
    )


def _looks_like_one(mail: ReadMail) -> bool:
    sender_is_a_program = (
        bool(_DAEMONS.match(mail.from_address or "")) or mail.header("return-path") == "<>"
    )
    return sender_is_a_program and bool(
        _SUBJECTS.search(mail.subject) or _TEXTS.search(mail.text[:_LONGEST_WORDS])
    )


def _reason(text: str) -> str:
    """Return the explanation, without the copy of our own message below it."""
    words = text[:_LONGEST_WORDS]
    copy = _ORIGINAL.search(words)
    return words[: copy.start()] if copy and copy.start() else words


def _kind(mail: ReadMail, words: str) -> MailKind:
    if re.search(r"\b(delay|warning)", mail.subject, re.IGNORECASE):
        return MailKind.SOFT_BOUNCE
    return bounce_kind("", words)


def _recipient(named: str, mail: ReadMail, raw: bytes) -> str | None:
    found = read_addresses([named]) if named else []
    if found:
        return found[0][1].lower()
    return _second_opinion(mail, raw)


def _second_opinion(mail: ReadMail, raw: bytes) -> str | None:
    if len(raw) > _LARGEST or mail.notes or len(list(mail.root.leaves())) > _MOST_PARTS:
        return None
    try:
        temporary, permanent = all_failures(message_from_bytes(raw))
    except Exception:  # old forms in strangers' code: no opinion is a good answer
        return None
    addresses = sorted(address.decode("ascii", "replace") for address in permanent | temporary)
    return addresses[0].lower() if addresses else None


def _original_id(mail: ReadMail) -> str | None:
    found = original_message_id(mail, list(mail.root.leaves()))
    if found:
        return found
    quoted = _IDS.findall(mail.text[:65_536])
    return read_ids(quoted[0])[0] if quoted else None
