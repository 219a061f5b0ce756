"""Text as patterns see it: plain small ASCII letters, one for each character of the original.

Positions in the folded text are positions in the original, so findings can be quoted as written.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import re2

_SPECIAL: Final = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u00df": "s",
    "\u00e6": "a",
    "\u00f8": "o",
    "\u0153": "o",
    "\u0142": "l",
    "\u0131": "i",
    **dict.fromkeys("\U0001f44d\U0001f44c\u2705\U0001f197", "+"),
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
}
#: Characters that nobody sees, and that would tear words apart.
_INVISIBLE: Final = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
)
#: Cyrillic and Greek letters that look like others, as in "S\u0422OP" typed on two keyboards.
_LOOKALIKES: Final = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0405\u0406\u0430\u0435\u043e\u0440\u0441"
    "\u0445\u0443\u0455\u0456\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03bf\u03c1",
    "ABEKMHOPCTXYSIaeopcxysiABEHIKMNOPTYXaop",
)
_CYRILLIC_OR_GREEK: Final = re.compile(r"[\u0370-\u04ff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_WORD: Final = re.compile(r"\w+")
#: Characters whose folded form is kept.
_MOST_KEPT: Final = 20_000
#: What stands for a letter of another script: part of a word, but of none that is looked for.
_OTHER_LETTER: Final = "_"


class _Folding(dict[int, str]):
    """Maps a character to its folded form; each is worked out once."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < _MOST_KEPT:  # hostile text must not fill memory
            self[code] = folded
        return folded


def _folded(character: str) -> str:
    if character < "\x80":
        return character.lower()
    small = character.lower()[:1]
    if small in _SPECIAL:
        return _SPECIAL[small]
    base = unicodedata.normalize("NFKD", small)[:1]
    if base < "\x80":
        return base.lower()
    return _OTHER_LETTER if character.isalpha() else " "


_FOLDING: Final = _Folding()
#: Alternatives that one pattern holds, and bytes for its automaton, which keep it fast.
_GROUP: Final = 5
_MEMORY: Final = 64 << 20


def tidy(text: str) -> str:
    """Return text with composed letters and without invisible characters."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE).replace("\r\n", "\n")


def fold(text: str) -> str:
    """Return text in small ASCII letters, of the same length."""
    if text.isascii():
        return text.lower()
    if _CYRILLIC_OR_GREEK.search(text):
        text = _WORD.sub(_as_it_looks, text)
    return text.translate(_FOLDING)


def _as_it_looks(word: re.Match[str]) -> str:
    """Return a word of two scripts in the letters that it seems to be written with."""
    is_mixed = not word[0].isascii() and _LATIN.search(word[0])
    return word[0].translate(_LOOKALIKES) if is_mixed else word[0]


def one_of(*alternatives: str) -> Any:
    """Compile alternatives, whole words of folded text; a space is any white space."""
    return spaced(rf"\b(?:{'|'.join(alternatives)})(?:\b|\W|$)")


def spaced(pattern: str) -> Any:
    """Compile a pattern of folded text; a space outside of a character class is any white space."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(_SPACE_OR_OTHER.sub(_any_space, pattern), options)


def in_groups(alternatives: Sequence[str]) -> tuple[Any, ...]:
    """Compile many alternatives a few at a time: a single pattern of all would not fit into RE2."""
    return tuple(
        one_of(*alternatives[begin : begin + _GROUP])
        for begin in range(0, len(alternatives), _GROUP)
    )


_SPACE_OR_OTHER: Final = re.compile(r"\\.|\[(?:\\.|[^\]])*\]| ")


def _any_space(part: re.Match[str]) -> str:
    return r"(?:\s+)" if part.group() == " " else part.group()
