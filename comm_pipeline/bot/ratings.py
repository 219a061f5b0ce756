"""Ratings on a scale: "4/5", "four out of five", "5 stars", "I'd give it a 4", a 4 by itself.

A number is a rating only if it is called one or stands alone: what names a day, a time, a price or
a number of things is none, however small it is.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import re2

from comm_pipeline.bot.folding import fold, spaced
from comm_pipeline.bot.words.dates import NUMBER, NUMBERS


class Rating(NamedTuple):
    """A rating and where it stands."""

    start: int
    end: int
    value: int | float


_STARS: Final = re2.compile("(?:\u2b50\ufe0f?|\u2605|\U0001f31f){1,10}")
_STAR: Final = re2.compile("\u2b50|\u2605|\U0001f31f")
_FIGURE: Final = rf"(\d{{1,3}}(?:[.,]\d)?|{NUMBER})"
_OF_A_SCALE: Final = spaced(
    rf"(?:^|[^\w.,/$€£#-]){_FIGURE}(?: ?/ ?| out of | von | sur | de | su | op | van (?:de )?)"
    rf"(\d{{1,3}}|{NUMBER})\b"
)
_WITH_STARS: Final = spaced(
    rf"(?:^|[^\w.,/$€£#-]){_FIGURE} ?-?(?:stars?|sterne?n?|etoiles?|estrell?as?|estrelas?|stelle|"
    r"sterren)\b"
)
#: What a number is called a rating by.
_CALLED: Final = spaced(
    r"\b(?:rat(?:e|ed|ing|ings)|scor(?:e|ed|ing)|grade[ds]?|marks?|points?|stars?|give|gave|giving|"
    r"would be|call it|deserves?|earns?|solid|strong|clear|definitely|easily|at best|more like|"
    r"bewert\w*|note|punkte?|gebe|geben|vergebe|wertung|noter?|donne\w*|mets|mettrais|donnerais|"
    r"evaluation|doy|damos|pongo|califica\w*|puntua\w*|nota|voto|(?:vi|le|ti|do) (?:do )?una?|"
    r"darei|valutazione|dou|avalia\w*|geef|geven|dou um|da um|merece um|cijfer|beoordel\w*|say|"
    r"(?:it|that|this|it'?s|that'?s|das|es|c'est|i'?d) (?:is|was|ist|war|say|"
    r"est|etait))(?: (?:it|you|this|that|them|is|was|of|the|at|as|only|just|about|maybe|perhaps|"
    r"euch|ihnen|dem|der|ist|von|vous|leur|lui|est|le|la|les|es|un|una|uno|uma|een|eine?n?|a|an|as|"
    r"service|support|team|rather|more|like|solid|strong|clear|good|\w+ support|customer|overall|"
    r"jullie|het|di|e|pra)| ?[:=-])*[ :]*\(?$"
)
#: "Give the support a 4".
_A_FIGURE: Final = spaced(r"\b(?:een|eine|un|une|uno|an?) $")
_ALONE_BEFORE: Final = spaced(
    r"(?:^|[.!?\n:]|[,;] (?:so|thus|hence|therefore|also|daher|donc|dus|quindi|entonces|portanto)) "
    r"*(?:(?:hi|hello|hallo|hola|ciao|ola|bonjour)\b[^.!?\n\d]{0,20}, *)?(?:(?:a|an|eine?|un|une|"
    r"una|uno|uma|een|my|i think|i guess|maybe|perhaps|probably|definitely|easily|clearly|honestly|"
    r"well|hm+|ok|okay|sure|so|say|rather|more like|vielleicht|eher|klare?|peut-etre|plutot|"
    r"quizas?|tal vez|forse|direi|talvez|misschien|yes|ja|oui|si|sim)\b[, ]*)*$"
)
#: What may follow a number that stands alone: the end, or what is said of it.
_ALONE_AFTER: Final = spaced(
    r"^(?:\W*$| *[.!,;)\n]|: | +-| *:\)|\+? +(?:i (?:would|think|guess|suppose|give)|i'd|wurde ich|"
    r"je dirais|diria|direi|zou ik|at (?:most|best|least)|this time|max|definitely|probably|maybe|"
    r"though|to be|from|for|because|as|since|thanks?|thank|overall|and|but|with|all|very|von "
    r"(?:mir|uns)|fur|weil|danke|insgesamt|pour|car|merci|para|por|porque|gracias|per|perche|"
    r"grazie|obrigad[oa]|voor|van (?:mij|ons)|de (?:mi|ma|minha) part\w*|da parte mia|want|dank|"
    r"bedankt)\b)"
)
#: "5 for support, 2 for speed".
_ANOTHER: Final = spaced(r"(?:[,;]|\band|\bbut|\bund|\bet|\by) $")
_FOR: Final = spaced(r"^ (?:for|fur|pour|para|per|voor)\b")
#: What makes a figure a part of a larger one, a time, an amount or a share.
_GOES_ON: Final = re2.compile(r"^(?:[.,:/-]\d| ?%|[.] ?[a-z]+day| ?(?:eur|usd|euros?|dollars?))")
_A_DAY: Final = spaced(
    r"\b(?:on|until|till|by|before|after|from|since|am|bis|vom|ab|le|du|au|el|al|il|dal|em|op|tot|"
    r"at|um) $"
)
#: "2 out of 5 colleagues" counts people.
_COUNTED: Final = spaced(
    r"^ (?:of (?:the|our|my)|people|persons?|users?|colleagues?|members?|employees?|customers?|"
    r"clients?|licen[cs]es?|seats?|times?|days?|weeks?|months?|hours?|tickets?|issues?|problems?|"
    r"offices?|teams?|sites?|machines?|laptops?|tests?|mal|malen|tage|wochen|leuten?|kollegen|"
    r"personen|mitarbeiter\w*|kunden|personnes|collegues|jours|fois|personas|dias|veces|persone|"
    r"giorni|volte|colleghi|pessoas|vezes|mensen|dagen|keer)\b"
)
#: Lines of a list are numbered, not rated.
_NUMBERED: Final = spaced(r"(?:^|\n)[ \t]*\d{1,2}[.)][ \t]")
#: Articles and what is no number by itself are numbers only on a scale.
_ARTICLES: Final = frozenset(
    {
        "a",
        "an",
        "ein",
        "eine",
        "einem",
        "einer",
        "un",
        "une",
        "uno",
        "una",
        "um",
        "uma",
        "een",
        "couple",
        "do",
        "sei",
        "sete",
    }
)


def find_ratings(text: str, lowest: float, highest: float) -> Iterator[Rating]:
    """Yield the ratings within bounds; a scale that ends elsewhere is another one."""
    folded = fold(text)
    for match in _STARS.finditer(text):
        stars = len(_STAR.findall(match.group(0)))
        yield from _rating(match.start(), match.end(), stars, lowest, highest)
    for match in _OF_A_SCALE.finditer(folded):
        figure, scale = match.groups()
        if _value(scale) == highest and _is_a_share(match, folded):
            yield from _rating(match.start(1), match.end(), _value(figure), lowest, highest)
    for match in _WITH_STARS.finditer(folded):
        if match.group(1) in _ARTICLES:  # "you are a star"
            continue
        yield from _rating(match.start(1), match.end(), _value(match.group(1)), lowest, highest)
    yield from _lone_ratings(folded, lowest, highest)


def _is_a_share(match: Any, folded: str) -> bool:
    """Return whether a number of a scale is a rating, not a day ("on 4/5") or some of several."""
    before = folded[max(0, match.start(1) - 12) : match.start(1)]
    after = folded[match.end() : match.end() + 24]
    is_slash = "/" in match.group(0)
    if is_slash and (_A_DAY.search(before) or after.startswith(("/", "-", "."))):
        return after[:2] in {".", ". ", ".\n"} and not _A_DAY.search(before)
    return match.group(1) not in _ARTICLES and not _COUNTED.search(after)


_LONE: Final = spaced(rf"(?:^|[^\w.,/$€£#+-]){_FIGURE}\b")


def _lone_ratings(folded: str, lowest: float, highest: float) -> Iterator[Rating]:
    if len(_NUMBERED.findall(folded)) > 1:
        return
    is_first = True
    for match in _LONE.finditer(folded):
        start, end = match.span(1)
        before, after = folded[max(0, start - 60) : start], folded[end : end + 30]
        if match.group(1) in _ARTICLES or _GOES_ON.search(after):
            continue
        if not _ALONE_AFTER.search(after):
            continue
        is_another = not is_first and _ANOTHER.search(before) and _FOR.search(after)
        is_called = _CALLED.search(before) or _A_FIGURE.search(before)
        if is_another or is_called or _ALONE_BEFORE.search(before):
            is_first = False
            yield from _rating(start, end, _value(match.group(1)), lowest, highest)


def _value(figure: str) -> float:
    return float(NUMBERS[figure]) if figure in NUMBERS else float(figure.replace(",", "."))


def _rating(start: int, end: int, value: float, lowest: float, highest: float) -> Iterator[Rating]:
    if lowest <= value <= highest:
        yield Rating(start, end, int(value) if float(value).is_integer() else value)
