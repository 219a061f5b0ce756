"""Where a letter ends: closings, signatures, legal footers, lines that devices add."""

from typing import Final

import re2

from comm_pipeline.bot.folding import fold, spaced

#: Lines after a closing that still are a signature and not a further paragraph.
_MOST_LINES: Final = 15

#: What telephones and programs add by themselves.
_DEVICE_LINE: Final = re2.compile(
    r"(?m)^[ \t]*(?:(?:sent|written|typed|dictated) (?:from|via|with|using|on) [^\n]{1,60}|get "
    r"outlook for [^\n]{1,30}|von meinem [^\n]{1,40} gesendet|gesendet (?:von|mit|uber) "
    r"[^\n]{1,60}|(?:diese nachricht wurde )?von [^\n]{1,40} gesendet|outlook fur [^\n]{1,30}|"
    r"envoye (?:de|depuis|a partir de|avec) [^\n]{1,60}|(?:telecharger|obtenir|obtenez) "
    r"outlook [^\n]{1,30}|enviado (?:desde|do|a partir do|de) [^\n]{1,60}|obtener outlook "
    r"[^\n]{1,30}|obter o outlook [^\n]{1,30}|inviato (?:da|dal|con) [^\n]{1,60}|scarica "
    r"outlook [^\n]{1,30}|(?:verstuurd|verzonden|gestuurd) (?:vanaf|met|vanuit|via) "
    r"[^\n]{1,60}|outlook voor [^\n]{1,30})$"
)
_DELIMITER: Final = re2.compile(r"(?m)^(?:-- ?|--+[ \t]*|_{5,}[ \t]*|\*{5,}[ \t]*|={5,}[ \t]*)$")
_CLOSING: Final = spaced(
    r"(?m)^[ \t]*(?:(?:with )?(?:best|kind|warm|warmest|kindest|many|friendly)(?: (?:regards|"
    r"wishes|greetings|thanks))?|regards|rgds|br|kr|cheers|sincerely|yours(?: \w+){0,2}|all "
    r"the best|thanks|thank you|thx|ta|cordially|respectfully|take care|best wishes|with "
    r"thanks|(?:mit )?(?:freundlich\w*|besten?|herzlich\w*|lieben?|viele|schone) gru(?:s+|"
    r"e)\w*|mfg|lg|vg|gruss|(?:bien )?cordialement|(?:bien |sinceres )?salutations|amities|"
    r"bonne journee|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un abrazo|"
    r"(?:cordiali |distinti )?saluti|cordialmente|(?:com os melhores )?cumprimentos|"
    r"atenciosamente|(?:met )?(?:vriendelijke |hartelijke )?groet\w*|"
    r"mvg)[ \t]*[,.!]*[ \t]*(?:[a-z]+[ \t]?){0,2}$"
)
#: The first words of legal footers.
_FOOTER: Final = spaced(
    r"(?m)^[ \t*]*(?:this (?:e-?mail|message|communication)(?: \(?(?:and|including) "
    r"[^\n]{1,60})? (?:is|are|may|contains?|and)|confidential|disclaimer|the information "
    r"(?:contained )?in this|if you are not the intended|please consider the environment|diese "
    r"(?:e-?mail|nachricht) (?:ist|enthalt|kann)|ce (?:message|courriel) (?:est|et)|este "
    r"(?:mensaje|correo|e-?mail) (?:es|y|contem|e|contiene)|il presente messaggio|esta "
    r"mensagem (?:e|pode)|dit bericht is|p please consider)\b"
)
_POSTSCRIPT: Final = re2.compile(r"(?m)^[ \t]*p\.? ?s\.?[ :]")


def without_device_lines(text: str, folded: str) -> str:
    """Return a text, given with its folded form, without lines such as "Sent from my iPhone"."""
    kept, position = [], 0
    for match in _DEVICE_LINE.finditer(folded):
        kept.append(text[position : match.start()])
        position = match.end()
    return "".join(kept) + text[position:] if kept else text


def without_signature(text: str) -> str:
    """Return the letter itself, with a postscript, without signature and footer.

    A letter that is nothing but a closing is left as it is: "Thanks" is an answer.
    """
    folded = fold(text)
    end = _signature_start(folded)
    if end is None:
        return text.strip()
    letter = text[:end].strip()
    postscript = _POSTSCRIPT.search(folded[end:])
    if postscript:
        letter += "\n" + text[end + postscript.start() :].strip()
    return letter or text.strip()


def _signature_start(folded: str) -> int | None:
    starts = [
        match.start() for match in (_DELIMITER.search(folded), _FOOTER.search(folded)) if match
    ]
    starts += [
        match.start()
        for match in _CLOSING.finditer(folded)
        if folded.count("\n", match.end()) <= _MOST_LINES
        and folded[: match.start()].strip()
        and not _goes_on(folded[match.end() : match.end() + 400])
    ]
    return min(starts, default=None)


#: A line below a closing that is a sentence: the letter goes on.
_SENTENCE: Final = re2.compile(r"(?m)^[^\n]{20,}[.?!]$")


def _goes_on(rest: str) -> bool:
    return bool(_SENTENCE.search(rest)) and not _FOOTER.search(rest)
