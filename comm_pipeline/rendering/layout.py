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


class EmailLayout:
    """The two frames, compiled once: ``message.txt.j2`` and ``message.html.j2``.

    ``footer`` stands under every message, for instance who writes and how to stop it.
    """

    def __init__(self, templates_dir: Path, footer: str | None = None) -> None:
        """Read both frames from ``templates_dir``/email; raises EnvironmentFailure if not there."""
        self._text = _load(templates_dir, "message.txt.j2")
        self._html = _load(templates_dir, "message.html.j2")
        self._footer = footer
        self._html_footer = Markup(_lines(footer)) if footer else None  # noqa: S704 - escaped there

    def frame(self, subject: str, text: str, html: str | None = None) -> tuple[str, str]:
        """Return a message's plain text and HTML as they are sent.

        Without ``html`` it is made of the text: paragraphs, line breaks, links, all escaped. With
        it, it must be rendered (escaped) already; a complete document is sent as it is.
        """
        framed_text = self._text.render(text=text.strip(), footer=self._footer)
        if html is not None and "<html" in html.lower():
            return framed_text, html
        body = Markup(_paragraphs(text) if html is None else html)  # noqa: S704 - escaped already
        framed = self._html.render(subject=subject, body=body, footer=self._html_footer)
        return framed_text, framed


def _paragraphs(text: str) -> str:
    paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    return "\n".join(f"{_PARAGRAPH}{_lines(part)}</p>" for part in paragraphs)


def _lines(text: str) -> str:
    escaped = str(escape(text))
    linked = _LINK.sub(r'<a href="\g<0>">\g<0></a>', escaped) if "://" in escaped else escaped
    return linked.replace("\n", "<br>\n")


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
