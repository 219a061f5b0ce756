"""Lines that say nothing but stop; for folded text.

A word alone on its line is a command, unless it is the end of the line above, torn off by a mail
program, or one of a list. Words that are as often talk ("end", "enough") have to stand alone.
"""

from collections.abc import Sequence
from typing import Final

import re2

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words import opt_outs_germanic as germanic
from comm_pipeline.bot.words import opt_outs_romance as romance

_PLEASE: Final = (
    r"(?:please|pls|plz|kindly|just|bitte|merci de|svp|por favor|per favore|graag|aub|hi|hello|"
    r"ok)"
)
#: What else such a line holds: manners.
_MANNERS: Final = (
    rf"(?:(?:{_PLEASE}|please|now|it|this|all|immediately|thanks|thank you|thx|cheers|regards|"
    r"danke|merci|gracias|grazie|obrigad[oa]|bedankt|already|me|us|asap|s'il vous "
    r"plait)[^\w\n]*){0,3}"
)
#: Words that stand alone on a torn line, or in a list, as often as not.
_WEAK: Final = r"end|enough|cancel|delete|quit"
_STRONG: Final = (
    r"stop|stopp|stop ?all|remove|optout|revoke|desist|take off|take me off|off the list|off your "
    r"list|no more|dnc|get off|remove me|delete me|nothing more|no mails?|no e-?mails?|stahp|"
    r"stop (?:it|this|stop|all of it)|go away|unsub\w*|s[^\w\n]t[^\w\n]o[^\w\n]p|"
    r"u[^\w\n]n[^\w\n]s[^\w\n]u[^\w\n]b(?:[^\w\n]s[^\w\n]c[^\w\n]r[^\w\n]i[^\w\n]b[^\w\n]e)?|"
    rf"{germanic.LINES}|{romance.LINES}"
)
_STOP_LINE: Final = spaced(
    rf"(?m)^[^\w\n]*(?:{_PLEASE}[^\w\n]+)?(?:({_WEAK})|{_STRONG})[^\w\n]*{_MANNERS}$"
)
#: Stop lines of one text that are looked at; a letter has one.
_MOST: Final = 20
#: Length from which a line without an end goes on below it.
_TORN: Final = 60
_ENDED: Final = re2.compile(r"[^\w\s'\"%)]['\")]*$")
#: Words after which no sentence ends.
_GOES_ON: Final = spaced(
    r"\b(?:is|are|was|were|be|been|will|would|shall|should|can|cannot|could|may|might|must|do|does|"
    r"did|has|have|had|to|the|a|an|our|your|my|their|its|and|or|but|nor|of|in|on|at|by|for|from|"
    r"with|than|as|if|when|until|which|who|not|never|very|we|they|he|she|(?:ma[dk]es?|making|lets?|"
    r"letting|help\w*|see|saw) (?:us|me|it|them|him|her|you)|\w+n't|ist|sind|wird|werden|kann|"
    r"muss|soll|und|oder|zu|der|die|ein|eine[nrms]?|unser\w*|et|ou|la|les|des|un|une|est|sont|va|"
    r"el|los|las|son|de|il|lo|het|een|en|wil|zal|moet|te|um|uma|que|che|qui|wir|nous|wij)$"
)
_ITEM: Final = re2.compile(r"^\s*(?:[-*+\x{2022}\x{b7}]|\d{1,2}[.)])\s*\w")
#: Lines that are no part of what is said: whom it is to, and who says it.
_GREETING: Final = re2.compile(
    r"^\W*(?:hi|hello|hey|dear|hallo|guten|liebe[rs]?|sehr|bonjour|hola|ciao|buongiorno|ola|beste|"
    r"geachte|good|thanks?|ok|okay|no|nope|[\w.]+,$)[^.!?:]{0,40}$"
)
_MOST_OF_A_NAME: Final = 2


def find_stop_line(folded: str) -> str | None:
    """Return a line that says nothing but stop, or None."""
    for number, match in enumerate(_STOP_LINE.finditer(folded)):
        line = str(match.group())
        # The pattern may reach over empty lines, and over lines of manners.
        above = folded[: match.start()].split("\n")[:-1]
        below = folded[match.end() :].split("\n")[1:]
        if number == _MOST or _is_said(line, above, below, is_weak=match.group(1) is not None):
            return line.strip()
    return None


def _is_said(line: str, above: Sequence[str], below: Sequence[str], *, is_weak: bool) -> bool:
    last = above[-1].strip() if above else ""
    first = below[0].strip() if below else ""
    if _ITEM.search(line) and (_ITEM.search(last) or _ITEM.search(first)):
        return False
    if _goes_on(last, line, first):
        return False
    is_alone = _is_begun(above) and len(first.split()) <= _MOST_OF_A_NAME
    return not is_weak or (is_alone and not _GOES_ON.search(last))


def _is_begun(above: Sequence[str]) -> bool:
    """Return whether a paragraph begins below these lines, or one short sentence stands in it."""
    last, other = ((_words_of(above[-n:]) if len(above) >= n else "") for n in (1, 2))
    return not last or (not other and len(last) < _TORN and len(last.split()) > 1)


def _words_of(lines: Sequence[str]) -> str:
    """Return the first of some lines if it is a part of what is said."""
    line = lines[0].strip()
    return "" if _GREETING.search(line) else line


def _goes_on(above: str, line: str, below: str) -> bool:
    """Return whether the line above goes on into this one."""
    if not above or _ENDED.search(above):
        return False
    is_long, is_followed = len(above) >= _TORN, bool(below or _ENDED.search(line.strip()))
    if _GOES_ON.search(above):
        return is_long or is_followed
    return is_long and is_followed
