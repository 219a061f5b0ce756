"""Which of several things that a text names it stands by: "not Basic, Pro", "$500, or rather $600".

For folded text. What is denied, given up for another or put right afterwards is left out.
"""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from comm_pipeline.bot.clauses import clause_before
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.negation import negation_before

#: Characters on either side of a thing that are looked at.
_BEFORE: Final = 80
_AFTER: Final = 40

#: What may stand between a denial and the thing: "it is not $500".
_MARKS: Final = "$\"'("

#: "No more than 500", "not before Monday": a bound, and the thing itself is meant.
_BOUND: Final = spaced(
    r"\b(?:than|exceed\w*|above|over|beyond|higher|below|under|before|until|mehr|weniger|als|uber|"
    r"unter|vor|plus|moins|avant|mas|menos|antes|piu|meno|prima|mais|meer|minder|dan|voor|between|"
    r"decide|choose|zwischen|entre|tussen)\b"
)
_INSTEAD: Final = spaced(
    r"\b(?:instead of|rather than|anything but|everything but|except(?: for)?|other than|apart "
    r"from|(?:away|switch\w*|mov\w+|migrat\w+|upgrad\w+|chang\w+|com\w+) from|previously|formerly|"
    r"fruher|vorher|auparavant|anteriormente|in precedenza|vroeger|used to (?:use|have|be(?: on)?)|"
    r"statt|anstatt|anstelle von|ausser|plutot qu[e']|au lieu d[e']|sauf|en lugar de|en vez de|"
    r"excepto|salvo|invece di|al posto di|tranne|em vez de|ao inves de|in plaats van|behalve)(?: "
    r"(?:the|our|den|das|die|le|la|el|il|o|de|het))?\s*$"
)
#: "Rather Pro than Basic".
_PREFERRED: Final = spaced(
    r"\b(?:rather|prefer\w*|lieber|liever|mejor|prefier\w*|plutot)\b.*\b(?:than|to|over|als|dan|"
    r"que|qu'|a|che|do que|op)(?: (?:the|have|take|den|das|de|la|le))?\s*$"
)
#: "From Basic to Pro"; of a range of figures both ends are meant.
_FROM_TO: Final = tuple(
    (spaced(rf"\b(?:{before})(?: \w+)? $"), spaced(rf"^ (?:{after}) [a-z]"))
    for before, after in (
        ("from", "to|over to"),
        ("von|vom", "auf|zu"),
        ("de|da|du", "a|vers|para"),
        ("van", "naar"),
    )
)
#: Said behind a thing that is not wanted.
_DENIED_AFTER: Final = spaced(
    r"^[\"')]? ?(?:plan |package |tier |option |version |one )?(?:(?:is|was|are|were|seems?|looks|"
    r"sounds|would be|feels|(?:ist|ware|sind|est|serait|es|seria|sono|sarebbe|e|zijn|is))(?: just| "
    r"really| simply| far| way| a bit| leider| uns)* (?:too|zu|zuviel|trop|demasiad\w*|troppo|"
    r"demais|te|no|not|nicht|no longer|out|off|insufficient|wrong|overkill)\b|(?:is|was|are|were|"
    r"do|does|did|would|will|wo|ca|could)(?:n't|nt| not)\b|cannot\b|no longer\b|reicht (?:uns "
    r")?nicht|(?:passt|geht|lohnt|funktioniert)(?: \w+)? nicht|kommt nicht|(?:not|nicht|non|no|nao|"
    r"niet)[ ]*(?:[.,;!]|$)|n'(?:est|a|y|ira) (?:\w+ )?pas\b|ne (?:\w+ )?(?:suffit|convient|va)|no "
    r"(?:sirve|nos|me)|non (?:va|basta)|nao (?:serve|da))"
)
_GOOD_AFTER_ALL: Final = spaced(
    r"^\W*(?:\w+ ){0,2}(?:isn't|is not|wasn't|not|no) (?:bad|only|just|merely|problem)\b|"
    r"^ (?:is|are) (?:not|no|too) (?:a problem|bad|problem)"
)
_CORRECTION: Final = spaced(
    r"\b(?:i meant?|i mean|correction|scratch that|make (?:that|it)|or rather|actually|no wait|"
    r"sorry|ich meine|ich meinte|besser gesagt|vielmehr|je veux dire|je voulais dire|quiero decir|"
    r"quise decir|mejor dicho|volevo dire|anzi|quero dizer|ou melhor|ik bedoel\w*)\b|[,.] no, "
)


class Place(Protocol):
    """Where something stands in a text."""

    @property
    def start(self) -> int:
        """The position of its first character."""
        ...

    @property
    def end(self) -> int:
        """The position behind its last character."""
        ...


_Found = TypeVar("_Found", bound=Place)


def affirmed(folded: str, found: Sequence[_Found]) -> list[_Found]:
    """Return what a text stands by of what was found in it, in the order of their places."""
    meant = [one for one in found if not is_denied(folded, one.start, one.end)]
    corrections = [
        number
        for number in range(1, len(meant))
        if _CORRECTION.search(folded[meant[number - 1].end : meant[number].start])
    ]
    return meant[corrections[-1] :] if corrections else meant


def is_denied(folded: str, start: int, end: int) -> bool:
    """Return whether a text says of something in it that it is not so, or not wanted."""
    before = clause_before(folded[max(0, start - _BEFORE) : start].rpartition("\n")[2])
    before = before.rstrip(_MARKS)
    after = folded[end : end + _AFTER]
    negation = negation_before(before)
    if negation is not None and not _BOUND.search(negation + folded[start:end]):
        return True
    if _INSTEAD.search(before) or _PREFERRED.search(before):
        return True
    if any(left.search(before) and right.search(after) for left, right in _FROM_TO):
        return True
    return bool(_DENIED_AFTER.search(after) and not _GOOD_AFTER_ALL.search(after))
