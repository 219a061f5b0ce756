"""Whether a reply is a notice of absence, and until when; for folded text.

Who mentions an absence while answering ("I am away until the 12th, can we talk after that?") has
answered: what only a reader of our mail would write makes it a genuine reply.
"""

from dataclasses import replace

import re2

from comm_pipeline.bot.auto_replies import find_absent_subject, find_auto_label
from comm_pipeline.bot.letters import Letter
from comm_pipeline.bot.opt_outs import mentions_opt_out
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.bot.stand_ins import find_stand_in
from comm_pipeline.bot.words.absence import (
    ABSENT,
    ENGAGED,
    LATER,
    MEANWHILE,
    NOT_ABSENT,
    NOTICE,
    OPENING,
    RETURNS,
)
from comm_pipeline.bot.words.dates import MONTH, WEEKDAY

#: Mentions of absence that are looked at; a letter has one or two.
_MOST = 50
_SENTENCE_END = re2.compile(r"[.!?;]\s|\n\s*\n|,\s(?:but|so|and|aber|mais|pero|ma|mas|maar)\s")
#: A day, as notices name it.
_DAY = re2.compile(
    rf"\d{{1,2}}|\b(?:{WEEKDAY}|{MONTH}|tomorrow|next (?:week|month|year)|in \w+ (?:days?|"
    rf"weeks?))\b"
)
#: What a machine says of its owner: "I'm on site until 8 March".
_UNTIL_A_DAY = re2.compile(
    rf"\b(?:until|till|bis|jusqu'au|hasta|fino al?|ate|tot|t/m) (?:\S+ ){{0,3}}?(?:\d{{1,2}}|"
    rf"{WEEKDAY})\b"
)
#: Mail that nobody can answer one by one is no absence.
_EACH = re2.compile(r"^ ?(?:to )?(?:each|every|all|individual)")
#: A return of somebody else, or none at all: "she is back in June", "call me back on Monday".
_NOT_MINE = re2.compile(
    r"\b(?:she|he|they|her|his|who|call|called|calling|ring|get|got|come|came|promised|write|"
    r"go|went|"
    r"send|sent|want|take|took|give|gave)(?:'s|'re|'ll)?(?: (?:me|us|it|you|is|are|will be|"
    r"a call))*"
    r"\s*$"
)
_ASKED = re2.compile(r"^[^.!\n]*\?")


def find_absence(folded: str) -> str | None:
    """Return the words by which the writer says to be absent now or soon, or None."""
    for number, match in enumerate(ABSENT.finditer(folded)):
        if number == _MOST:
            break
        before = folded[max(0, match.start() - 100) : match.start()]
        ends = list(_SENTENCE_END.finditer(before))
        clause = before[ends[-1].end() :] if ends else before
        if NOT_ABSENT.search(clause) or _ASKED.search(folded[match.end() : match.end() + 100]):
            continue
        if _EACH.search(folded[match.end() : match.end() + 20]):
            continue
        return str(match.group(0))
    return None


def find_notice(folded: str, subject: str = "") -> str | None:
    """Return the words that make a reply a notice of absence, or None."""
    label = find_auto_label(folded, subject)
    absence = find_absent_subject(subject) or find_absence(folded)
    returns = _own_return(folded)
    if label:
        returns = returns or _UNTIL_A_DAY.search(folded)
        return absence or (str(returns.group(0)) if returns else None)
    is_engaged = bool(ENGAGED.search(folded))
    has_notice = bool(NOTICE.search(folded))
    if absence and (has_notice or not is_engaged or find_absent_subject(subject)):
        return absence
    if (
        returns
        and not is_engaged
        and (
            OPENING.search(folded)
            or has_notice
            or LATER.search(folded)
            or _is_dated(returns, folded)
        )
    ):
        return str(returns.group(0))
    return None


def _own_return(folded: str) -> re2._Match | None:
    """Return the first words by which the writer, not somebody else, says to be back."""
    for number, match in enumerate(RETURNS.finditer(folded)):
        if number == _MOST:
            break
        if not _NOT_MINE.search(folded[max(0, match.start() - 40) : match.start()]):
            return match
    return None


def beside_absence(letter: Letter) -> Letter | None:
    """Return what a letter says beside an absence of its writer; None if nothing, or no absence."""
    besides = [one for one in letter.sentences if not _is_of_absence(one, letter.text)]
    if len(besides) == len(letter.sentences):
        return None
    # Words of an opt-out that rules have found not to be meant say how such notices are ended.
    besides = [one for one in besides if not mentions_opt_out(_written(one, letter.text))]
    if not besides:
        return None
    return replace(
        letter,
        text="\n".join(_written(one, letter.text) for one in besides),
        folded="\n".join(one.text for one in besides),
        sentences=tuple(besides),
    )


def _written(sentence: Sentence, text: str) -> str:
    """Return a sentence as it was written."""
    return text[sentence.start : sentence.start + len(sentence.text)]


def _is_of_absence(sentence: Sentence, text: str) -> bool:
    written = _written(sentence, text)
    words = (ABSENT, RETURNS, NOTICE, LATER, OPENING, MEANWHILE)
    is_said = any(pattern.search(sentence.text) for pattern in words)
    return is_said or bool(find_auto_label(sentence.text) or find_stand_in(written))


def _is_dated(returns: re2._Match, folded: str) -> bool:
    """Return whether the day of the return stands with it."""
    around = folded[max(0, returns.start() - 30) : returns.end() + 40]
    return bool(_DAY.search(around))
