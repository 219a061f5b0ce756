"""What the classifier sees of a reply: its words, their beginnings, pairs of them, and concepts.

Concepts are those of the lexicons of opt-outs; a verb of writing is one concept in all languages,
so that what was learnt of it in one holds in the others. Every feature keeps its place in the text.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from comm_pipeline.bot.concepts import Lexicon
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words.concepts_english import ENGLISH
from comm_pipeline.bot.words.concepts_germanic import DUTCH, GERMAN
from comm_pipeline.bot.words.concepts_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH


class Feature(NamedTuple):
    """A feature, and the place of its words in the folded text (0, 0 if it has none)."""

    name: str
    start: int
    end: int


#: Characters and words that are looked at; what somebody wants stands at the beginning of a letter.
MOST_CHARACTERS: Final = 4_000
_MOST_WORDS: Final = 400
#: Letters of the beginnings of words.
_BEGINNINGS: Final = (4, 6)
#: Words of a sentence within which two concepts belong together.
_NEAR: Final = 6

_WORD: Final = re.compile(r"\S{0,64}@\S+|https?://\S+|www\.\S+|[a-z0-9_]+(?:'[a-z0-9_]+)*|[?!]")
_DIGITS: Final = re.compile(r"\d+")
_BORDER: Final = "."
_CONCEPT_WORD: Final = re.compile(r"[.!?;,:()]|[a-z0-9_'@]+")
#: Words with an apostrophe are two in French and Italian.
_SPLIT_WORD: Final = re.compile(r"[.!?;,:()]|[a-z0-9_@]+'?")
_LEXICONS: Final[Mapping[str, Lexicon]] = {
    "en": ENGLISH,
    "nl": DUTCH,
    "de": GERMAN,
    "fr": FRENCH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
    "es": SPANISH,
}
_SPLIT: Final = frozenset({"fr", "it"})
_JOINED: Final[Mapping[str, Any]] = {
    code: spaced(rf"\b(?:{'|'.join(lexicon.joined)})\b")
    for code, lexicon in _LEXICONS.items()
    if lexicon.joined
}
_NAMES: Final = {
    code: {letter: name for name, letter in lexicon.letters.items()}
    for code, lexicon in _LEXICONS.items()
}


def features_of(folded: str, subject: str, language: str | None) -> list[Feature]:
    """Return the features of a folded text and subject; language is an ISO 639-1 code or None."""
    text = folded[:MOST_CHARACTERS]
    words = list(_words(text))
    found = [*_of_words(words), *_of_concepts(text, language)]
    found += [Feature(f"j={name}", 0, 0) for name, _, _ in _words(subject[:MOST_CHARACTERS])]
    found.append(Feature(f"len={min(6, (len(words) + 1).bit_length())}", 0, 0))
    return found


def _words(text: str) -> Iterator[Feature]:
    for number, match in enumerate(_WORD.finditer(text)):
        if number == _MOST_WORDS:
            return
        yield Feature(_plain(match.group()), *match.span())


def _plain(word: str) -> str:
    if "@" in word:
        return "_mail_"
    if word.startswith(("http", "www.")):
        return "_url_"
    return _DIGITS.sub("0", word.replace("'", ""))


def _of_words(words: list[Feature]) -> Iterator[Feature]:
    for name, start, end in words:
        yield Feature(f"w={name}", start, end)
        for letters in _BEGINNINGS:
            if len(name) > letters:
                yield Feature(f"p={name[:letters]}", start, end)
    last = words[-1].end if words else 0
    for one, other in pairwise([Feature("^", 0, 0), *words, Feature("$", last, last)]):
        yield Feature(f"b={one.name} {other.name}", one.start or other.start, other.end)


def _of_concepts(text: str, language: str | None) -> Iterator[Feature]:
    row = _concepts(text, language)
    for number, (name, start, end) in enumerate(row):
        if not name or name == _BORDER:
            continue
        yield Feature(f"C={name}", start, end)
        for other in row[number + 1 : number + 1 + _NEAR]:
            if other.name == _BORDER:
                break
            if other.name:
                yield Feature(f"CC={name} {other.name}", start, other.end)


def _concepts(text: str, language: str | None) -> list[Feature]:
    """Return the words by their concepts; without a language, in that which knows most of them."""
    if language is not None and language in _LEXICONS:
        return _row(text, language)
    return max((_row(text, code) for code in _LEXICONS), key=_known)


def _known(row: list[Feature]) -> int:
    return sum(bool(one.name) and one.name != _BORDER for one in row)


def _row(text: str, language: str) -> list[Feature]:
    pattern = _SPLIT_WORD if language in _SPLIT else _CONCEPT_WORD
    matches = pattern.finditer(_put_together(text, language))
    return [Feature(_concept(one.group(), language), *one.span()) for one in matches]


def _put_together(text: str, language: str) -> str:
    """Return the text with the expressions that count as one word, in the same places."""
    parts, position = [], 0
    for match in _JOINED[language].finditer(text) if language in _JOINED else ():
        words = re.sub(r"[\s-]", "_", match.group())
        parts += [text[position : match.start()], words]
        position = match.end()
    return "".join(parts) + text[position:]


@lru_cache(maxsize=20_000)
def _concept(word: str, language: str) -> str:
    if word[0].isalnum() or word[0] in "_'":
        return _NAMES[language].get(_LEXICONS[language].letter(word[:40]), "")
    return _BORDER
