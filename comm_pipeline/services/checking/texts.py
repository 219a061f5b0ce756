"""The texts and conditions of a template, each compiled once, and what is wrong with them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.template_limits import Measure
from comm_pipeline.domain.template_sources import Source, answer_sources, message_sources
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.errors import InvalidTemplateError, RenderingError, UnsafeTemplateError
from comm_pipeline.rendering.sandbox import CompiledCondition, CompiledTemplate
from comm_pipeline.services.checking.refusals import refused
from comm_pipeline.services.compiling import compile_source

#: The place of the subject that all messages without one of their own have.
SUBJECT: Final = "template.subject"
#: How the place of a text that a condition chooses goes on behind that of its message.
_CONDITIONAL: Final = re.compile(r"conditional_templates\.(\d+)\.")
#: The end of the place of words for one channel.
_FOR_CHANNEL: Final = re.compile(r"\.channels\.([^.]+)\.(?:template|subject|html)$")
#: Template language in which a variable may stand and yet not be needed.
_BRANCHES: Final = re.compile(r"\{%|\{\{[^}]*\b(?:if|and|or|not|is)\b")
#: Words of conditions that are no variables.
_LANGUAGE: Final = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"}
)


@dataclass(frozen=True, slots=True, eq=False)
class TextMessage:
    """The message that a text belongs to: where it stands, in which stage, and which it is."""

    place: str
    stage: Stage
    number: int
    message: MessageTemplate


@dataclass(frozen=True, slots=True, eq=False)
class CheckedText:
    """A compiled text or condition; ``run`` renders or decides it.

    ``needed`` are the dotted names without which that may fail; ``is_straight``: without any of
    them it does fail. ``asked_for`` are those of which it asks whether they are there.
    ``conditional`` is the number of the condition that chooses it.
    """

    place: str
    source: str
    kind: str
    run: Callable[[Mapping[str, Any]], str | bool]
    needed: frozenset[str]
    asked_for: frozenset[str]
    is_straight: bool
    message: TextMessage | None = None
    conditional: int | None = None

    @property
    def is_condition(self) -> bool:
        """Whether it is a condition."""
        return self.kind == "condition"

    @property
    def is_follow_up(self) -> bool:
        """Whether it is said in follow-ups only."""
        return ".follow_up_templates." in self.place

    @property
    def channel(self) -> str | None:
        """The channel that it is for, if it is for one only."""
        return channel_of(self.place)


def channel_of(place: str) -> str | None:
    """Return the channel for which words stand at a place, if it is for one only."""
    found = _FOR_CHANNEL.search(place)
    return found[1] if found else None


def compile_texts(template: CampaignTemplate) -> tuple[list[CheckedText], list[Finding]]:
    """Return all texts and conditions that can be compiled, and a finding for each other."""
    texts: list[CheckedText] = []
    findings: list[Finding] = []
    try:
        texts.extend(_each_compiled(template, findings))
    except InvalidTemplateError as refusal:
        findings += refused("refused_template", refusal)
    return texts, findings


def _each_compiled(template: CampaignTemplate, findings: list[Finding]) -> Iterator[CheckedText]:
    """Yield what is said in messages; what is wrong in these and in answers goes to ``findings``.

    Raises InvalidTemplateError where the template is too large to go on.
    """
    measure = Measure()
    for source, message in _sources(template):
        measure.begin_text(source.place)
        try:
            run = compile_source(source)
        except InvalidTemplateError as refusal:
            findings.append(_refused(source.place, refusal))
            continue
        measure.add_words(source.place, run.tokens)
        if message is not None or source.place == SUBJECT:
            yield _checked(source, run, message)


def find_words_of_no_channel(
    texts: Iterable[CheckedText], channels: Collection[str]
) -> Iterator[Finding]:
    """Yield the words for channels by which nothing is sent; ``channels`` are the template's."""
    found = {
        text.place[: text.place.rindex(".")]: text.channel
        for text in texts
        if text.channel is not None and text.channel not in channels
    }
    for place, channel in found.items():
        yield warning(
            "rule_without_effect",
            place,
            f"has no effect: the template sends by {', '.join(channels)} only",
            f"name {channel} in channels, or remove it",
        )


def find_constant_conditions(texts: Iterable[CheckedText]) -> Iterator[Finding]:
    """Yield the conditions that hold always or never: they make texts that nobody gets."""
    for text in texts:
        if not text.is_condition or _names(text.source):
            continue
        try:
            holds = bool(text.run({}))
        except RenderingError as refusal:
            place, fix = text.place, "compare a variable with a value of its type"
            yield error("condition_never_decided", place, str(refusal), fix)
            continue
        consequence = "no text after it is chosen" if holds else "its text is never chosen"
        yield warning(
            "constant_condition",
            text.place,
            f"{text.source[:80]!r} {'always' if holds else 'never'} holds: {consequence}",
            "compare a variable, e.g. response.rating < 4",
        )


def _sources(template: CampaignTemplate) -> Iterator[tuple[Source, TextMessage | None]]:
    if template.subject is not None:
        yield Source(SUBJECT, template.subject, "text"), None
    for stage in template.stages:
        for number, message in enumerate(stage.messages):
            place = f"template.stages.{stage.name}.messages.{number}"
            belongs_to = TextMessage(place, stage, number, message)
            for source in message_sources(place, message):
                yield source, belongs_to
    for source in answer_sources(template):
        yield source, None


def _checked(
    source: Source, run: CompiledTemplate | CompiledCondition, message: TextMessage | None
) -> CheckedText:
    chosen = _CONDITIONAL.match(source.place, len(message.place) + 1) if message else None
    return CheckedText(
        place=source.place,
        source=source.text,
        kind=source.kind,
        run=run,
        needed=run.variables,
        asked_for=run.asked_for,
        is_straight=source.kind != "condition" and not _BRANCHES.search(source.text),
        message=message,
        conditional=int(chosen[1]) if chosen else None,
    )


def _refused(place: str, refusal: InvalidTemplateError) -> Finding:
    rule = "unsafe_syntax" if isinstance(refusal, UnsafeTemplateError) else "broken_syntax"
    message, _, fix = str(refusal).partition(". ")
    return error(rule, place, message, fix or "correct the template language in this line")


def _names(source: str) -> set[str]:
    """Return the words of a condition that may be variables."""
    without_texts = re.sub(r"'[^']*'|\"[^\"]*\"", "", source)
    return set(re.findall(r"[^\W\d]\w*", without_texts)) - _LANGUAGE
