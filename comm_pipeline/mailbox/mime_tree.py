"""A mail's source as a tree of parts, with limits on depth and number. Never raises.

The standard library's parser takes time that grows with the square of the nesting and ends in a
RecursionError; this one reads any bytes in about the time that searching them takes.
"""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from comm_pipeline.mailbox.charsets import decode_bytes
from comm_pipeline.mailbox.mime_headers import Headers, decode_words, read_headers

_DEEPEST: Final = 20
_MOST_PARTS: Final = 300
_END_OF_HEADERS: Final = re.compile(rb"^\r?\n|\r?\n\r?\n")
_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers, its source without them, and what is inside if it is a multipart."""

    headers: Headers
    body: bytes
    content_type: str
    charset: str | None
    filename: str
    is_attachment: bool
    flowed: bool = False
    delsp: bool = False
    children: tuple["Part", ...] = ()

    @property
    def payload(self) -> bytes:
        """The content without its transfer encoding."""
        encoding = self.headers.get("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _from_base64(self.body)
        return a2b_qp(self.body) if encoding == "quoted-printable" else self.body

    def text(self, most_bytes: int) -> str:
        """Return the content as text; of a large one only the first bytes."""
        return decode_bytes(self.payload[:most_bytes], self.charset)

    def leaves(self) -> Iterator["Part"]:
        """Return the parts that hold no parts."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def read_tree(raw: bytes) -> tuple[Part, list[str]]:
    """Read a mail's source; returns the outermost part, and notes on what was left out."""
    budget = _Budget()
    return _part(raw, 0, budget, "text/plain"), list(dict.fromkeys(budget.notes))


def split_headers(raw: bytes) -> tuple[bytes, bytes]:
    """Return header block and body; what has no empty line is all headers."""
    end = _END_OF_HEADERS.search(raw)
    return (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")


@dataclass(slots=True)
class _Budget:
    parts: int = _MOST_PARTS
    notes: list[str] = field(default_factory=list)


def _part(raw: bytes, depth: int, budget: _Budget, default: str) -> Part:
    block, body = split_headers(raw)
    headers = read_headers(block)
    content = headers.content()
    content_type = content.get_content_type() if content["content-type"] else default
    children: tuple[Part, ...] = ()
    if content_type.startswith("multipart/"):
        children = _children(body, content, depth, budget)
        # Without a single part in it, it is text that claims to be more.
        content_type = content_type if children or depth >= _DEEPEST else "text/plain"
    return Part(
        headers=headers,
        body=b"" if children else body,
        content_type=content_type,
        charset=_parameter(content, "charset") or None,
        filename=(_parameter(content, "filename") or _parameter(content, "name"))[:_LONGEST_NAME],
        is_attachment=content.get_content_disposition() == "attachment",
        flowed=_parameter(content, "format").lower() == "flowed",
        delsp=_parameter(content, "delsp").lower() == "yes",
        children=children,
    )


def _children(
    body: bytes, content: "Message[str, str]", depth: int, budget: _Budget
) -> tuple[Part, ...]:
    boundary = _parameter(content, "boundary")
    if depth >= _DEEPEST:
        budget.notes.append(f"parts nested deeper than {_DEEPEST} were not read")
        return ()
    if not boundary or len(boundary) > _LONGEST_NAME:
        return ()
    default = "message/rfc822" if content.get_content_subtype() == "digest" else "text/plain"
    parts = []
    for raw in _between(body, boundary.encode("utf-8", "replace")):
        if not budget.parts:
            budget.notes.append(f"parts after the first {_MOST_PARTS} were not read")
            break
        budget.parts -= 1
        parts.append(_part(raw, depth + 1, budget, default))
    return tuple(parts)


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Return what stands between the boundary's lines; the last part may lack its end."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?", re.MULTILINE)
    start: int | None = None
    for found in line.finditer(body):
        if start is not None:
            yield _without_last_line_end(body[start : found.start()])
        start = found.end()
        if found[1]:
            return
    if start is not None:
        yield body[start:]


def _without_last_line_end(part: bytes) -> bytes:
    """Take away the line end that belongs to the boundary (RFC 2046)."""
    return part.removesuffix(b"\n").removesuffix(b"\r")


def _parameter(content: "Message[str, str]", name: str) -> str:
    """Return a parameter of Content-Type or Content-Disposition (RFC 2231), or an empty text."""
    header = "content-disposition" if name == "filename" else "content-type"
    try:
        found = content.get_param(name, "", header)
    except (ValueError, IndexError, TypeError):  # numbered pieces that do not fit together
        return ""
    if isinstance(found, tuple):
        charset, _, value = found
        return decode_bytes((value or "").encode("latin-1", "replace"), charset)
    return decode_words(found) if isinstance(found, str) else ""


def _from_base64(data: bytes) -> bytes:
    """Decode as much as can be; a footer that a mailing list has put below it stays as it is."""
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if b" " in line.strip() and not _BASE64_LINE.fullmatch(line.strip()):
            encoded, rest = b"".join(lines[:number]), b"".join(lines[number:])
            return _base64(encoded) + b"\n" + rest
    return _base64(data)


def _base64(data: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", data)
    usable = len(letters) - (len(letters) % 4 == 1)
    return a2b_base64(letters[:usable] + b"=" * (-usable % 4))
