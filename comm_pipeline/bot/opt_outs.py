"""The words by which people ask not to be written to again, and those that only sound like it.

They count in all that the person wrote, however long it is; nothing that is quoted counts. A doubt
goes to the person: one mail too few is better than one too many. Nothing here is fuzzy: misspelt
words are known as such or not at all.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from comm_pipeline.bot.folding import fold, in_groups, one_of
from comm_pipeline.bot.opt_out_context import is_meant
from comm_pipeline.bot.opt_out_grammar import find_wishes
from comm_pipeline.bot.opt_out_mentions import is_talked_about
from comm_pipeline.bot.quoting import own_words
from comm_pipeline.bot.stop_lines import find_stop_line
from comm_pipeline.bot.words import opt_outs_abroad
from comm_pipeline.bot.words import opt_outs_english as english
from comm_pipeline.bot.words import opt_outs_english_any as any_verb
from comm_pipeline.bot.words import opt_outs_germanic as germanic
from comm_pipeline.bot.words import opt_outs_romance as romance
from comm_pipeline.bot.words.opt_outs_turned import KEEPING

#: Characters around a finding that decide what it means.
_AROUND: Final = 120
#: Places that are judged; who says it more often, however turned, had better be left alone.
_MOST_JUDGED: Final = 500
_MOST_SEEN: Final = 2_000
#: Characters of the words that are kept as evidence.
_EVIDENCE: Final = 200

_DIRECT: Final = in_groups(
    (*english.DIRECT, *germanic.DIRECT, *romance.DIRECT, *opt_outs_abroad.ABROAD)
)
_ANY: Final = in_groups(any_verb.ANY)
_BARE: Final = one_of(*english.BARE, *germanic.BARE, *romance.BARE)
#: Stop sign, no entry, prohibited, raised hand.
_STOP_SIGNS: Final = frozenset("\U0001f6d1\u26d4\U0001f6ab\u270b")


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
    if line := find_stop_line(folded) or _stop_sign(own, folded):
        return line
    for pattern in _DIRECT:
        if found := _first(_places(pattern, folded), folded, own, is_bare=False):
            return found
    if found := _first(find_wishes(folded), folded, own, is_bare=False):
        return found
    for pattern in _ANY:
        places = (
            (start, end)
            for start, end in _places(pattern, folded)
            if not any_verb.OTHERS.search(folded[start:end])
        )
        if found := _first(places, folded, own, is_bare=False):
            return found
    return _first(_places(_BARE, folded), folded, own, is_bare=True)


def mentions_opt_out(own: str) -> bool:
    """Return whether the words of an opt-out, or of its opposite, stand in what somebody wrote."""
    folded = fold(own)
    if is_turned(folded):
        return True
    if any(pattern.search(folded) for pattern in (*_DIRECT, *_ANY, _BARE)):
        return True
    return next(iter(find_wishes(folded)), None) is not None


def is_turned(own: str) -> bool:
    """Return whether somebody asks for the opposite of an opt-out: to go on."""
    return bool(KEEPING.search(fold(own)))


def _places(pattern: Any, folded: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(folded))


def _stop_sign(own: str, folded: str) -> str | None:
    """Return the signs of a reply that is nothing else, e.g. a picture of a stop sign."""
    if len(own) > _EVIDENCE or any(letter.isalnum() for letter in folded):
        return None
    return own.strip() if _STOP_SIGNS & set(own) else None


def _first(
    places: Iterable[tuple[int, int]], folded: str, own: str, *, is_bare: bool
) -> str | None:
    """Return the first finding that is meant; what was judged once is not judged again."""
    judged: set[tuple[str, str, str]] = set()
    for number, (start, end) in enumerate(places):
        if number == _MOST_SEEN:
            return _quoted(start, end, own)
        before = folded[max(0, start - _AROUND) : start]
        words, after = folded[start:end], folded[end : end + _AROUND]
        around = (before[-40:], words, after[:40])
        if around in judged:
            continue
        judged.add(around)
        if len(judged) > _MOST_JUDGED:
            return _quoted(start, end, own)
        if is_meant(before, words, after) and not (
            is_bare and is_talked_about(before, words, after)
        ):
            return _quoted(start, end, own)
    return None


def _quoted(start: int, end: int, own: str) -> str:
    return own[start:end].strip()[:_EVIDENCE]
