"""Whether a notice names a person to turn to meanwhile: a stand-in, not a general address."""

from typing import Final

import re2

from comm_pipeline.bot.folding import fold, spaced


def _words(rows: str) -> frozenset[str]:
    return frozenset(rows.split())


_TITLE: Final = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Frau|Herrn?|M|Mme|Sra?|Sig|Sig\.ra|Dhr|Mevr)\.? )"
_NAME: Final = r"\pL*\p{Lu}[\pL'-]+"
#: Whom the text asks to turn to, and whom it puts in charge.
_TURN_TO: Final = (
    r"(?:contact|reach(?: out to)?|call|ring|phone|e-?mail|write to|ask(?: for)?|speak (?:to|"
    r"with)|"
    r"addressed to|turn to|refer to|forwarded to|joindre|contactez|contacter|appel\w+|"
    r"adresse\w*(?: a)?|ecri\w+ a|contacte\w*|contactar\w*|dirij\w*(?:se)?(?: a)?|llam\w* a|"
    r"escrib\w* a|aten\w+|contatt\w*|rivolg\w*(?: a)?|scriv\w* a|contacto com|fal\w+ com|"
    r"(?:direct|send|address|forward) (?:\w+ ){0,3}?to|neem contact op met|bellen met|mail|"
    r"terecht bij|bij|an|bei)"
)
_ROLE: Final = (
    r"(?:colleagues?|assistants?|deput(?:y|ies)|cover|covered by|stand-?in|backup|replacement|"
    r"manager|partner|kolleg\w+|vertret\w+|stellvertret\w+|assistent\w*|collegues?|collabora\w+|"
    r"remplac\w+|companer\w+|colegas?|collega'?s?|collegh\w+|sostitut\w+|vervang\w+)"
)
_BETWEEN: Final = (
    r"(?:(?: (?:please|bitte|my|our|the|mein\w*|unser\w*|mon|ma|notre|mi|il|la|el|o|a|al|mijn|"
    rf"onze|is|are|ist|est|es|e|to|on|with|me|{_ROLE})|[:,]))*"
)
_BEFORE: Final = spaced(rf"\b(?:{_TURN_TO}|{_ROLE}){_BETWEEN} $")
_AFTER: Final = spaced(
    r"^(?: [a-z-]+)?(?: ?\([^)\n]{0,60}\))?,? (?:(?:who |and )?(?:can|will|would|may|is|has) "
    r"(?:\w+ ){0,2}?(?:help|assist|cover\w*|stand\w*|take\w*|tak|deal\w*|look\w*|access|answer|"
    r"fill\w*|happy)|(?:looks?|covers?|handles?|stands?|takes?) |has taken|assure|me remplace|"
    r"steht|vertritt|ubernimmt|les atendera|vi aiutera|neemt|bellen|contacteren|mailen|"
    r"kontaktieren|erreichen)\b"
)
_PERSON: Final = re2.compile(rf"({_TITLE}?)({_NAME})( {_NAME})?")
#: Words with a capital letter that are nobody.
_NOBODY: Final = _words(
    """
    i the our my your please support info sales service reception helpdesk hr it tel phone if
    for sekretariat zentrale team office in on at and we this all emergency customer monday
    tuesday wednesday thursday friday january february march april may june july august
    september october november december mondays tuesdays wednesdays thursdays fridays saturday
    sunday ihre ihr sie bitte bonjour hello hi dear regards subject re automatic
    """
)
#: Mailboxes that belong to nobody in particular.
_GENERAL: Final = _words(
    """
    info hello contact office mail post kontakt support help ops helpdesk sales service admin team
    enquiries inquiries reception zentrale accueil contacto contatti contato vendas ventas
    vertrieb verkoop secretariat sekretariat noreply no-reply hr it billing accounts orders
    press
    """
)
_MAILBOX: Final = spaced(rf"\b(?:{_TURN_TO}|{_ROLE}){_BETWEEN} ([a-z.-]+)@")
_OWN_ASKING: Final = spaced(
    r"\b(?:i|we|i'?ll|we'?ll|have to|need to|must|let me|going to|want to|like to|will|can|could|"
    r"would|did|please tell) (?:\w+ )?(?:ask|call|contact|speak|talk|e-?mail|write|ring|phone|"
    r"mail|"
    r"reach)\b[^.!?]* $"
)
#: Names that are looked at; a notice has a handful of words with a capital letter.
_MOST: Final = 100


def find_stand_in(text: str, *, is_answer: bool = False) -> tuple[int, int] | None:
    """Return the place of the name of somebody to turn to, or None. ``text`` is not folded.

    In an answer, mailboxes and people whom the writer asks themselves do not count.
    """
    folded = fold(text)
    for number, match in enumerate(_PERSON.finditer(text)):
        if number == _MOST:
            break
        before = " " + folded[max(0, match.start() - 80) : match.start()].rstrip() + " "
        if match.group(2).lower().partition("'")[0] in _NOBODY:
            continue
        if is_answer and (_OWN_ASKING.search(before) or not _is_turned_to(match, before)):
            continue
        if not _is_named(match, before, folded):
            continue
        return match.start(), match.end()
    found = None if is_answer else _MAILBOX.search(folded)
    if found is None or found.group(1) in _GENERAL:
        return None
    return found.start(1), found.end(1)


def _is_named(match: re2._Match, before: str, folded: str) -> bool:
    if _AFTER.search(folded[match.end() : match.end() + 90]):
        return True
    return _is_turned_to(match, before)


def _is_turned_to(match: re2._Match, before: str) -> bool:
    # German nouns have capital letters: a title, a role or a second name tells a person.
    is_person = bool(match.group(1) or match.group(3)) or not _GERMAN.search(before)
    return bool(_BEFORE.search(before)) and is_person


_GERMAN: Final = spaced(r"\b(?:an|bei|bitte|sich)\b[^.!?\n]* $")
