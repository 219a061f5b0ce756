"""The frame of every email: our own trusted templates under ``templates/email/``."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup, escape

from comm_pipeline.errors import EnvironmentFailure

# Only what is plainly written as a link becomes one: a first name "evil.com" does not. Matched in
# escaped text, where the entities other than &amp; end a link.
_LINK = re.compile(r"https?://(?:[^\s&]|&amp;)*(?:[^\s&.,;:!?)\]]|&amp;)")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_PARAGRAPH = '<p style="margin:0 0 16px">'
#: What each message has of its own.
_WORDS = ("subject", "text", "body")


class EmailLayout:
    """The two frames, compiled once: ``message.txt.j2`` and ``message.html.j2``.

    ``footer`` stands under every message, for instance who writes and how to stop it.
    """

    def __init__(self, templates_dir: Path, footer: str | None = None) -> None:
        """Read both frames from ``templates_dir``/email; raises EnvironmentFailure if not there."""
        html_footer = Markup(_with_breaks(_linked(footer))) if footer else None  # noqa: S704 - escaped
        self._text = _Frame(_load(templates_dir, "message.txt.j2"), footer=footer)
        self._html = _Frame(_load(templates_dir, "message.html.j2"), footer=html_footer)

    def frame(self, subject: str, text: str, html: str | None = None) -> tuple[str, str]:
        """Return a message's plain text and HTML as they are sent.

        Without ``html`` it is made of the text: paragraphs, line breaks, links, all escaped. With
        it, it must be rendered (escaped) already; a complete document is sent as it is.
        """
        framed_text = self._text.around(text=text.strip())
        if html is not None and "<html" in html.lower():
            return framed_text, html
        body = _paragraphs(text) if html is None else html
        return framed_text, self._html.around(subject=str(escape(subject)), body=body)


class _Frame:
    """A frame, rendered once with marks where each message has its own words.

    So it may not look at these words: no conditions, filters or loops with them.
    """

    def __init__(self, template: Template, footer: str | None) -> None:
        marks = {name: Markup(f"\x00{name}\x00") for name in _WORDS}  # noqa: S704 - has no markup
        # Every second piece is the name of what stands there.
        self._pieces = template.render(**marks, footer=footer).split("\x00")
        if unknown := {*self._pieces[1::2]} - {*_WORDS}:
            raise EnvironmentFailure(
                f"{template.filename}: writes {', '.join(sorted(unknown))}; it has to write "
                f"{', '.join(_WORDS)} as they are, without filters"
            )

    def around(self, **words: str) -> str:
        """Return the frame with the words, which are escaped already."""
        pieces = list(self._pieces)
        pieces[1::2] = [words[name] for name in pieces[1::2]]
        return "".join(pieces)


def _paragraphs(text: str) -> str:
    parts = _BLANK_LINES.split(_linked(text.replace("\r\n", "\n").strip()))
    return "\n".join(f"{_PARAGRAPH}{_with_breaks(part)}</p>" for part in parts)


def _linked(text: str) -> str:
    escaped = str(escape(text))
    return _LINK.sub(r'<a href="\g<0>">\g<0></a>', escaped) if "://" in escaped else escaped


def _with_breaks(html: str) -> str:
    return html.replace("\n", "<br>\n")


def _load(templates_dir: Path, name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(templates_dir / "email"),
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(name)
    except TemplateNotFound:
        raise EnvironmentFailure(
            f"{templates_dir / 'email' / name} is not there: "
            "point the templates directory at this repository's templates/"
        ) from None
