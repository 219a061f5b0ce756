"""What an IMAP server answers, as values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_BODY = re.compile(rb"\bBODY\[\]")


@dataclass(frozen=True, slots=True)
class MailHead:
    """What the server says of a mail; ``received_at`` is None if it makes no sense."""

    uid: int
    size: int
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail's source, whole or its first part; ``refusal`` is why the server does not give it."""

    head: MailHead
    raw: bytes
    is_whole: bool = True
    refusal: str | None = None


def read_number(data: object) -> int:
    """Return the number that an answer consists of, or 0."""
    first = data[0] if isinstance(data, list) and data else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def read_head(line: object) -> MailHead | None:
    """Return size and time of a mail; other answers may be about flags that somebody changes."""
    if not isinstance(line, bytes):
        return None
    uid, size, received = _UID.search(line), _SIZE.search(line), _RECEIVED.search(line)
    if not uid or not size:
        return None
    return MailHead(int(uid[1]), int(size[1]), _instant(received[1]) if received else None)


def _instant(text: bytes) -> datetime | None:
    try:
        # " 7-Mar-2026 09:30:00 +0100" is RFC 5322's form but for the hyphens.
        found = parsedate_to_datetime(text.decode("ascii").replace("-", " ", 2).strip())
        return found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def read_body(data: Sequence[object]) -> bytes | None:
    """Return the source in the answers to a fetch; None if the mail is gone."""
    for one in data:
        if isinstance(one, tuple) and _BODY.search(one[0]):
            return bytes(one[1])
        if isinstance(one, bytes) and _BODY.search(one):
            return b""  # NIL or "": the mail is empty
    return None
