"""The words by which people ask not to be written to again, and those that only sound like it.

They count in all that the person wrote, however long it is; nothing that is quoted counts. A doubt
goes to the person: one mail too few is better than one too many. Nothing here is fuzzy: misspelt
words are known as such or not at all.
"""

from typing import Any, Final

from comm_pipeline.bot.folding import fold, in_groups, one_of, spaced
from comm_pipeline.bot.opt_out_context import is_meant
from comm_pipeline.bot.opt_out_mentions import is_talked_about
from comm_pipeline.bot.quoting import own_words
from comm_pipeline.bot.words import opt_outs_english as english
from comm_pipeline.bot.words import opt_outs_germanic as germanic
from comm_pipeline.bot.words import opt_outs_romance as romance

#: Characters around a finding that decide what it means.
_AROUND: Final = 120
#: Places that are judged; who says it more often, however turned, had better be left alone.
_MOST_JUDGED: Final = 500
#: Characters of the words that are kept as evidence.
_EVIDENCE: Final = 200

_DIRECT: Final = in_groups((*english.DIRECT, *germanic.DIRECT, *romance.DIRECT))
_BARE: Final = one_of(*english.BARE, *germanic.BARE, *romance.BARE)
#: A line that says nothing but stop.
_PLEASE: Final = (
    r"(?:please|pls|plz|kindly|just|bitte|merci de|svp|por favor|per favore|graag|aub|hi|hello|"
    r"ok)"
)
_STOP_LINE: Final = spaced(
    rf"(?m)^[^\w\n]*(?:{_PLEASE}[^\w\n]+)?(?:stop|stopp|stop ?all|end|cancel|quit|remove|"
    r"optout|revoke|desist|take off|take me off|off the list|off your list|delete|no more|"
    r"enough|dnc|"
    rf"unsub\w*|{germanic.LINES}|{romance.LINES})[^\w\n]*(?:(?:{_PLEASE}|please|now|it|this|"
    r"all|immediately|thanks|thank you|thx|cheers|regards|danke|merci|gracias|grazie|"
    r"obrigad[oa]|bedankt|already|me|us|asap|s'il vous plait)[^\w\n]*){0,3}$"
)


def find_opt_out(text: str, subject: str | None = None) -> str | None:
    """Return the words by which a reply asks for no more messages, or None.

    A subject counts only if it says nothing else, as the mail that an unsubscribe button writes.
    """
    if subject and (found := find_stop_line(fold(subject))):
        return found
    return opt_out_in(own_words(text))


def opt_out_in(own: str) -> str | None:
    """Return the words of an opt-out in what somebody wrote, without quotations."""
    folded = fold(own)
    if line := find_stop_line(folded):
        return line
    for pattern in _DIRECT:
        if found := _first(pattern, folded, own, is_bare=False):
            return found
    return _first(_BARE, folded, own, is_bare=True)


def find_stop_line(folded: str) -> str | None:
    """Return a line that says nothing but stop, or None."""
    match = _STOP_LINE.search(folded)
    return str(match.group(0)).strip() if match else None


def _first(pattern: Any, folded: str, own: str, *, is_bare: bool) -> str | None:
    """Return the first finding that is meant; what was judged once is not judged again."""
    judged: set[tuple[str, str, str]] = set()
    for match in pattern.finditer(folded):
        before = folded[max(0, match.start() - _AROUND) : match.start()]
        after = folded[match.end() : match.end() + _AROUND]
        around = (before[-40:], match.group(0), after[:40])
        if around in judged:
            continue
        judged.add(around)
        if len(judged) > _MOST_JUDGED:
            return _quoted(match, own)
        if is_meant(before, match.group(0), after) and not (
            is_bare and is_talked_about(before, match.group(0), after)
        ):
            return _quoted(match, own)
    return None


def _quoted(match: Any, own: str) -> str:
    return own[match.start() : match.end()].strip()[:_EVIDENCE]
