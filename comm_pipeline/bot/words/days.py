"""How a day is written or said, in seven languages; patterns of folded text."""

from typing import Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.words.dates import MONTH, NUMBER, WEEKDAY

_YEAR: Final = r"(?:(?:,? |[/-])(?:de |del )?(\d{4})\b)?"
_NEXT: Final = r"next|nachste[rnms]?|kommende[rnms]?|volgende|proxim[ao]|prossim[ao]"
_NEXT_AFTER: Final = r"prochaine?|que viene|que vem|prossim[ao]|proxim[ao]"
_WEEK: Final = r"week|woche|semaine|semana|settimana"
_MONTH: Final = r"month|monats?|mois|mes|mese|maand"
_LONG_YEAR: Final = r"year|jahre?s?|annee|ano|anno|jaar"
#: Beginnings of words that tell a unit of the calendar.
WEEK_LETTERS: Final = ("w", "s")
MONTH_LETTERS: Final = ("m",)

ISO: Final = spaced(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
NUMERIC: Final = spaced(r"\b(\d{1,2})([./-])(\d{1,2})(?:[./-](\d{4}|\d{2})\b|(\.)|\b)")
DAY_MONTH: Final = spaced(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|o|a)?(?: of| de)?[ /-]?({MONTH})\b\.?{_YEAR}"
)
MONTH_DAY: Final = spaced(rf"\b({MONTH})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}")
ORDINAL: Final = spaced(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)\b|(?:le|el|il|dia|den|dem|am|op|zum|vom|du|au|dal|al|"
    rf"ate o dia|{WEEKDAY}),? "
    r"(\d{1,2})\b|(?:ab|bis) (\d{1,2})\. (?:[a-z]|$)|(?:de|den|tot|vanaf) (\d{1,2})e\b)"
)
#: The end, the middle and any other part of a month.
MONTH_ONLY: Final = spaced(
    r"\b(?:(end of|late|ende|fin|fin de|fin d'|finales de|fine|fim de|final de|eind|einde)|(mid|"
    r"middle of|mitte|mi|mediados de|meta|meados de|medio|half)|until|till|til|through|in|from|"
    r"before|by|bis|vor|avant|prima di|antes de|voor|ab|im|anfang|jusqu'en|en|debut|hasta|fino a|a|"
    r"ate|em|tot|since|early|principios de|inizio|inicio de|begin|"
    r"(?:start|beginning|first week|whole|all) of|during|throughout)"
    rf"[ -]?\b({MONTH})\b{_YEAR}"
)
OF_NEXT_YEAR: Final = spaced(
    r"^ (?:(?:of|de|del|do|des|van|dell')? ?(?:l'|het )?(?:nachsten jahres|kommenden jahres|next "
    r"year|annee prochaine|proximo ano|ano que viene|ano que vem|volgend jaar|anno prossimo|"
    r"prossimo anno))\b"
)
NAMED_WEEKDAY: Final = spaced(rf"\b(?:({_NEXT}) )?({WEEKDAY})s?\b(?: ({_NEXT_AFTER})\b)?")
#: "A week from Monday", "Monday week".
WEEKDAY_AFTER: Final = spaced(
    rf"\b(?:(?:a|one) week (?:from|on)|(?:heute|montag) in einer woche) ({WEEKDAY})\b|"
    rf"\b({WEEKDAY}) (?:week|in einer woche)\b"
)
RELATIVE: Final = spaced(
    rf"\b(?:in|dans|en|dentro de|tra|fra|em|daqui a|over|within|for) (?:about |etwa )?(\d{{1,3}}|"
    rf"{NUMBER})(?: "
    r"of)? (days?|tage?n?|jours?|dias?|giorni|giorno|dagen|dag|weeks?|wochen?|semaines?|"
    r"semanas?|settiman[ae]|weken|week|months?|monate?n?|mois|mes|meses|mesi|mese|maand|"
    r"maanden)\b"
)
#: How long something takes, without a word that says from when.
DURATION: Final = spaced(
    rf"\b(\d{{1,3}}|{NUMBER}) (?:whole |full |ganze |weitere )?(days?|tage?n?|jours?|dias?|giorni|"
    r"giorno|dagen|dag|weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week|months?|monate?n?|"
    r"mois|mes|meses|mesi|mese|maand|maanden)\b"
)
#: A time that is over, or in which something else is done.
NO_DURATION: Final = spaced(
    r"\b(?:ago|within|every|last|past|seit|vor|innerhalb|binnen|alle|letzte[nr]?|il y a|depuis|"
    r"sous|"
    r"hace|desde|dentro de|cada|fa|da|entro|ha|faz|sinds|geleden)\b"
)
TOMORROW: Final = spaced(r"\b(?:tomorrow|tmrw|tmw|demain|domani|amanha|morgen|manana)\b")
DAY_AFTER_TOMORROW: Final = spaced(
    r"\b(?:day after tomorrow|ubermorgen|uebermorgen|apres-demain|apres demain|pasado manana|"
    r"dopodomani|depois de amanha|overmorgen)\b"
)
DAY_TIME: Final = spaced(r"\b(?:guten|schonen|la|esta|jeden|am) $")
#: Weeks as calendars number them: "KW 11", "week 11-12".
NUMBERED_WEEK: Final = spaced(
    r"\b(?:kw|kalenderwoche|calendar week|week|wk|woche|semaine|semana|settimana)\.? ?(?:nr\.? |"
    r"no\.? |n\.? )?(\d{1,2})(?: ?(?:-|/|und|and|bis|to|through|et|y|e|en|a|au|t/m) ?(?:kw |week "
    r"|semaine )?(\d{1,2}))?\b"
)
NEXT: Final = spaced(
    rf"\b(?:{_NEXT}) ({_WEEK}|{_MONTH}|{_LONG_YEAR})\b|"
    rf"\b({_WEEK}|{_MONTH}|{_LONG_YEAR}) (?:{_NEXT_AFTER})\b"
)
#: "Out this week and next."
THIS_AND_NEXT: Final = spaced(
    rf"\b(?:this|diese|cette|esta|questa|deze) ({_WEEK}) (?:and|&|und|et|y|e|en) (?:the |la |die |"
    rf"de )?(?:{_NEXT}|{_NEXT_AFTER}|suivante|siguiente|seguinte|daarna)\b"
)
#: What stands before the name of a festival that is meant as a day: not "the Easter offer".
BEFORE_FESTIVAL: Final = spaced(
    r"\b(?:until|untill|till|til|thru|through|before|after|over|by|from|since|at|on|in|for|back|"
    r"bis|nach|vor|zu|zum|uber|ab|an|im|erst|jusqu'(?:au|a|en|apres)|apres|avant|pour|depuis|"
    r"pendant|"
    r"hasta|despues de|antes de|por|desde|en|fino a|sino a|dopo|prima di|per|dal?|a|ate|ao|depois "
    r"d[eo]|antes d[eo]|no|tot|na|voor|met|over|vanaf|rond)(?: (?:zum|dem|den|das|die|nach|le|la|"
    r"les|el|los|il|lo|o|a|ao|al|het|de|na|dopo|after|the|over|and including|despues de|depois "
    r"d[eo]|apres)){0,2} ?(?:l'|dell'|all'|d'|dall')?$|\b(?:fino (?:all'|al )|sino al )$"
)
#: What is only called after one: "for the Easter offer".
AFTER_FESTIVAL: Final = spaced(
    r"^ (?:\w+ )?(?:offers?|part(?:y|ies)|orders?|sales?|cards?|menus?|discounts?|promo\w*|"
    r"specials?|"
    r"deals?|catalog\w*|markets?|campaigns?|gifts?|presents?|dinner|lunch|do|hampers?|stock|"
    r"collection|edition|newsletter|decorations?)\b"
)
WEEK_AFTER_NEXT: Final = spaced(r"\b(?:week after next|ubernachste[nr]? woche)\b")
#: What is left of a week, month or year; only of an absence.
THIS: Final = spaced(
    r"\b(?:this|diese[rnms]?|cette|esta|este|questa|questo|deze|dit|whole|(?:rest|remainder|reste|"
    r"resto|rest) (?:of|der|des|de|della|del|da|do|van)(?: (?:the|this|la|el|deze|cette|esta|"
    r"diese[rs]))?"
    rf"|restliche[nr]?) ({_WEEK}|{_MONTH}|{_LONG_YEAR})\b"
)
#: "Mid next week" is Wednesday.
MIDDLE: Final = spaced(r"\b(?:mid|middle of|mitte|mi|mediados de|meta|meados de|halverwege)[ -]$")
TODAY: Final = spaced(r"\b(?:today|heute|aujourd'hui|hoy|oggi|hoje|vandaag)\b")
#: Whether it is the next unit's stands before the unit, or behind it.
END_OF: Final = spaced(
    r"\b(?:end|ende|fin|finales|fine|fim|final|finais|eind|einde)(?: (?:of|der|des|de|del|della|di|"
    r"du|do|da|van))?(?: (?:the|this|la|el|il|lo|o|het|de|die|dieser|dieses|diesen|deze|dit|esta|"
    r"este|"
    rf"questa|questo|cette))?(?: l'| d'| dell')? ?(?:({_NEXT}) )?({_WEEK}|{_MONTH}|{_LONG_YEAR})\b"
    rf"(?: ({_NEXT_AFTER})\b)?"
)
#: The same in one word; a weekend only where it ends something.
ENDS: Final = spaced(
    r"\b(?:(monatsende|eom)|(jahresende|eoy)|eow|(?:bis|until|till|til|hasta|fino|ate|tot|jusqu'au|"
    r"through)(?: (?:zum|ubers|over|the|after the|nach dem|el|al|a|o|ao|het|na het|this))* "
    r"(?:wochenende|"
    r"weekend|week-end|fin de semana|fim de semana|fine settimana))\b"
)
YEAR_ONLY: Final = spaced(
    r"\b(?:until|till|til|through|in|from|bis|ab|en|jusqu'en|hasta|fino al?|nel|ate|em|tot|vanaf)"
    r"(?: early| anfang| begin| debut| (?:the )?(?:start|beginning) of)? (20\d{2})\b"
)
