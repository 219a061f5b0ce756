"""Whether what precedes some words turns their sense; for folded text of the same sentence."""

from typing import Final

from comm_pipeline.bot.folding import spaced

#: A word that turns the sense of what follows it, up to three words later.
_NEGATION: Final = spaced(
    r"(?:\b(?:not|no|never|don'?t|doesn'?t|didn'?t|can'?t|cannot|won'?t|isn'?t|aren'?t|wasn'?t|"
    r"wouldn'?t|couldn'?t|haven'?t|hasn'?t|without|hardly|neither|nor|nobody|none|ain'?t|zero|"
    r"lack of|less than|nicht|kein\w*|nie|pas|jamais|nunca|non|nao|niet|geen|ohne|sin|sans|sem|"
    r"senza|zonder)\b|\bn')(?: [\w']+){0,3}\s*$"
)
#: What looks like a negation and is none.
_NONE: Final = spaced(
    r"\b(?:not only|not just|not merely|no doubt|without (?:a )?doubt|can'?t wait|cannot wait|"
    r"why not|why don'?t (?:we|you)|no problem|not a problem|no worries|don'?t worry|don'?t "
    r"hesitate|no rush|not bad|couldn'?t agree more|can'?t thank|cannot thank|can'?t stop|"
    r"can'?t deny|nicht nur|pas "
    r"seulement|no solo|non solo|nao so|niet alleen|if not|whether or not|didn'?t know|don'?t "
    r"mind)\b|\bno,? (?:but|actually|wait|please|really)\b|\bnot (?:un|dis)\w+"
)
#: A new thought begins: what was negated before it does not reach on.
_TURN: Final = spaced(
    r"[,;:]? (?:but|however|though|yet|still,|aber|sondern|sino|mais|pero|ma|mas|maar) "
)
#: "Not yet" goes on denying.
_NOT_YET: Final = spaced(r"(?:\b(?:not|never|as|have|has)|n't)$")


def is_negated(before: str) -> bool:
    """Return whether the words that follow ``before`` in a sentence are negated."""
    return negation_before(before) is not None


def negation_before(before: str) -> str | None:
    """Return the words of ``before`` from the one on that negates what follows, or None."""
    turns = [turn for turn in _TURN.finditer(before) if not _NOT_YET.search(before[: turn.start()])]
    clause = before[turns[-1].end() :] if turns else before
    match = _NEGATION.search(clause)
    if not match or _NONE.search(clause[max(0, match.start() - 10) :]):
        return None
    return clause[match.start() :]
