"""Which of a template's choices a text stands by; "Pro Plus" is not "Pro"."""

import unicodedata
from typing import Final, NamedTuple

from comm_pipeline.bot.affirming import affirmed
from comm_pipeline.bot.asking import is_asked
from comm_pipeline.bot.folding import fold, spaced
from comm_pipeline.bot.patterns import APOSTROPHES, choice_pattern
from comm_pipeline.bot.sentences import Sentence, sentences_of

#: Places of choices that are looked at.
_MOST: Final = 100

_APOSTROPHES: Final = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
#: A choice that is itself a negation is one only where it stands as an answer.
_NEGATION: Final = spaced(
    r"^(?:no|none|nein|nicht|non|nao|nee|never|neither|nothing|ninguno|aucun)$"
)
_AS_ANSWER_BEFORE: Final = spaced(
    r"(?:^|[.!?;,:\n]|\b(?:answer|is|say|so|says|antwort|ist|and|but))\s*$"
)
_AS_ANSWER_AFTER: Final = spaced(
    r"^\s*(?:$|[.!;,\n)]|-|(?:thanks|thank|danke|merci|gracias|but)\b)"
)
#: "Could we take Pro?" and "does Friday suit you?" propose it; "what does Pro cost?" does not.
_PROPOSAL: Final = spaced(
    r"\b(?:can|could|may|might|would|shall) (?:we|i|you|u|that|it|my|our)\b|\b(?:how|what) about\b|"
    r"\b(?:does|do|would|is|are) .{0,40}\b(?:work|suit|fit|do for you|any (?:good|use)|ok|okay|"
    r"fine|possible|free|convenient|doable)\b|\bwhy not\b|\bfree on\b|\bgot .{0,20}\bon\b|"
    r"\b(?:konnen|konnten|kann|konnte|passt|peut-on|pouvons-nous|pourrions-nous|pouvez-vous|"
    r"podemos|podriamos|puede|possiamo|potremmo|kunnen|kan)\b"
)
_INQUIRY: Final = spaced(
    r"\b(?:tell|explain|say|know|describe|compare|clarify|difference|costs?|price[ds]?|pricing|"
    r"worth|better|enough|included?|comes? with|kostet|kosten|enthalten|unterschied|coute|cuesta|"
    r"costa)\b"
)


class FoundChoice(NamedTuple):
    """A choice as the template writes it, and where it stands."""

    start: int
    end: int
    value: str


def find_choices(text: str, choices: tuple[str, ...]) -> list[FoundChoice]:
    """Return the choices that a text stands by; those that it denies or asks about are left out."""
    folded = fold(text)
    named = {_spaced(choice): choice for choice in choices}
    found = [
        FoundChoice(start, end, choice)
        for start, end in _places(text, choices)
        if (choice := named.get(_spaced(text[start:end]))) and _is_an_answer(folded, start, end)
    ]
    sentences = tuple(sentences_of(folded))
    return [one for one in affirmed(folded, found) if not _is_only_asked(sentences, one)]


def _places(text: str, choices: tuple[str, ...]) -> list[tuple[int, int]]:
    pattern, position = choice_pattern(choices), 0
    places: list[tuple[int, int]] = []
    while (match := pattern.search(text, position)) and len(places) < _MOST:
        places.append(match.span(1))
        position = match.end(1)
    return places


def _spaced(words: str) -> str:
    plain = (
        " " if unicodedata.category(one) == "Pd" else one for one in words.translate(_APOSTROPHES)
    )
    return " ".join("".join(plain).casefold().split())


def _is_an_answer(folded: str, start: int, end: int) -> bool:
    if not _NEGATION.search(folded[start:end]):
        return True
    before, after = folded[max(0, start - 20) : start], folded[end : end + 20]
    return bool(_AS_ANSWER_BEFORE.search(before) and _AS_ANSWER_AFTER.search(after))


def _is_only_asked(sentences: tuple[Sentence, ...], found: FoundChoice) -> bool:
    return is_asked(sentences, found.start, found.end) and not any(
        _PROPOSAL.search(one.text) and not _INQUIRY.search(one.text)
        for one in sentences
        if one.start <= found.start < one.start + len(one.text)
    )
