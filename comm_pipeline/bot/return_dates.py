"""The day on which somebody who is absent says to be back. For folded text."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from comm_pipeline.bot.dates import FoundDay, find_days
from comm_pipeline.bot.day_spans import after_units, rest_of_unit
from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.sentences import sentences_of
from comm_pipeline.bot.words.absence import ABSENT
from comm_pipeline.bot.words.dates import NUMBERS
from comm_pipeline.bot.words.days import DURATION, NO_DURATION, THIS, TODAY

#: Nobody is away for longer than this; a later day means something else.
_LONGEST: Final = timedelta(days=800)
#: Of two days that may be meant, one that is further off than this is not believed.
_USUAL: Final = timedelta(days=90)

_BACK_BEFORE: Final = spaced(
    r"\b(?:back|return\w*|resume\w*|again|available|reachable|rejoin\w*|wieder|zuruck|zurueck|"
    r"erreichbar|ab|vanaf|a partir d\w+|a partire d\w+|de retour|retour|reviens|reviendrai|vuelvo|"
    r"volvere|vuelta|regres\w*|reincorpor\w*|rientr\w*|torn\w*|volto|voltarei|regress\w*|retorn\w*|"
    r"terug|next working day|reopen\w*)\b[^.!?]{0,50}$"
)
#: Who announces an answer is there to write it.
_ANSWERS_BEFORE: Final = spaced(
    r"\b(?:(?:will|'ll|shall|let's|lets|can|please|to|i|we|us|and|then)(?: \w+)? (?:see|speak|talk|"
    r"answer|answered|reply|respond|write|read|get back|get to|pick|catch|circle)|see you|melde\w*|"
    r"antworten|beantworte\w*|schreibe|lese|repondr\w*|reponds|repondons|respondere\w*|"
    r"contestar\w*|rispondero|rispondiamo|antwoorden|beantwoord\w*|reageer)\b[^.!?:]{0,40}$"
)
_BACK_AFTER: Final = spaced(
    r"^[^.!?\d]{0,4}[^!?\d]{0,40}\b(?:wieder|zuruck|zurueck|back|terug|weer|de retour|aanwezig)\b"
)
_UNTIL: Final = spaced(
    r"(?:\b(?:before|vor|avant|antes|prima|voor|jusqu'en|until|untill|till|til|thru|through|to|bis|"
    r"bis zum|jusqu'au|jusqu'a|jusqu'apres|jusque|au|hasta|al|fino|sino|ate|tot|t/m|tot en met|up "
    r"to)\b[^.!?\d]{0,25}|-[ \t]*)$"
)
_PREPOSITION: Final = spaced(
    r"^(?:until|till|til|through|from|bis|ab|jusqu'en|hasta|fino al?|ate|tot|"
    r"vanaf|before|vor|avant|prima di|antes de|voor) "
)
_INCLUSIVE_BEFORE: Final = spaced(
    r"\b(?:through|thru|up to and including|einschlieslich|inklusive|inkl\.?|t/m|tot en "
    r"met)(?: (?:to|zum|den|the))?[^.!?\d]{0,12}$"
)
#: "Until after the 9th", "back after Christmas".
_AFTER: Final = spaced(
    r"\b(?:after|nach|(?:jusqu')?apres|despues de|dopo|depois de|(?:tot|pas|weer|terug) na)(?: "
    r"(?:the|"
    r"dem|den|der|le|la|el|il|lo|o|a|het|de|zum)){0,2} ?(?:l'|l |del |dell'|do |da )?$|\bdespues "
    r"del $|\bdepois d[oa] $"
)
#: "The office was closed on Monday"; "two weeks of free training", which no leave is.
_PAST: Final = spaced(r"\b(?:was|were|war|waren|etait|estaba|estava|e stat[oa])\b[^.!?\n]{0,25}$")
_OF: Final = spaced(r"^ (?:worth )?of (?:free|our|training|trial|your|\w+ing)\b")
_OF_LEAVE: Final = spaced(
    r"^ of (?:\w+ ){0,2}(?:leave|vacation|holidays?|absence|pto|travel\w*|rest|time)\b"
)
_INCLUSIVE_AFTER: Final = spaced(
    r"^,? ?\(?(?:inclusive|included|inclus|compris|einschlieslich|inklusive|incluido|"
    r"incluid[oa]s?|compreso|incluso|inbegrepen)\b"
)


#: "From today", "until further notice": nobody knows when it ends.
_SINCE: Final = spaced(
    r"\b(?:from|as of|since|starting|ab|seit|a partir d\w+|depuis|desde|da|vanaf) (?:today|heute|"
    r"aujourd'hui|hoy|oggi|hoje|vandaag|this|diese[rnms]?|cette|esta|questa|deze)\b|\b(?:further|"
    r"notice|weiteres|nouvel ordre|nuevo aviso|nuovo avviso|nader order)\b"
)


def find_return(
    folded: str, received: date, language: str | None, country: str | None = None
) -> date | None:
    """Return the day on which the writer is expected back, or None if none is named.

    "Back on the 9th" is the 9th; "until the 9th" is taken as the 9th too, "through the 9th" and
    "until the 9th inclusive" as the 10th, "until the end of the week" as Monday. Of two
    days that may be meant it is the later, unless that is months away. A day that is over is none.
    """
    days = [_later(one, received) for one in find_days(folded, received, language, country)]
    days = [
        one for one in days if not _names_a_dated_day(one, days) and not _is_other_time(folded, one)
    ]
    for choose in (_is_back, _is_until, None):
        chosen = [one for one in days if choose is None or choose(folded, one)]
        exact = [one for one in chosen if one.is_exact] or chosen
        ends = [_end(folded, one) for one in exact]
        future = [day for day in ends if received < day <= received + _LONGEST]
        if future:
            return max(future)
    return _after_duration(folded, received) or _after_now(folded, received)


def _after_duration(folded: str, received: date) -> date | None:
    """Return the day after as long as an absence takes: "zwei Wochen im Urlaub"."""
    for sentence in sentences_of(folded):
        match = DURATION.search(sentence.text)
        if match and ABSENT.search(sentence.text) and not NO_DURATION.search(sentence.text):
            number, unit = match.groups()
            count = int(number) if number.isdigit() else NUMBERS[number]
            return after_units(received, count, unit) if count else None
    return None


def _after_now(folded: str, received: date) -> date | None:
    """Return the day after the time that is under way: "out this week", "away today"."""
    if _SINCE.search(folded):
        return None
    if match := THIS.search(folded):
        return rest_of_unit(match, received).last + timedelta(days=1)
    return received + timedelta(days=1) if TODAY.search(folded) else None


def _later(found: FoundDay, received: date) -> FoundDay:
    """Return a day as the later one of two that may be meant: who is away is not disturbed."""
    if found.other is None:
        return found
    near, far = sorted((found.day, found.other))
    return replace(found, day=near if far - received > _USUAL else far)


def _names_a_dated_day(found: FoundDay, days: list[FoundDay]) -> bool:
    """Return whether a weekday only introduces the date after it: "Monday, 16 March"."""
    return not found.is_exact and any(
        one.is_exact and 0 <= one.start - found.end <= 5 for one in days
    )


def _is_other_time(folded: str, found: FoundDay) -> bool:
    """Return whether a weekday is over ("was closed on Monday"), or a time is of something else."""
    if found.is_exact:
        return False
    before = folded[max(0, found.start - 40) : found.start]
    after = folded[found.end : found.end + 30]
    return bool(_PAST.search(before) or (_OF.search(after) and not _OF_LEAVE.search(after)))


def _is_back(folded: str, found: FoundDay) -> bool:
    before = folded[max(0, found.start - 60) : found.start] + _preposition(folded, found)
    if _UNTIL.search(before):
        return False
    after = folded[found.end : found.end + 50]
    said_before = _BACK_BEFORE.search(before) or _ANSWERS_BEFORE.search(before)
    return bool(said_before or _BACK_AFTER.search(after))


def _is_until(folded: str, found: FoundDay) -> bool:
    before = folded[max(0, found.start - 40) : found.start]
    return bool(_UNTIL.search(before + _preposition(folded, found)))


def _preposition(folded: str, found: FoundDay) -> str:
    """Return what a month or year begins with that was found with it: "until 2027"."""
    match = _PREPOSITION.match(folded[found.start : found.end])
    return str(match.group(0)) if match else ""


def _end(folded: str, found: FoundDay) -> date:
    before = folded[max(0, found.start - 40) : found.start] + _preposition(folded, found)
    after = folded[found.end : found.end + 20]
    if _AFTER.search(before):
        return (found.last or found.day) + timedelta(days=1)
    is_last_day = _INCLUSIVE_BEFORE.search(before) or _INCLUSIVE_AFTER.search(after)
    if found.last and not _is_back(folded, found):
        is_in_it = not _is_until(folded, found)
        if is_last_day or found.closes or is_in_it:
            return found.last + timedelta(days=1)
    return found.day + timedelta(days=1) if is_last_day else found.day
