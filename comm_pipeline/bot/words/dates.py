"""Names of months, weekdays and small numbers in seven languages, folded."""

from collections.abc import Mapping
from typing import Final

_MONTHS: Final = (
    "january jan januar janner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar fevrier fevr febrero febbraio fevereiro fev februari",
    "march mar marz maerz mars marzo marco maart mrt mrz",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre setiembre settembre sett setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
_WEEKDAYS: Final = (
    "monday mon montag lundi lunes lunedi segunda-feira maandag",
    "tuesday tue tues dienstag mardi martes martedi terca-feira dinsdag",
    "wednesday wed mittwoch mercredi miercoles mercoledi quarta-feira woensdag",
    "thursday thu thur thurs donnerstag jeudi jueves giovedi quinta-feira donderdag",
    "friday fri freitag vendredi viernes venerdi sexta-feira vrijdag",
    "saturday samstag sonnabend samedi sabado sabato zaterdag",
    "sunday sonntag dimanche domingo domenica zondag",
)
_NUMBERS: Final = (
    "one a an ein eine einem einer un une uno una um uma een",
    "two zwei deux dos due dois duas twee couple",
    "three drei trois tres tre drie",
    "four vier quatre cuatro quattro quatro",
    "five funf fuenf cinq cinco cinque vijf",
    "six sechs seis sei zes",
    "seven sieben sept siete sette sete zeven",
    "eight acht huit ocho otto oito",
    "nine neun neuf nueve nove negen",
    "ten zehn dix diez dieci dez tien",
)


def _numbered(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {word: number for number, row in enumerate(rows, first) for word in row.split()}


#: 1 is January.
MONTHS: Final[Mapping[str, int]] = _numbered(_MONTHS, 1)
#: 0 is Monday.
WEEKDAYS: Final[Mapping[str, int]] = _numbered(_WEEKDAYS, 0)
NUMBERS: Final[Mapping[str, int]] = _numbered(_NUMBERS, 1)

MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY: Final = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
NUMBER: Final = "|".join(sorted(NUMBERS, key=len, reverse=True))
