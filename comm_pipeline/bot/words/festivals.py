"""What the days are called by whose names people say until when they are away, in seven languages.

Parts of patterns of folded text.
"""

from typing import Final

CHRISTMAS_EVE: Final = (
    r"christmas eve|heilig(?:en |er )?abend|veille de noel|nochebuena|vigilia di natale|"
    r"vespera de natal|kerstavond"
)
CHRISTMAS: Final = (
    r"christmas(?: day)?|xmas|x-mas|weihnachten|weihnachtstagen?|weihnachtsfeiertagen?|noel|"
    r"navidad(?:es)?|natale|natal|kerstmis|kerst|kerstdagen"
)
NEW_YEARS_EVE: Final = (
    r"new year'?s eve|silvester|sylvester|(?:la )?saint-sylvestre|nochevieja|"
    r"san silvestro|oudjaar(?:sdag)?|oud en nieuw"
)
NEW_YEAR: Final = (
    r"new year'?s(?: day)?|new year|neujahr(?:stag)?|neue[nrs]? jahr(?:es)?|nouvel an|"
    r"jour de l'an|ano nuevo|capodanno|anno nuovo|ano novo|nieuwjaar(?:sdag)?|nieuwe jaar"
)
EPIPHANY: Final = (
    r"epiphany|twelfth night|(?:heilige )?drei ?konige?(?:n|stag)?|epiphanie|reyes(?: magos)?|"
    r"epifania|befana|dia de reis|driekoningen"
)
GOOD_FRIDAY: Final = (
    r"good friday|karfreitag|vendredi saint|viernes santo|venerdi santo|sexta-feira santa|"
    r"goede vrijdag"
)
EASTER: Final = r"easter(?: sunday)?|ostern|osterfeiertagen?|paques|pascua|pasqua|pascoa|pasen"
EASTER_MONDAY: Final = (
    r"easter monday|ostermontag|lundi de paques|lunes de pascua|pasquetta|lunedi di pasqua|"
    r"segunda-feira de pascoa|tweede paasdag|paasmaandag"
)
ASCENSION: Final = r"ascension day|christi himmelfahrt|himmelfahrt|l'ascension|hemelvaart(?:sdag)?"
PENTECOST: Final = r"pentecost|whitsun|pfingsten|pentecote|pentecostes?|pinksteren"
THANKSGIVING: Final = r"thanksgiving(?: day)?"
#: From Christmas to the New Year, of a text that comes shortly before or between them.
THE_HOLIDAYS: Final = (
    r"(?:the )?(?:holidays|festive season|festivities)|(?:den |die |der )?feiertagen?|"
    r"(?:les )?fetes(?: de fin d'annee)?|(?:las )?fiestas|(?:le )?feste|(?:as )?festas|"
    r"(?:de )?feestdagen"
)
