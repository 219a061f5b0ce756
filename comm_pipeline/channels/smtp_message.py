"""Writing a ChannelMessage as an RFC 5322 message."""

import re
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.channels.smtp_addresses import Address, address_of, sender_of
from comm_pipeline.channels.smtp_config import SmtpConfig

# 7 bit bodies (quoted-printable or base64 where needed) pass every server unchanged.
_POLICY = SMTP.clone(cte_type="7bit")
_POLICY_UTF8 = _POLICY.clone(utf8=True)

_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")


class Envelope(NamedTuple):
    """What one SMTP transaction hands over; ``body`` is dot-stuffed and ends with its dot."""

    sender: Address
    recipient: Address
    body: bytes

    @property
    def needs_smtputf8(self) -> bool:
        """Whether an address cannot be written in ASCII."""
        return self.sender.needs_smtputf8 or self.recipient.needs_smtputf8


class MessageWriter:
    """Writes messages from one sender."""

    def __init__(self, config: SmtpConfig) -> None:
        """Read the sender; raises UnusableAddressError."""
        self._sender_name, self._sender = sender_of(config.sender)
        self._unsubscribe = (
            address_of(config.unsubscribe_address) if config.unsubscribe_address else None
        )

    def envelope(self, message: ChannelMessage, now: datetime) -> Envelope:
        """Write ``message``, dated ``now``; raises UnusableAddressError for its recipient."""
        recipient = address_of(message.recipient_address)
        needs_smtputf8 = self._sender.needs_smtputf8 or recipient.needs_smtputf8
        email = EmailMessage(policy=_POLICY_UTF8 if needs_smtputf8 else _POLICY)
        email["From"] = _header(self._sender_name, self._sender)
        email["To"] = _header(message.recipient_name or "", recipient)
        email["Subject"] = _one_line(message.subject)
        email["Date"] = format_datetime(now)
        if self._unsubscribe is not None:
            email["List-Unsubscribe"] = f"<mailto:{self._unsubscribe.spec}>"
        email.set_content(_encodable(message.text))
        if message.html is not None:
            email.add_alternative(_encodable(message.html), subtype="html")
        return Envelope(self._sender, recipient, _on_the_wire(_thread(message) + bytes(email)))


def _header(name: str, address: Address) -> HeaderAddress:
    return HeaderAddress(_one_line(name), address.local_part, address.domain)


def _thread(message: ChannelMessage) -> bytes:
    """Write the headers that hold message ids.

    By hand, because the standard library folds several long ids into encoded words, which no mail
    program recognises as ids.
    """
    ids = {
        "Message-ID": _ids(message.message_id),
        "In-Reply-To": _ids(message.in_reply_to or ""),
        "References": _ids(" ".join(message.references)),
    }
    folded = {name: "\r\n ".join(found) for name, found in ids.items() if found}
    return "".join(f"{name}: {value}\r\n" for name, value in folded.items()).encode("ascii")


def _ids(text: str) -> list[str]:
    return _MESSAGE_ID.findall(text)


def _on_the_wire(content: bytes) -> bytes:
    """Use CRLF only, double leading dots, end with the dot: nothing inside can end the message."""
    lines = _LINE_BREAK.sub(b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines) + b".\r\n"


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(_encodable(text).split()) if letter.isprintable())


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
