"""Finding a person's addresses in texts of any kind, and taking them out.

An address counts where it stands alone: ``ada@example.com`` is no part of ``bada@example.com``, and
also with its domain in Punycode. A phone number counts however its digits are set apart, a full
name however its words are: ids have "-" or "_" there.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import quote

from comm_pipeline.domain.addresses import forms_of, normalise_address
from comm_pipeline.domain.recipient_names import WHOLE_NAMES
from comm_pipeline.errors import InvalidInputError

#: What people and programs put between the digits of a number: hyphens of every length, and spaces
#: that cannot be seen, too.
SET_APART: Final = r"[\s()./\\_·•\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufe63\uff0d]{0,5}"
#: The zero that stands for the country code, as in "+49 (0) 170"; that code has up to three digits.
_TRUNK: Final = rf"(?:\(0\){SET_APART})?"
_LONGEST_CODE: Final = 3
#: What may stand between the words of a name: in a text, and in an id.
_BETWEEN_WORDS: Final = (r"(?:\s|%20)+", r"[_-]+")
#: What may not stand before and after a name. In an id it may be a part of somebody's address.
_AROUND_NAMES: Final = (
    (r"(?<![^\W_])", r"(?![^\W_])"),
    (r"(?<![^\W_])(?<![@.])", r"(?![^\W_]|[\w.+%-]*@|\.\w)"),
)
#: What may not stand before or after an address, because it would be another one then.
_BEFORE_MAIL: Final = r"(?:(?<![\w.+%-])|(?<=%(?:20|22|26|27|28|2C|2F|3A|3B|3C|3D|5B)))"
_AFTER_MAIL: Final = r"(?![\w-]|\.\w)"


@dataclass(frozen=True)
class PersonalText:
    """The addresses and full names of one person, each with what takes its place.

    ``kept`` are ids that stay as they are wherever they stand, though they hold an address.
    """

    replacements: Mapping[str, str]
    kept: frozenset[str] = frozenset()

    def without(self, names: Iterable[str]) -> "PersonalText":
        """Return what is left to look for where somebody else has these names."""
        theirs = {name.casefold() for name in names}
        left = {one: new for one, new in self.replacements.items() if one.casefold() not in theirs}
        return self if len(left) == len(self.replacements) else PersonalText(left, self.kept)

    def is_in(self, text: str) -> bool:
        """Return whether a text holds an address or a full name, ids that are kept left out."""
        found = () if self._pattern is None else self._pattern.finditer(text)
        return any(one[0] not in self.kept for one in found)

    def taken_out(self, text: str) -> str:
        """Return the text with each address and full name replaced."""
        return text if self._pattern is None else self._pattern.sub(self._instead, text)

    def is_anywhere_in(self, value: Any) -> bool:
        """Return whether a key or text anywhere inside a value holds an address or a full name.

        A phone number counts also where it is stored as a number, and a text where it is stored as
        bytes or as a regular expression, which are not changed.
        """
        if isinstance(value, bytes):
            return self.is_in(value.decode("utf-8", "replace"))
        if isinstance(pattern := getattr(value, "pattern", None), str):
            return self.is_in(pattern)
        if isinstance(value, int | float):
            return _as_phone(value) in self.replacements
        if isinstance(value, str):
            return self.is_in(value)
        if isinstance(value, Mapping):
            return any(self.is_in(str(k)) or self.is_anywhere_in(v) for k, v in value.items())
        return isinstance(value, list | tuple) and any(map(self.is_anywhere_in, value))

    def taken_out_of(self, value: Any) -> Any:
        """Return a value with the addresses replaced in every key and text inside of it."""
        if isinstance(value, int | float):
            return self.replacements.get(_as_phone(value), value)
        if isinstance(value, str):
            return self.taken_out(value)
        if isinstance(value, Mapping):
            return {self.taken_out_of(k): self.taken_out_of(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.taken_out_of(item) for item in value]
        return value

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = [_as_pattern(one) for one in self.replacements]
        kept = [f"(?-i:{re.escape(one)})" for one in sorted(self.kept, reverse=True)]
        return re.compile("|".join(kept + words), re.IGNORECASE) if words else None

    def _instead(self, found: re.Match[str]) -> str:
        if found[0] in self.kept:
            return found[0]
        text = found[0].casefold()
        orders = (_words_of(text), _words_of(_first_name_first(text)))
        numbers = {_digits_of(text), _digits_of(text.replace("(0)", ""))}
        for address, instead in self.replacements.items():
            if text in {form.casefold() for form in _forms(address)}:
                return instead
            if "@" not in address and _words_of(address.casefold()) in orders:
                return instead
            if address.startswith("+") and address[1:] in numbers:
                return instead
        return ERASED


def _as_phone(number: float) -> str:
    return f"+{number:.0f}" if number == number // 1 else ""


#: Stands where a text was.
ERASED: Final = "[erased]"


def _digits_of(text: str) -> str:
    return re.sub(r"\D", "", text).removeprefix("00")


def _words_of(name: str) -> list[str]:
    return [word for word in re.split("|".join(_BETWEEN_WORDS), name) if word]


def _as_pattern(address: str) -> str:
    if "@" not in address and not address.startswith("+"):
        words = [re.escape(word) for word in address.split()]
        ways = zip(_BETWEEN_WORDS, _AROUND_NAMES, strict=True)
        ordered = [f"{before}{gap.join(words)}{after}" for gap, (before, after) in ways]
        return "|".join((*ordered, *_last_name_first(words)))
    if address.startswith("+"):
        code = (SET_APART + _TRUNK).join(address[1 : _LONGEST_CODE + 2])
        digits = code + SET_APART + SET_APART.join(address[_LONGEST_CODE + 2 :])
        return rf"(?<!\d)(?:\+|00)?{digits}(?!\d)"
    return _BEFORE_MAIL + "(?:" + "|".join(map(re.escape, _forms(address))) + ")" + _AFTER_MAIL


def _last_name_first(words: list[str]) -> Iterable[str]:
    """Yield the patterns of a name as mail programs sort it: "Byron, Ada"."""
    (gap, _), ((before, after), _) = _BETWEEN_WORDS, _AROUND_NAMES
    for first in range(1, len(words)):
        last_names, first_names = gap.join(words[first:]), gap.join(words[:first])
        yield rf"{before}{last_names},(?:\s|%20)*{first_names}{after}"


def _first_name_first(name: str) -> str:
    last_names, _, first_names = name.partition(",")
    return f"{first_names} {last_names}"


@lru_cache(maxsize=256)
def _forms(address: str) -> tuple[str, ...]:
    """Return how an address or a name is written: as it is, with a domain in Punycode, quoted."""
    written = forms_of(address)
    quoted = (quote(one, safe=safe) for one in written for safe in (" @+", " +", "@", ""))
    return tuple(dict.fromkeys((*written, *quoted)))


#: What looks like a mail address or an international number in a text, or in an id.
_ADDRESS: Final = re.compile(
    r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:/\[\]]*[^\s<>\"'(),;:/\[\].]|\+[1-9](?:[\s().-]{0,2}\d){6,14}"
)
_MOST_ADDRESSES: Final = 50


def addresses_in(value: Any) -> tuple[str, ...]:
    """Return the addresses anywhere inside a value, normalised; the first fifty."""
    found: dict[str, None] = {}
    for text in _texts_in(value):
        for one in _ADDRESS.finditer(text):
            with suppress(InvalidInputError):
                found[normalise_address(one[0])] = None
            if len(found) == _MOST_ADDRESSES:
                return tuple(found)
    return tuple(found)


def _texts_in(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts_in(item)


def names_in(details: Iterable[Any]) -> tuple[str, ...]:
    """Return the full names that contact data of a person hold: values of fields called name.

    A first and a last name count together; a single word alone is too common to be looked for.
    """
    found: dict[str, None] = {}
    for one in details:
        if isinstance(one, Mapping):
            found |= dict.fromkeys(_names_of(one))
    return tuple(found)


def _names_of(details: Mapping[str, Any]) -> Iterable[str]:
    texts = {
        str(key).casefold(): one.strip() for key, one in details.items() if isinstance(one, str)
    }
    for key, value in texts.items():
        if key in WHOLE_NAMES and len(value.split()) > 1:
            yield value.strip()
    first, last = texts.get("first_name"), texts.get("last_name")
    if first and last:
        yield f"{first.strip()} {last.strip()}"
    for value in details.values():
        if isinstance(value, Mapping):
            yield from _names_of(value)
