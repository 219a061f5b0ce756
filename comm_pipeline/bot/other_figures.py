"""Where figures stand for something else than a quantity: days, times, telephone numbers, names."""

from datetime import date
from typing import Final

from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.folding import spaced

#: Places of one sort that are looked at.
_MOST: Final = 50
#: Days are only looked for, so any day will do to count from.
_ANY_DAY: Final = date(2000, 1, 1)

_CLOCK: Final = spaced(
    r"\b\d{1,2}[:h]\d{2}\b|\b\d{1,2}(?:[:.]\d{2})? ?(?:[ap]\.?m\b|uhr\b|o'clock|heures?\b|hrs\b|"
    r"uur\b|h\b)|\b(?:at|um|a las|alle|om|as) (?:1?\d|2[0-4])(?: (?:on|or|and|if|for|is|then|today|"
    r"tomorrow|works|i|we|you|please|sharp|would|local|cet|utc|gmt|est|pst|in the)\b| ?[,.;!?)]| "
    r"*(?:$|\n))"
)
_TELEPHONE: Final = spaced(
    r"\+\d[\d ()./-]{6,}\d|\(0?\d{2,5}\)[ \d/-]{4,}\d|\b0\d{1,4}[ /-]?\d[\d /-]{3,}\d|"
    r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}-\d{4}\b|"
    r"\b(?:call|phone|tel|telephone|ring|mobile|cell|fax|whatsapp|telefon|handy|tel\.|telefono|"
    r"mobiel)(?: (?:me|us|is|number|nummer))*(?: (?:on|at|under|unter|au|al|op))?[ :.]*\d[\d ()/-]*"
    r"\d"
)
_ADDRESS: Final = spaced(r"\S*(?:://|www\.|@)\S*")
_LABELLED: Final = spaced(
    r"(?:\b(?:ticket|order|invoice|case|version|room|floor|suite|page|section|kw|week|chapter|step|"
    r"line|release|build|ref|reference|id|nr|no|vat|zip|plz|iso|rechnung|auftrag|seite|zimmer|raum|"
    r"windows|office|excel|phase|level|tier|plan|option|question|frage|po box)\.? ?[#:]? ?|#)\d"
    r"[\w./-]*"
)
_YEAR: Final = spaced(
    r"\b(?:in|until|till|since|from|before|by|during|of|for|q[1-4]|year|bis|seit|ab|jahr|en|depuis|"
    r"desde|hasta|dal|nel|em|ate|tot|sinds|vanaf) (?:19|20)\d{2}\b"
)
_LIST: Final = spaced(r"(?:^|\n)[ \t]*\d{1,2}[.)][ \t]")


def find_other_figures(folded: str) -> list[tuple[int, int]]:
    """Return the places of figures that count nothing; for folded text."""
    found = [(day.start, day.end) for day in find_days(folded, _ANY_DAY)]
    for pattern in (_CLOCK, _TELEPHONE, _ADDRESS, _LABELLED, _YEAR):
        matches = zip(pattern.finditer(folded), range(_MOST), strict=False)
        found += [match.span() for match, _ in matches]
    lines = list(_LIST.finditer(folded))[:_MOST]
    return found + [line.span() for line in lines if len(lines) > 1]
