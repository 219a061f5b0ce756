"""The part of a reply that its author wrote: without what a mail program quotes below it."""

import re2

#: What is looked at of a reply; the rest of a longer one is not.
_LONGEST = 16_384
_LONGEST_LINE = 1_000

_QUOTE_STARTS = re2.compile(
    r"(?im)^[ \t]*(?:>|-{2,} ?original message|_{10,}|on .{5,200}wrote:|am .{5,200}schrieb |"
    r"le .{5,200}a écrit|el .{5,200}escribió|from: .{3,200}@)"
)


def unquoted(text: str) -> str:
    """Return what stands above the first quotation, cut to a bounded size.

    If nothing stands above it, the answers are between the quoted lines: those lines go, the others
    stay.
    """
    bounded = "\n".join(line[:_LONGEST_LINE] for line in text[:_LONGEST].splitlines())
    match = _QUOTE_STARTS.search(bounded)
    if match is None:
        return bounded.strip()
    above = bounded[: match.start()].strip()
    return above or _without_quoted_lines(bounded)


def _without_quoted_lines(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(lines).strip()
