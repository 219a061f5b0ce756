"""Text as a row of concepts, so that a rule says "stop .. write .. me" for every wording of it.

A lexicon gives each word of a language its concept; a frame is a rule over concepts. Frames are
words separated by spaces: a concept, alternatives (``ME|AGAIN``), an optional one (``PLEASE?``),
``..3`` for up to three other words of the same clause, ``~~3`` of the same sentence (never over a
NOT), ``BEGIN`` and ``END`` for the borders of a clause, ``FULL`` for those of a sentence,
``ADDRESS`` for a mail address, ``UNKNOWN`` for a word that the lexicon does not have. Frames run in
RE2 over one letter a word, so time grows with the text alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import re2

#: What stands for the words that no lexicon knows.
_OTHER: Final = "x"
_ADDRESS: Final = "@"
_SENTENCE_MARK: Final = "."
_MARKS: Final = {**dict.fromkeys(",:()-", ","), "?": "?"}
#: Names that every lexicon knows.
_SIGNS: Final = {
    "BEGIN": ".,?",
    "END": ".,?",
    "FULL": ".?",
    "ASKED": "?",
    "ADDRESS": _ADDRESS,
    "UNKNOWN": _OTHER,
}
#: Concepts that nothing may stand over: they turn what follows.
_BARRED: Final = ("NOT", "DIDNT", "HESITATE", "STOP")
_BORDERS: Final = ".,?"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWYZabcdefghijklmnopqrstuvwyz0123456789"
#: Longer words are none; words whose letters are kept, so that hostile text does not fill memory.
_LONGEST: Final = 40
_MOST_KEPT: Final = 20_000

_MARK: Final = r"[.!?;,:()]|\n[ \t]*\n|(?<= )-(?= )"
#: Words with an apostrophe are one word in English, two in French and Italian.
_JOINED: Final = re.compile(rf"{_MARK}|[a-z0-9_'@]+")
_SPLIT: Final = re.compile(rf"{_MARK}|[a-z0-9_@]+'?")
_ADDRESS_IN_TEXT: Final = r"[^\s<>(),:;]{0,64}@[^\s<>(),:;]{1,64}|\b[\w.-]{1,64}@"


@dataclass(frozen=True)
class Lexicon:
    """The words of a language by concept; ``send*`` stands for all words that begin so."""

    words: Mapping[str, str]
    #: Expressions that count as one word, e.g. "follow up"; their parts are joined by "_".
    joined: Sequence[str] = ()
    letters: Mapping[str, str] = field(init=False)
    _letter_of: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Give each concept its letter."""
        letters = dict(zip(self.words, _LETTERS[: len(self.words)], strict=True))
        pairs = {word: letters[name] for name, row in self.words.items() for word in row.split()}
        object.__setattr__(self, "letters", letters)
        object.__setattr__(self, "_letter_of", pairs)

    def letter(self, word: str) -> str:
        """Return the letter of a word's concept."""
        if found := self._letter_of.get(word):
            return found
        for length in range(len(word), 2, -1):
            if found := self._letter_of.get(f"{word[:length]}*"):
                return found
        return _OTHER


class _Letters(dict[str, str]):
    """Maps a word to its letters, one for each lexicon; each word is looked up once."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        super().__init__()
        self._lexicons = lexicons

    def __missing__(self, word: str) -> str:
        letters = self._look_up(word)
        if len(self) < _MOST_KEPT:
            self[word] = letters
        return letters

    def _look_up(self, word: str) -> str:
        if "@" in word:
            return _ADDRESS * len(self._lexicons)
        if word[0].isalnum() or word[0] in "_'":
            return "".join(one.letter(word[:_LONGEST]) for one in self._lexicons)
        return _MARKS.get(word, _SENTENCE_MARK) * len(self._lexicons)


class Grammar:
    """The frames of languages that break text into words in the same way."""

    def __init__(
        self, languages: Sequence[tuple[Lexicon, Sequence[str]]], *, is_split: bool = False
    ) -> None:
        """Compile the frames of each lexicon; ``is_split`` breaks words at apostrophes."""
        self._words = _SPLIT if is_split else _JOINED
        self._letters = _Letters([lexicon for lexicon, _ in languages])
        self._patterns = [_compiled(lexicon, frames) for lexicon, frames in languages]
        expressions = [one for lexicon, _ in languages for one in lexicon.joined]
        self._one_word = re2.compile(rf"\b(?:{'|'.join(expressions)})\b|{_ADDRESS_IN_TEXT}")

    def find(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of the words of a folded text that fit a frame."""
        text = self._put_together(folded)
        letters = "".join(map(self._letters.__getitem__, self._words.findall(text)))
        places: list[tuple[int, int]] = []
        for number, pattern in enumerate(self._patterns):
            row = f"{_SENTENCE_MARK}{letters[number :: len(self._patterns)]}{_SENTENCE_MARK}"
            for match in pattern.finditer(row):
                places = places or self._places(text)
                start, end = match.span()
                # What stands before a border is not part of what is said.
                start += row[start] in _BORDERS and end - start > 1
                yield places[start][0], places[end - 1][1]

    def _places(self, text: str) -> list[tuple[int, int]]:
        words = [match.span() for match in self._words.finditer(text)]
        return [(0, 0), *words, (len(text), len(text))]

    def _put_together(self, folded: str) -> str:
        parts, position = [], 0
        for match in self._one_word.finditer(folded):
            parts += [folded[position : match.start()], _one_word(match.group())]
            position = match.end()
        return "".join(parts) + folded[position:] if parts else folded


def _one_word(words: str) -> str:
    if "@" in words:
        return _ADDRESS * len(words)
    return _UNSPACED.sub("_", words)


_UNSPACED: Final = re.compile(r"[\s-]")


def _compiled(lexicon: Lexicon, frames: Sequence[str]) -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20
    rules = "|".join("".join(_part(lexicon, one) for one in frame.split()) for frame in frames)
    return re2.compile(rules, options)


def _part(lexicon: Lexicon, part: str) -> str:
    if part.startswith(("..", "~~")):
        barred = "".join(lexicon.letters[name] for name in _BARRED if name in lexicon.letters)
        return rf"[^.?{',' if part[0] == '.' else ''}{barred}]{{0,{part[2:]}}}"
    is_optional = part.endswith("?")
    names = part.removesuffix("?").split("|")
    marks = "".join(_SIGNS.get(name) or lexicon.letters[name] for name in names)
    return f"[{marks}]{'?' if is_optional else ''}"


def slips_of(words: str, right: frozenset[str] = frozenset()) -> str:
    """Return the words with the slips that make no other word: a letter dropped, doubled, swapped.

    A closed list of misspellings, not a guess: what is not in it is not understood.
    """
    found: dict[str, None] = {}
    for word in words.split():
        for place, kind in product(range(1, len(word)), range(3)):
            found.setdefault(_slip(word, place, kind))
    known = {*right, *words.split()}
    return " ".join(slip for slip in found if slip not in known and len(slip) > 3)


def _slip(word: str, place: int, kind: int) -> str:
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == 0:
        return before + after
    if kind == 1:
        return before + letter + letter + after
    return before + after[:1] + letter + after[1:]
