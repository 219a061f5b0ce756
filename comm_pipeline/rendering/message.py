"""From a message's sources and one recipient's context to what is sent."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.rendering.sandbox import CompiledTemplate, compile_message


@dataclass(frozen=True, slots=True)
class MessageParts:
    """The Jinja sources of one message; without ``html`` it is made from the text."""

    subject: str
    text: str
    html: str | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The dotted names without which rendering may fail; raises as ``compile_message``."""
        return frozenset().union(*(template.variables for template in _compiled(self)))


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message as one recipient gets it. ``subject`` is one line without control characters."""

    subject: str
    text: str
    html: str


class MessageRenderer:
    """Renders messages into the frames under ``templates_dir``/email."""

    def __init__(self, templates_dir: Path, footer: str | None = None) -> None:
        """Load the frames; raises EnvironmentFailure if they are not there."""
        self._layout = EmailLayout(templates_dir, footer)

    def render(self, parts: MessageParts, context: Mapping[str, Any]) -> RenderedMessage:
        """Fill every part with the nested ``context``.

        Raises RenderingError naming the part and what the data lacks, InvalidTemplateError or
        UnsafeTemplateError naming the part for a source that was not checked before.
        """
        subject_template, text_template, *html_template = _compiled(parts)
        subject = one_line(_filled("subject", subject_template, context))
        text = _filled("text", text_template, context)
        if not subject or not text.strip():
            raise RenderingError(
                f"{'text' if subject else 'subject'}: is empty with this recipient's data; "
                "give the template words that do not depend on it"
            )
        html = (
            self._layout.html_of_fragment(_filled("html", html_template[0], context), subject)
            if html_template
            else self._layout.html_of_text(text, subject)
        )
        return RenderedMessage(subject, self._layout.text(text), html)


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
