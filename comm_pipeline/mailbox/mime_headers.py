"""Header fields of a mail or of one of its parts, read with limits and without ever raising."""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby
from typing import Final

from comm_pipeline.mailbox.charsets import clean_text, decode_bytes

#: Bytes of a header block, and characters of one field, that are read.
LARGEST_BLOCK: Final = 262_144
_LONGEST_FIELD: Final = 65_536
#: Characters of fields with addresses, and of fields with parameters: their grammar costs more.
_LONGEST_ADDRESSES: Final = 8_192
_LONGEST_PARAMETERS: Final = 4_096
_MOST_IDS: Final = 100

_FIELD: Final = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")
_WORD: Final = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)\s+(?==\?)")
_ID: Final = re.compile(r"<([^<>]{1,998})>")
_SPACE: Final = re.compile(r"\s+")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,256}@[^\s<>()\[\],;:\"\\@]{1,255}")


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in their order; names are lower case, values unfolded and not yet decoded."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for field, value in self.fields if field == name]

    def get(self, name: str) -> str:
        """Return the first value of a field, or an empty text."""
        return next((value for field, value in self.fields if field == name), "")

    def text(self, name: str) -> str:
        """Return the first value of a field as people read it (RFC 2047)."""
        return decode_words(self.get(name))

    def content(self) -> "Message[str, str]":
        """Return the fields that describe the content, for the standard library to read."""
        message: Message[str, str] = Message()
        for name in ("content-type", "content-disposition"):
            if value := self.get(name)[:_LONGEST_PARAMETERS]:
                message[name] = value
        return message


def read_headers(block: bytes) -> Headers:
    """Read a header block; lines that are no field are left out."""
    lines = _FOLD.sub(b"", block[:LARGEST_BLOCK]).splitlines()
    return Headers(tuple(_fields(decode_bytes(line[:_LONGEST_FIELD], None) for line in lines)))


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if field := _FIELD.fullmatch(line):
            yield field[1].lower(), clean_text(field[2]).strip()


def decode_words(value: str) -> str:
    """Return a field's value with its encoded words decoded (RFC 2047), on one line."""
    if "=?" in value:
        value = _decoded(_BETWEEN_WORDS.sub(r"\1", value))
    return _SPACE.sub(" ", clean_text(value)).strip()


def _decoded(value: str) -> str:
    """Decode words; the bytes of neighbours belong together, for some cut within a character."""
    pieces: list[str] = []
    position = 0
    words = _neighbours(_WORD.finditer(value))
    for charset, group in words:
        pieces.append(value[position : group[0].start()])
        pieces.append(decode_bytes(b"".join(map(_word_bytes, group)), charset))
        position = group[-1].end()
    return "".join([*pieces, value[position:]])


def _neighbours(words: Iterator[re.Match[str]]) -> Iterator[tuple[str, list[re.Match[str]]]]:
    """Group words that touch each other and share a charset."""
    number, end = 0, -1

    def group(word: re.Match[str]) -> tuple[int, str]:
        nonlocal number, end
        number += word.start() != end
        end = word.end()
        return number, word[1].lower()

    for (_, charset), members in groupby(words, group):
        yield charset, list(members)


def _word_bytes(word: re.Match[str]) -> bytes:
    data = word[3].encode("utf-8", "replace")
    if word[2] in "qQ":
        return a2b_qp(data, header=True)
    try:
        return a2b_base64(data + b"=" * (-len(data) % 4))
    except NotBase64:
        return data


def read_addresses(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return name and address of each mailbox in the fields; the addresses as they are written."""
    text = ", ".join(values)[:_LONGEST_ADDRESSES]
    try:
        found = [(name, spec) for name, spec in getaddresses([text]) if _ADDRESS.fullmatch(spec)]
    except (RecursionError, ValueError, IndexError):  # comments within comments
        found = []
    named = found or [("", spec) for spec in _ADDRESS.findall(text)]
    return [(decode_words(name), spec) for name, spec in named]


def read_ids(value: str) -> tuple[str, ...]:
    """Return the Message-IDs of a field, with their angle brackets; the last ones if many."""
    ids = [f"<{_SPACE.sub('', one)}>" for one in _ID.findall(value)]
    if not ids and "@" in value:
        ids = [f"<{one}>" for one in value.split() if "@" in one and len(one) < 998]
    return tuple(ids[-_MOST_IDS:])


def read_date(value: str) -> datetime | None:
    """Return the instant of a Date field in UTC, or None; without a zone it is taken for UTC."""
    try:
        found = parsedate_to_datetime(value[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
