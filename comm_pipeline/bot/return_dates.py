"""The day on which somebody who is absent says to be back. For folded text."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from comm_pipeline.bot.dates import FoundDay, find_days
from comm_pipeline.bot.folding import spaced

#: Nobody is away for longer than this; a later day means something else.
_LONGEST: Final = timedelta(days=800)
#: Of two days that may be meant, one that is further off than this is not believed.
_USUAL: Final = timedelta(days=90)

_BACK_BEFORE: Final = spaced(
    r"\b(?:back|return\w*|resume\w*|again|available|reachable|rejoin\w*|wieder|zuruck|zurueck|"
    r"erreichbar|ab|vanaf|a partir d\w+|a partire d\w+|de retour|retour|reviens|reviendrai|"
    r"vuelvo|volvere|vuelta|regres\w*|"
    r"reincorpor\w*|rientr\w*|torn\w*|volto|voltarei|regress\w*|retorn\w*|terug|next working "
    r"day)\b[^.!?]{0,50}$"
)
_BACK_AFTER: Final = spaced(
    r"^[^.!?\d]{0,4}[^!?\d]{0,40}\b(?:wieder|zuruck|zurueck|back|terug|de retour|aanwezig)\b"
)
_UNTIL: Final = spaced(
    r"(?:\b(?:until|untill|till|til|thru|through|to|bis|bis zum|jusqu'au|jusqu'a|jusque|au|"
    r"hasta|al|fino|sino|ate|tot|t/m|tot en met|up to)\b[^.!?\d]{0,25}|-[ \t]*)$"
)
_PREPOSITION: Final = spaced(
    r"^(?:until|till|til|through|from|bis|ab|jusqu'en|hasta|fino al?|ate|tot|vanaf) "
)
_INCLUSIVE_BEFORE: Final = spaced(
    r"\b(?:through|thru|up to and including|einschlieslich|inklusive|inkl\.?|t/m|tot en "
    r"met)(?: (?:to|zum|den|the))?[^.!?\d]{0,12}$"
)
_INCLUSIVE_AFTER: Final = spaced(
    r"^,? ?\(?(?:inclusive|included|inclus|compris|einschlieslich|inklusive|incluido|"
    r"incluid[oa]s?|compreso|incluso|inbegrepen)\b"
)


def find_return(
    folded: str, received: date, language: str | None, country: str | None = None
) -> date | None:
    """Return the day on which the writer is expected back, or None if none is named.

    "Back on the 9th" is the 9th; "until the 9th" is taken as the 9th too, "through the 9th" and
    "until the 9th inclusive" as the 10th, "until the end of the week" as Monday. Of 03/04 whose
    order nothing tells it is the later day, unless that is months away. A day that is over is none.
    """
    days = [_later(one, received) for one in find_days(folded, received, language, country)]
    days = [one for one in days if not _names_a_dated_day(one, days)]
    for choose in (_is_back, _is_until, None):
        chosen = [one for one in days if choose is None or choose(folded, one)]
        exact = [one for one in chosen if one.is_exact] or chosen
        ends = [_end(folded, one) for one in exact]
        future = [day for day in ends if received < day <= received + _LONGEST]
        if future:
            return max(future)
    return None


def _later(found: FoundDay, received: date) -> FoundDay:
    """Return a day as the later one of two that may be meant: who is away is not disturbed."""
    if found.other is None:
        return found
    near, far = sorted((found.day, found.other))
    is_far = far - received > _USUAL and near > received
    return replace(found, day=near if is_far else far)


def _names_a_dated_day(found: FoundDay, days: list[FoundDay]) -> bool:
    """Return whether a weekday only introduces the date after it: "Monday, 16 March"."""
    return not found.is_exact and any(
        one.is_exact and 0 <= one.start - found.end <= 5 for one in days
    )


def _is_back(folded: str, found: FoundDay) -> bool:
    before = folded[max(0, found.start - 60) : found.start] + _preposition(folded, found)
    if _UNTIL.search(before):
        return False
    after = folded[found.end : found.end + 50]
    return bool(_BACK_BEFORE.search(before) or _BACK_AFTER.search(after))


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
    is_last_day = _INCLUSIVE_BEFORE.search(before) or _INCLUSIVE_AFTER.search(after)
    if found.last and not _is_back(folded, found):
        is_in_it = not _is_until(folded, found)
        if is_last_day or found.closes or is_in_it:
            return found.last + timedelta(days=1)
    return found.day + timedelta(days=1) if is_last_day else found.day
