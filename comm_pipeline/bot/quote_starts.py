"""The words with which mail programs begin a quotation, in the usual languages.

For folded text, and for words of other scripts the text as it is. Found by how their lines end or
begin, then looked at more closely, so that long and hostile texts cost little.
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
_WROTE: Final = (
    r"(?:wrote|writes|schrieb|a ecrit|ha escrito|escribio|ha scritto|scrisse|escreveu|schreef|"
    r"skrev|kirjoitti|napisal\(a\)|napisal|napisala|napsal|napsala|yazdi|a scris)"
)
#: Zoho: "---- On Mon, 02 Mar 2026 09:00:00 +0000 Ann <ann@example.com> wrote ----".
_BETWEEN_DASHES: Final = re2.compile(
    rf"(?m)^[ \t]*-{{3,}}[^\n]{{5,300}}(?:@[^\n]{{2,120}}|\b{_WROTE}) ?-{{3,}}[ \t]*$"
)
#: The end of "On Wed, 4 March 2026 at 9:01, Ann <ann@example.com> wrote:".
_INTRODUCTION_END: Final = re2.compile(
    rf"(?m)(?:\b{_WROTE}(?:\b|\W)[^\n]{{0,120}}|@[^\n]{{1,80}}[>)][^\n]{{0,80}}) ?:[ \t]*$"
)
_INTRODUCTION: Final = re2.compile(
    r"(?:^|\n)[ \t*]*((?:on|am|le|el|il|em|op|den|a|no dia|na|w dniu|um|vom|(?:mon|tue|wed|thu|"
    r"fri|sat|sun)\w*,?|\d{1,4}[./-])[ \t,.\d])"
)
_NAMED: Final = re2.compile(r"[\d@]")
#: What an introduction in any language holds: whose mail it is, and of which year.
_ADDRESS: Final = re2.compile(r"[<(][^\s<>()]{1,80}@[^\s<>()]{1,200}[>)]")
_YEAR: Final = re2.compile(r"(?:^|[^\d])20\d\d(?:[^\d]|$)")
_BY_WHOM: Final = re2.compile(
    rf"^[ \t]*(?:[^\s<>]{{1,40}} ){{0,5}}<[^\s<>]{{1,80}}@[^\s<>]{{1,200}}> ?{_WROTE} ?:"
)
_BLANK: Final = re2.compile(r"\n[ \t]*\n")
#: Two lines of a header: "From: ...", then "Sent: ...".
_HEADER: Final = re2.compile(
    r"(?m)^[ \t*]*(?:from|von|de|da|van|fra|fran|od|de la|lahettaja|kimden|gonderen|felado)\*? "
    r"?:[^\n]{1,300}\n(?:[ \t]*[^\n:]{1,200}\n)?[ \t*]*(?:sent|date|gesendet|datum|envoye|"
    r"enviado(?: el| em)?|enviada(?: em)?|inviato|data|fecha|verzonden|sendt|dato|skickat|wyslano|"
    r"odeslano|odoslane|lahetetty|paivamaara|gonderildi|gonderme tarihi|tarih|elkuldve|trimis|to|"
    r"an|a|para|aan|til|till|do|komu|vastaanottaja|kime|cimzett|catre|cc|kopia|kopi|subject|"
    r"betreff|objet|asunto|oggetto|assunto|onderwerp|emne|amne|temat|predmet|aihe|konu|targy|"
    r"subiect|reply-to|antwort an)\*? ?:"
)
#: "From" in other scripts.
_FOREIGN_FROM: Final = (
    "\u043e\u0442",  # Russian, Bulgarian
    "\u0432\u0456\u0434",  # Ukrainian
    "\u03b1\u03c0\u03cc",  # Greek
    *("\u5dee\u51fa\u4eba", "\u9001\u4fe1\u8005"),  # Japanese
    *("\u53d1\u4ef6\u4eba", "\u5bc4\u4ef6\u8005", "\u5bc4\u4ef6\u4eba"),  # Chinese
    "\ubcf4\ub0b8 \uc0ac\ub78c",  # Korean
    "\u05de\u05d0\u05ea",  # Hebrew
    "\u0645\u0646",  # Arabic
)
_FOREIGN_HEADER: Final = re2.compile(
    rf"(?m)^[ \t*]*(?i:{'|'.join(_FOREIGN_FROM)})\*?[ \t]?[:\x{{ff1a}}][^\n]+\n"
    r"[ \t*]*[^\n:\x{ff1a}]+[:\x{ff1a}]"
)
_FROM_ADDRESS: Final = re2.compile(r"(?m)^[ \t]*(?:from|von|de|da|van): [^\n@]{0,200}@")


def find_quote_starts(text: str, folded: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each introduction to a quotation, in order."""
    found = [match.span() for match in _limited(_FOREIGN_HEADER, text)]
    for pattern in (_SEPARATOR, _BETWEEN_DASHES, _HEADER, _FROM_ADDRESS):
        found += [match.span() for match in _limited(pattern, folded)]
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
        start = _introduction_start(folded[begin:end])
        if start is not None:
            yield begin + start, end


def _introduction_start(lines: str) -> int | None:
    """Return where an introduction begins that ends with these lines, or None if there is none."""
    starts = list(_INTRODUCTION.finditer(lines))
    known = starts[-1] if starts and _NAMED.search(lines[starts[-1].start() :]) else None
    first = lines[known.start(1) :].partition("\n")[0] if known else ""
    if known and _NAMED.search(first):
        return int(known.start(1))
    start = _start_in_any_language(lines)
    return int(known.start(1)) if known and start is None else start


def _start_in_any_language(lines: str) -> int | None:
    """Return the start of the fewest lines that hold an address and a year, as no others do."""
    start = len(lines)
    while start > 0:
        start = lines.rfind("\n", 0, start)
        introduction = lines[start + 1 :]
        if _BY_WHOM.search(introduction):
            return start + 1
        if _ADDRESS.search(introduction) and _YEAR.search(introduction):
            return start + 1
    return None


def _three_lines_before(text: str, end: int) -> int:
    """Return where the paragraph begins that ends there, three lines above at most."""
    position = end
    for _ in range(3):
        position = text.rfind("\n", max(0, end - _LONGEST), position)
        if position < 0:
            position = max(0, end - _LONGEST)
            break
    blanks = list(_BLANK.finditer(text[position:end]))
    return position + blanks[-1].end() if blanks else position
