"""HTML mail as plain text, in which quotations are lines that begin with "> ".

Python's HTML parser takes time that grows with the square of hostile input, so it is given one tag
at a time: the source is cut at every "<" first.
"""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from typing import Final

#: Characters of HTML that are read.
_LONGEST: Final = 400_000
_LONGEST_TAG: Final = 2_000
_DEEPEST_QUOTE: Final = 10
_INVISIBLE: Final = frozenset({"script", "style", "title", "template"})
_LINES: Final = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|dir|div|dl|dt|fieldset|figcaption|figure"
    "|footer|form|h[1-6]|header|hr|html|legend|li|main|nav|ol|p|pre|section|table|tbody|tfoot|thead"
    "|tr|ul"
)
_PARAGRAPHS: Final = re.compile("blockquote|h[1-6]|ol|p|table|ul")
#: Boxes in which mail programs put what they quote.
_QUOTING_CLASSES: Final = frozenset({"gmail_quote", "yahoo_quoted", "protonmail_quote"})
_TAG: Final = re.compile(r"</?[A-Za-z]")
_TAG_NAME: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]{0,40}")
_SPACES: Final = re.compile(r"[ \t\n\r\f\u00a0]+")


def html_to_text(html: str) -> str:
    """Return the text that a reader sees. Never raises; its cost grows with the length."""
    reader = _Reader()
    for piece in re.split("(?=<)", _without_comments(html[:_LONGEST])):
        tag, end, text = piece.partition(">")
        if end and _TAG.match(piece):
            reader.read_tag(_short(tag) + end)
        elif not (end and piece.startswith(("<!", "<?"))):  # "<!DOCTYPE" and the like say nothing
            text = piece  # a "<" that begins no tag is a letter
        reader.handle_data(unescape(text))
    return reader.text()


def _short(tag: str) -> str:
    """Return a tag without attributes if they are too long to be read, as pictures in them are."""
    if len(tag) <= _LONGEST_TAG:
        # A quotation mark that is never closed would take the following text with it.
        return tag if not (tag.count('"') % 2 or tag.count("'") % 2) else _name_of(tag)
    return _name_of(tag)


def _name_of(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return found[0] if found else "<x"


def _without_comments(html: str) -> str:
    kept, position = [], 0
    while (start := html.find("<!--", position)) >= 0:
        kept.append(html[position:start])
        end = html.find("-->", start)
        if end < 0:
            return "".join(kept)
        position = end + 3
    return "".join([*kept, html[position:]])


class _Reader(HTMLParser):
    """Collects lines; what surrounds the current place is counted, not nested."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        #: For each line whether it has words, and not only the marks of a quotation.
        self._has_words: list[bool] = []
        self._line: list[str] = []
        self._hidden: Counter[str] = Counter()
        self._preformatted = 0
        #: Open boxes, and whether each quotes.
        self._boxes: list[tuple[str, bool]] = []
        #: Those of them that quote or are made for it.
        self._quoting: list[str] = []
        self._open: Counter[str] = Counter()
        self._depth = 0

    def read_tag(self, tag: str) -> None:
        """Read one tag."""
        self.feed(tag)
        self.close()
        self.reset()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _INVISIBLE:
            self._hidden[tag] += 1
        self._before(tag)
        if tag in {"blockquote", "div"}:
            self._enter(tag, quotes=self._is_quoting(tag, dict(attrs)))
        self._preformatted += tag == "pre"
        if tag == "br":
            self._break()
        elif tag == "li":
            self._line.append("- ")
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden[tag]:
            self._hidden[tag] -= 1
        self._before(tag)
        self._preformatted -= tag == "pre" and self._preformatted > 0
        while self._open[tag]:  # what was left open inside of it ends with it
            name, quotes = self._boxes.pop()
            self._open[name] -= 1
            self._depth -= quotes
            if quotes or name == "blockquote":
                self._quoting.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._hidden.total():
            return
        if self._preformatted:
            first, *others = data.split("\n")
            self._line.append(first)
            for line in others:
                self._break()
                self._line.append(line)
            return
        self._line.append(_SPACES.sub(" ", data))

    def text(self) -> str:
        """Return what was read."""
        self._break()
        while self._has_words and not self._has_words.pop():
            self._lines.pop()
        return "\n".join(self._lines).strip("\n")

    def _before(self, tag: str) -> None:
        if self._line and _LINES.fullmatch(tag):
            self._break()
        if _PARAGRAPHS.fullmatch(tag) and self._has_words and self._has_words[-1]:
            self._break()

    def _break(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._preformatted else _SPACES.sub(" ", line).strip()
        quote = ">" * min(self._depth, _DEEPEST_QUOTE)
        self._line.clear()
        if line or (self._has_words and self._has_words[-1]):  # no two empty lines in a row
            self._has_words.append(bool(line))
            self._lines.append(f"{quote} {line}".rstrip() if quote else line)

    def _enter(self, tag: str, *, quotes: bool) -> None:
        self._boxes.append((tag, quotes))
        self._open[tag] += 1
        self._depth += quotes
        if quotes or tag == "blockquote":
            self._quoting.append(tag)

    def _is_quoting(self, tag: str, attributes: dict[str, str | None]) -> bool:
        classes = set((attributes.get("class") or "").split())
        if tag == "div":
            return bool(classes & _QUOTING_CLASSES)
        # Gmail and Yahoo put a blockquote into their box: that is one quotation, not two.
        return self._quoting[-1:] != ["div"]
