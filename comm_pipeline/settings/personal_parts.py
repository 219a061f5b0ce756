"""What in a text is personal: mail addresses, phone numbers, what our errors repeat of an input.

Each function returns the text with that replaced. Whether it is to be hidden is decided elsewhere.
"""

import re
from typing import Final

from comm_pipeline.domain.personal_text import SET_APART
from comm_pipeline.domain.validation_words import MOST_SHOWN
from comm_pipeline.settings.redaction import REDACTED

#: The sign may be escaped, as it is in addresses of pages and in ``mailto:``.
_AT: Final = r"(?:@|%40)"
_LOCAL: Final = r"(?:[\w.!#$&'*+/=?^`{|}~-]|%(?!40))+"
_DOMAIN: Final = r"(?:[\w-]+(?:\.[\w-]+)+|\[[\w.:]+\])"
_MAIL: Final = re.compile(rf"(?P<local>\"[^\"\n]{{1,64}}\"|{_LOCAL}){_AT}{_DOMAIN}", re.IGNORECASE)
#: Our Message-IDs look like addresses, and tell nothing: forty hexadecimal digits and our domain.
_MESSAGE_ID: Final = re.compile(r"[0-9a-f]{40}")
_PLUS: Final = r"(?:\+|\uff0b|%2B)"
_PHONE: Final = re.compile(rf"{_PLUS}[1-9](?:{SET_APART}\d){{6,14}}(?!\d)", re.IGNORECASE)
#: Whole, in the quotes of Python; cut off, and then of a known length; a number or a single word.
#: Whatever else it is, or was cut off later on, goes on to the end: the value may hold anything.
_GIVEN: Final = re.compile(
    rf"""\(given:\ (?:
        (?: '(?:[^'\\]|\\.){{0,{MOST_SHOWN - 2}}}'
        | "(?:[^"\\]|\\.){{0,{MOST_SHOWN - 2}}}"
        | ['"].{{{MOST_SHOWN - 1}}}
        | [\w.+-]+
        )\)
    | .*)""",
    re.DOTALL | re.VERBOSE,
)


def without_mails(text: str) -> str:
    """Return a text without mail addresses; our own Message-IDs stay."""
    return _MAIL.sub(_hidden_mail, text) if "@" in text or "%40" in text else text


def without_phones(text: str) -> str:
    """Return a text without numbers in the international form."""
    return _PHONE.sub(REDACTED, text)


def without_given(text: str) -> str:
    """Return a text without what our own errors repeat of an input, as ``(given: 'value')``."""
    return _GIVEN.sub(f"(given: {REDACTED})", text)


def _hidden_mail(found: re.Match[str]) -> str:
    return found[0] if _MESSAGE_ID.fullmatch(found["local"]) else REDACTED
