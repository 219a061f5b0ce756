"""The words with which mail programs begin a quotation, in the usual languages.

For folded text. Found by how their lines end or begin, then looked at more closely, so that long
and hostile texts cost little.
"""

from collections.abc import Iterator
from typing import Any, Final

import re2

#: Places that are looked at more closely; a letter has a handful.
_MOST: Final = 200
#: Characters of an introduction, which may be torn into three lines.
_LONGEST: Final = 400

_SEPARATOR: Final = re2.compile(
    r"(?m)^[ \t*]*(?:-{2,} ?(?:original message|original appointment|forwarded message|"
    r"urspr(?:u|ue)ngliche nachricht|weitergeleitete nachricht|message d'origine|message "
    r"original|message transfere|mensaje original|mensaje reenviado|messaggio originale|"
    r"messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht|"
    r"doorgestuurd bericht)[ -]*|_{10,}[ \t]*|begin forwarded message:|anfang der "
    r"weitergeleiteten (?:nachricht|e-mail):|debut du message (?:reexpedie|transfere) ?:|"
    r"inicio del mensaje reenviado:|inizio messaggio inoltrato:|inicio da mensagem "
    r"reencaminhada:|begin doorgestuurd bericht:)"
)
#: The end of "On Wed, 4 March 2026 at 9:01, Ann <ann@example.com> wrote:".
_INTRODUCTION_END: Final = re2.compile(
    r"(?m)(?:\b(?:wrote|writes|schrieb|a ecrit|ha escrito|escribio|ha scritto|scrisse|escreveu|"
    r"schreef|skrev|napisal\(a\)|napisal|napisala)\b[^\n]{0,120}|@[^\n]{1,80}>) ?:[ \t]*$"
)
_INTRODUCTION: Final = re2.compile(
    r"(?:^|\n)[ \t*]*((?:on|am|le|el|il|em|op|den|a|no|na|w dniu|um|vom|(?:mon|tue|wed|thu|fri|"
    r"sat|sun)\w*,?|\d{1,4}[./-])[ \t,.\d])"
)
_NAMED: Final = re2.compile(r"[\d@]")
#: Two lines of a header: "From: ...", then "Sent: ...".
_HEADER: Final = re2.compile(
    r"(?m)^[ \t*]*(?:from|von|de|da|van|fra|od)\*? "
    r"?:[^\n]{1,300}\n(?:[ \t]*[^\n:]{1,200}\n)?[ \t*]*(?:sent|date|gesendet|datum|envoye|"
    r"enviado(?: el| em)?|enviada(?: em)?|inviato|data|fecha|verzonden|sendt|to|an|a|para|aan|"
    r"cc|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|reply-to|antwort an)\*? ?:"
)
_FROM_ADDRESS: Final = re2.compile(r"(?m)^[ \t]*(?:from|von|de|da|van): [^\n@]{0,200}@")


def find_quote_starts(folded: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each introduction to a quotation, in order."""
    found = [match.span() for match in _limited(_SEPARATOR, folded)]
    found += [match.span() for match in _limited(_HEADER, folded)]
    found += [match.span() for match in _limited(_FROM_ADDRESS, folded)]
    found += _introductions(folded)
    yield from sorted(found)


def _limited(pattern: Any, text: str) -> Iterator[Any]:
    for number, match in enumerate(pattern.finditer(text)):
        if number == _MOST:
            return
        yield match


def _introductions(folded: str) -> Iterator[tuple[int, int]]:
    for match in _limited(_INTRODUCTION_END, folded):
        end = match.end()
        begin = _three_lines_before(folded, end)
        starts = list(_INTRODUCTION.finditer(folded[begin:end]))
        if starts and _NAMED.search(folded[begin + starts[-1].start() : end]):
            yield begin + starts[-1].start(1), end


def _three_lines_before(text: str, end: int) -> int:
    position = end
    for _ in range(3):
        position = text.rfind("\n", max(0, end - _LONGEST), position)
        if position < 0:
            return max(0, end - _LONGEST)
    return position
