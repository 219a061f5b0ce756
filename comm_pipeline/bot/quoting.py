"""The part of a reply that its author wrote: without what a mail program quotes below it."""

from typing import Final

import re2

#: Characters of a reply that are looked at for what a template asks for.
ANALYSED: Final = 16_384

_QUOTE_STARTS: Final = re2.compile(
    r"(?im)^[ \t]*(?:>|-{2,} ?original message|_{10,}|on .{5,200}wrote:|am .{5,200}schrieb |"
    r"le .{5,200}a écrit|el .{5,200}escribió|from: .{3,200}@)"
)
#: Telephones write other apostrophes than phrases and patterns do.
_APOSTROPHES: Final = ("\u2018", "\u2019", "\u02bc", "\u00b4")


def own_words(text: str, most: int | None = None) -> str:
    """Return what stands above the first quotation, of the first ``most`` characters.

    If nothing stands above it, the answers are between the quoted lines: those lines go, the others
    stay.
    """
    plain = text[:most].replace("\u00a0", " ")
    for apostrophe in _APOSTROPHES:
        plain = plain.replace(apostrophe, "'")
    match = _QUOTE_STARTS.search(plain)
    if match is None:
        return plain.strip()
    return plain[: match.start()].strip() or _without_quoted_lines(plain)


def _without_quoted_lines(text: str) -> str:
    """Return the lines that are not marked as quoted; if none is marked, all of it is quoted."""
    lines = text.splitlines()
    own = [line for line in lines if not line.lstrip().startswith(">")]
    if len(own) == len(lines):
        return ""
    return "\n".join(line for line in own if not _QUOTE_STARTS.search(line)).strip()
