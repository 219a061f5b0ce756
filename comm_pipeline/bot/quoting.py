"""The part of a reply that its author wrote: without what a mail program quotes around it.

Answers stand above a quotation, below it, or between its lines. Lines that are marked with ``>``
are never the author's. What follows a mail program's own words ("On ... wrote:", "From: ... Sent:
...") is quoted too, unless those words introduce marked lines: then what is not marked is the
author's.
"""

from typing import Final

import re2

from comm_pipeline.bot.folding import fold, tidy
from comm_pipeline.bot.quote_starts import find_quote_starts
from comm_pipeline.bot.signatures import without_device_lines

#: Characters of a reply that are looked at for what a template asks for.
ANALYSED: Final = 16_384
#: Lines that are looked at for the torn end of a quoted line; more of them are no letter.
_MOST_LINES: Final = 2_000
#: Length at which mail programs tear quoted lines.
_TORN: Final = 66
#: Telephones write other apostrophes than phrases and patterns do.
_APOSTROPHES: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'") | {"\u00a0": " "}
)
_QUOTED_LINE: Final = re2.compile(r"(?m)^[ \t]*>")


def own_words(text: str, most: int | None = None) -> str:
    """Return what the author wrote, of the first ``most`` characters."""
    plain = tidy(text[:most]).translate(_APOSTROPHES)
    if _QUOTED_LINE.search(plain):
        plain = _without_marked_lines(plain)
        return without_device_lines(plain, fold(plain)).strip()
    folded = fold(plain)
    end = next((start for start, _ in find_quote_starts(plain, folded)), len(plain))
    return without_device_lines(plain[:end], folded[:end]).strip()


def _without_marked_lines(text: str) -> str:
    """Return the lines that are not quoted; what introduces marked lines is cut out by itself."""
    kept, position = [], 0
    for start, end in find_quote_starts(text, fold(text)):
        if start < position:
            continue
        kept.append(text[position:start])
        position = end
        if not _introduces_marked_lines(text, end):
            position = len(text)
            break
    kept.append(text[position:])
    return "\n".join(_unmarked("\n".join(kept).split("\n")))


def _introduces_marked_lines(text: str, end: int) -> bool:
    following = text[end : end + 2_000].lstrip("\n \t\r")
    return following.startswith(">") or not following


def _unmarked(lines: list[str]) -> list[str]:
    own = []
    for number, line in enumerate(lines):
        if line.lstrip()[:1] == ">":
            continue
        if 0 < number < _MOST_LINES and _is_torn_off(lines, number):
            continue
        own.append(line)
    return own


def _is_torn_off(lines: list[str], number: int) -> bool:
    """Return whether a line is the end of the long quoted line above it, without its mark."""
    line, above = lines[number], lines[number - 1].rstrip()
    below = lines[number + 1].lstrip()[:1] if number + 1 < len(lines) else ""
    return (
        above.lstrip()[:1] == ">"
        and len(above) >= _TORN
        and above[-1] not in ".!?:"
        and line[:1].islower()
        and below == ">"
    )
