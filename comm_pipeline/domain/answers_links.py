"""Links and addresses in a text: whatever a mail program, or its reader, would make one of."""

import re
import unicodedata
from typing import Final

#: Vowel signs and tone marks, which words of some scripts consist of, though they are no letters.
_MARKS: Final = "".join(
    chr(code) for code in range(0x0900, 0x0E80) if unicodedata.category(chr(code))[0] == "M"
)
_LABEL: Final = rf"[\w{_MARKS}-]{{1,63}}"
_TOP: Final = rf"(?:xn--[a-z0-9-]{{2,59}}|(?:[^\W\d_]|[{_MARKS}]){{2,24}})"
_HOST: Final = rf"(?:{_LABEL}\.){{1,9}}{_TOP}"
_REST: Final = r"[^\s<>\"')\]]"
_NO_LETTER: Final = r"(?![^\W_]|@)"
#: An address with a scheme, with www., a domain name or an IP address with or without a path; a
#: mail address too. Underscores and hyphens around a name are no part of it.
_LINK: Final = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,15}}://|www\.){_REST}+"
    rf"|(?<![^\W_])[^\W_][\w{_MARKS}-]{{0,62}}\.(?:{_LABEL}\.){{0,8}}{_TOP}(?::\d{{1,5}})?"
    rf"(?:[/?#]{_REST}*)?{_NO_LETTER}"
    rf"|[\w.+-]{{1,64}}@{_HOST}"
    rf"|(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d{{1,5}}(?:[/?#]{_REST}*)?|[/?#]{_REST}+)"
    r"|\b(?:mailto|tel|javascript|data):\S+",
    re.IGNORECASE,
)
#: A full stop of Chinese and Japanese; browsers take it for a dot.
_WIDE_DOT: Final = re.compile("(?<=[a-z0-9])\u3002(?=[a-z0-9])", re.IGNORECASE)
#: Names of files and techniques that look like a domain; no domain ends so.
_NO_DOMAIN: Final = re.compile(
    r"[^/?#@:]+\.(?:jsx?|tsx?|pdf|docx?|xls[xm]?|pptx?|csv|txt|json|xml|ya?ml|html?|css|php|exe|"
    r"png|jpe?g|gif|svg|sql|ini|cfg|log|bak|parquet|pbix|od[st]|rtf|ics|eml|msg)"
)
_ENDS: Final = ".,;:!?…"
_STARTS: Final = ("https://", "http://", "www.")


def links_in(text: str) -> set[str]:
    """Return the links and addresses in a text, in lower case and without scheme and www."""
    found = {_plain(one.group()) for one in _LINK.finditer(_WIDE_DOT.sub(".", text))} - {""}
    return {link for link in found if not _NO_DOMAIN.fullmatch(link)}


def _plain(link: str) -> str:
    plain = link.casefold().rstrip(_ENDS)
    for start in _STARTS:
        plain = plain.removeprefix(start)
    return plain
