"""From a message's sources and one recipient's context to its words."""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import CompiledTemplate, compile_message


class MessageParts(NamedTuple):
    """The Jinja sources of one message; without ``html`` the layout makes it from the text."""

    subject: str
    text: str
    html: str | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The dotted names without which rendering may fail; raises as ``compile_message``."""
        return frozenset().union(*(template.variables for template in _compiled(self)))


def render_message(parts: MessageParts, context: Mapping[str, Any]) -> RenderedText:
    """Fill every part with the nested ``context``; the frame is put around it when it is sent.

    Raises RenderingError naming the part and what the data lacks, InvalidTemplateError or
    UnsafeTemplateError naming the part for a source that was not checked before.
    """
    subject_template, text_template, *html_templates = _compiled(parts)
    subject = one_line(_filled("subject", subject_template, context))
    text = _filled("text", text_template, context)
    if not subject or not text.strip():
        raise RenderingError(
            f"{'text' if subject else 'subject'}: is empty with this recipient's data; "
            "give the template words that do not depend on it"
        )
    html = _filled("html", html_templates[0], context) if html_templates else None
    return RenderedText(subject=subject, text=text, html=html)


def one_line(text: str) -> str:
    """Collapse line breaks and spaces and drop control characters, so that a header stays one."""
    words = " ".join(text.split())
    if words.isprintable():
        return words
    return "".join(letter for letter in words if unicodedata.category(letter) != "Cc")


def _compiled(parts: MessageParts) -> list[CompiledTemplate]:
    compiled = [_checked("subject", parts.subject), _checked("text", parts.text)]
    if parts.html is not None:
        compiled.append(_checked("html", parts.html, is_html=True))
    return compiled


def _checked(part: str, source: str, *, is_html: bool = False) -> CompiledTemplate:
    try:
        return compile_message(source, is_html=is_html)
    except InvalidTemplateError as error:
        raise type(error)(f"{part}: {error}") from None


def _filled(part: str, template: CompiledTemplate, context: Mapping[str, Any]) -> str:
    try:
        return template(context)
    except RenderingError as error:
        raise RenderingError(f"{part}: {error}") from None
