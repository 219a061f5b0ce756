"""The sentences that ask something; for folded sentences."""

from collections.abc import Iterable
from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.sentences import Sentence

#: Questions that are kept of one letter, and characters of each.
_MOST: Final = 20
_LONGEST: Final = 300

#: How English questions begin, for those who write no question mark.
_UNMARKED: Final = spaced(
    r"^\W*(?:(?:and|but|so|also|hi|hello|ok|btw|by the way)[ ,]+)?(?:(?:what(?:'s)?|where|when|"
    r"which|who|how(?: much| many| long| often)?) (?:is|are|does|do|did|can|could|would|will|"
    r"about|much|many|long|kind|sort|the|should|happens)|what'?s|how (?:do|can|much|many|long|"
    r"does|is|would)|why (?:is|are|do|does|did|should|would)|(?:do|does|is|are|can|could|would|"
    r"will|did|have|has) (?:you|u|it|this|that|there|we|i|your|the) \w+)"
)
#: Who asks for more in general shows interest.
_MORE: Final = spaced(
    r"\b(?:tell (?:me|us)|(?:hear|know|learn)|dire|savoir|contar-?me|saber|erfahren|erzahlen "
    r"sie(?: mir)?|cuent\w+|saperne|vertel\w*(?: me| ons)?) (?:a (?:bit|little) )?(?:more|plus|"
    r"mas|mais|mehr|di piu|meer)\b"
)
_ASIDE: Final = spaced(
    r"^\W*(?:ok|okay|right|yes|no|really|deal|fine|why not|remember|hello|hi|seriously|"
    r"what)\W*\?|\b(?:ok|okay|please|alright|deal)\W*\?$|, right\W*\?$|\?!+$|^[^a-z]*$"
)


def asks(sentence: Sentence) -> bool:
    """Return whether a sentence asks something that wants an answer."""
    if _MORE.search(sentence.text):
        return False
    if sentence.is_asked:
        return not _ASIDE.search(sentence.text)
    return bool(_UNMARKED.search(sentence.text)) and not sentence.text.endswith(("!", ".", ","))


def find_questions(sentences: Iterable[Sentence], original: str) -> tuple[str, ...]:
    """Return the sentences that ask something, as they stand in the original."""
    found = [
        original[one.start : one.start + len(one.text)].strip()[:_LONGEST]
        for one in sentences
        if asks(one)
    ]
    return tuple(found[:_MOST])
