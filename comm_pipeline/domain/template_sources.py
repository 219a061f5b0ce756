"""Every Jinja source of a template, with its place: what has to be compiled and can be searched."""

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple, TypeVar

from comm_pipeline.domain.answers_texts import Answers
from comm_pipeline.domain.document import Rules
from comm_pipeline.domain.template_content import MessageTemplate, Variant
from comm_pipeline.domain.template_wording import ChannelText, FollowUpTemplate, Wording
from comm_pipeline.domain.templates import CampaignTemplate

_Words = TypeVar("_Words", bound=Rules)
_SOURCES: Final = ("subject", "template", "html")
_LISTS: Final = ("conditional_templates", "follow_up_templates", "variants")


class Source(NamedTuple):
    """A Jinja source: where its author wrote it, itself, and how it is compiled."""

    place: str
    text: str
    kind: Literal["text", "html", "condition"]


def template_sources(template: CampaignTemplate) -> Iterator[Source]:
    """Yield each Jinja source of a template."""
    if template.subject is not None:
        yield Source("template.subject", template.subject, "text")
    yield from answer_sources(template)
    for stage in template.stages:
        for position, message in enumerate(stage.messages):
            yield from message_sources(f"template.stages.{stage.name}.messages.{position}", message)


def answer_sources(template: CampaignTemplate) -> Iterator[Source]:
    """Yield each Jinja source of what a template answers to replies."""
    if template.answers is not None:
        yield from _answers("template.answers", template.answers)
    for stage in template.stages:
        if stage.answers is not None:
            yield from _answers(f"template.stages.{stage.name}.answers", stage.answers)


def message_sources(place: str, message: MessageTemplate) -> Iterator[Source]:
    """Yield each Jinja source of a message that stands at ``place``."""
    yield from _wording(place, message, message.template)
    for position, conditional in enumerate(message.conditional_templates):
        inner = f"{place}.conditional_templates.{position}"
        yield Source(f"{inner}.condition", conditional.condition, "condition")
        yield from _wording(inner, conditional, conditional.template)
    yield from _follow_ups(place, message.follow_up_templates)
    for position, variant in enumerate(message.variants):
        yield from _variant(f"{place}.variants.{position}", variant)


def _answers(place: str, answers: Answers) -> Iterator[Source]:
    for name, text in answers.sources():
        yield Source(f"{place}.{name}", text, "text")
    for code, texts in answers.languages.items():
        for name, text in texts.sources():
            yield Source(f"{place}.languages.{code}.{name}", text, "text")


def _variant(place: str, variant: Variant) -> Iterator[Source]:
    yield from _wording(place, variant, variant.template)
    yield from _follow_ups(place, variant.follow_up_templates)


def _follow_ups(place: str, follow_ups: tuple[FollowUpTemplate, ...]) -> Iterator[Source]:
    for position, follow_up in enumerate(follow_ups):
        inner = f"{place}.follow_up_templates.{position}"
        yield from _wording(inner, follow_up, follow_up.template)


def _wording(place: str, wording: Wording, text: str) -> Iterator[Source]:
    if text:
        yield Source(f"{place}.template", text, "text")
    yield from _subject_and_html(place, wording)
    for name, words in wording.channels.items():
        inner = f"{place}.channels.{name}"
        yield Source(f"{inner}.template", words.template, "text")
        yield from _subject_and_html(inner, words)


def _subject_and_html(place: str, words: Wording | ChannelText) -> Iterator[Source]:
    if words.subject is not None:
        yield Source(f"{place}.subject", words.subject, "text")
    if words.html is not None:
        yield Source(f"{place}.html", words.html, "html")


def with_places(place: str, words: _Words) -> _Words:
    """Return words in which each text, subject and HTML is the place where it stands.

    What is then made of them tells which sources it is made of. Conditions stay as they are.
    """
    marked: dict[str, Any] = {
        name: f"{place}.{name}" for name in _SOURCES if getattr(words, name, None)
    }
    marked["channels"] = {
        name: with_places(f"{place}.channels.{name}", own)
        for name, own in getattr(words, "channels", {}).items()
    }
    for name in _LISTS:
        parts = enumerate(getattr(words, name, ()))
        marked[name] = tuple(with_places(f"{place}.{name}.{number}", one) for number, one in parts)
    return words.model_copy(update={k: v for k, v in marked.items() if v})
