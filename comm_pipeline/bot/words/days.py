"""How a day is written or said, in seven languages; patterns of folded text."""

from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words.dates import MONTH, NUMBER, WEEKDAY

_YEAR: Final = r"(?:(?:,? |[/-])(?:de |del )?(\d{4})\b)?"
ISO: Final = spaced(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
NUMERIC: Final = spaced(r"\b(\d{1,2})([./-])(\d{1,2})(?:[./-](\d{4}|\d{2})\b|(\.)|\b)")
DAY_MONTH: Final = spaced(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|o|a)?(?: of| de)?[ /-]?({MONTH})\b\.?{_YEAR}"
)
MONTH_DAY: Final = spaced(rf"\b({MONTH})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}")
ORDINAL: Final = spaced(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)\b|(?:le|el|il|dia|den|am|op|bis zum|al|ate o dia|"
    rf"{WEEKDAY}),? "
    r"(\d{1,2})\b)"
)
MONTH_ONLY: Final = spaced(
    r"\b(?:(end of|late|ende|fin|finales de|fine|fim de|final de|eind|einde)|until|till|til|"
    r"through|in|from|before|by|mid|bis|ab|im|anfang|jusqu'en|en|debut|hasta|fino a|a|ate|em|"
    r"tot|since|early)"
    rf" ({MONTH})\b{_YEAR}"
)
NAMED_WEEKDAY: Final = spaced(rf"\b({WEEKDAY})s?\b")
RELATIVE: Final = spaced(
    rf"\b(?:in|dans|en|tra|fra|em|over|within|for) (?:about |etwa )?(\d{{1,3}}|{NUMBER})(?: "
    r"of)? (days?|tage?n?|jours?|dias?|giorni|giorno|dagen|dag|weeks?|wochen?|semaines?|"
    r"semanas?|settiman[ae]|weken|week|months?|monate?n?|mois|mes|meses|mesi|mese|maand|"
    r"maanden)\b"
)
TOMORROW: Final = spaced(r"\b(?:tomorrow|tmrw|tmw|demain|domani|amanha|morgen|manana)\b")
DAY_TIME: Final = spaced(r"\b(?:guten|schonen|la|esta|jeden|am) $")
NEXT: Final = spaced(
    r"\bnext (week|month|year)\b|\b(new year|neue[ns]? jahr|nouvel an|ano nuevo|anno nuovo|"
    r"nieuwe jaar)\b|\bend of (?:the |this )?(week|month|year)\b|\b(nachste woche|semaine "
    r"prochaine|semana que viene|proxima semana|prossima settimana|volgende week)\b"
)
