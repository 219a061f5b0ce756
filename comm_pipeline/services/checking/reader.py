"""One recipient as the texts see them: which of them they get, and whether those can be filled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from comm_pipeline.domain.context import merge, with_fallbacks
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.template_content import Variant
from comm_pipeline.domain.variants import choose_variant
from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import compile_condition
from comm_pipeline.services.checking.people import Person
from comm_pipeline.services.checking.texts import CheckedText, TextMessage

#: How rendering names what it lacks.
_LACKS: Final = re.compile(r"(\S+) is (?:missing|null): ")
#: Stands in for a value that is missing, so that the next missing one is found.
_STAND_IN: Final = "1"
_EMPTY: Final = "the text is empty with this recipient's data"


@dataclass(frozen=True, slots=True)
class CampaignWords:
    """What the texts of a campaign may refer to beside the recipient; all nested.

    ``answers`` holds a value for everything that the template looks for in answers.
    """

    campaign_id: CampaignId
    variables: Mapping[str, Any]
    fallbacks: Mapping[str, Any]
    answers: Mapping[str, Any]
    stages: tuple[str, ...]


@dataclass(slots=True)
class Problems:
    """What is wrong for one person: places by variable, and reasons by place."""

    missing: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class Reader:
    """One person, with all that texts may refer to."""

    def __init__(self, person: Person, words: CampaignWords) -> None:
        self._person = person
        self._words = words
        self._decided: dict[str, bool | None] = {}
        self._variants: dict[str, Variant | None] = {}

    @cached_property
    def _context(self) -> dict[str, Any]:
        """All that texts may refer to; made only if something is rendered."""
        own = {
            **self._person.recipient.context,
            "template_id": "",
            "available_stages": list(self._words.stages),
            "recipient": self._person.variables,
        }
        context = merge(self._words.variables, own) | {"response": self._words.answers}
        return with_fallbacks(context, self._words.fallbacks)

    def gets(self, text: CheckedText) -> bool:
        """Return whether the person may get a text, whatever they will answer."""
        if text.message is None or not self._has_variant(text):
            return text.message is None
        if text.is_follow_up:
            return True
        own = text.conditional
        conditions = text.message.message.conditional_templates
        earlier = range(len(conditions) if own is None else own)
        if any(self._decides(text, number) for number in earlier):
            return False
        return own is None or text.is_condition or self._decides(text, own) is not False

    def tries(self, text: CheckedText, problems: Problems) -> bool:
        """Render a text on trial, note what is wrong with it, and return whether anything is."""
        lacking, failure = self._outcome(text)
        if failure is not None and not lacking:
            problems.failures[text.place] = failure
        for variable in lacking:
            if not variable.startswith("response."):
                problems.missing.setdefault(variable, []).append(text.place)
        return bool(lacking) or failure is not None

    def _outcome(self, text: CheckedText) -> tuple[list[str], str | None]:
        """Return the variables that a text lacks, one found after the other, and why it fails."""
        context, lacking = self._context, list[str]()
        while True:
            try:
                said = text.run(context)
            except RenderingError as refusal:
                lacks = _LACKS.match(str(refusal))
                if lacks is None or lacks[1] in lacking:
                    return lacking, str(refusal)
                lacking.append(lacks[1])
                context = merge(context, _nested(lacks[1]))
            else:
                is_empty = text.kind == "text" and not str(said).strip()
                return lacking, _EMPTY if is_empty else None

    def _decides(self, text: CheckedText, number: int) -> bool | None:
        """Decide a condition of the text's message; None if that depends on answers."""
        assert text.message is not None
        place = f"{text.message.place}.{number}"
        if place not in self._decided:
            source = text.message.message.conditional_templates[number].condition
            self._decided[place] = self._decision(source)
        return self._decided[place]

    def _decision(self, source: str) -> bool | None:
        if "response" in source:
            return None
        try:
            return compile_condition(source)(self._context)
        except (RenderingError, InvalidTemplateError):
            return False  # the condition has a finding of its own

    def _has_variant(self, text: CheckedText) -> bool:
        """Return whether a text belongs to the person's variant, or to all."""
        if text.message is None or not text.message.message.variants:
            return True
        chosen = self._variant(text.message)
        if text.variant is not None:
            return chosen is text.message.message.variants[text.variant]
        is_own_text = text.place.removeprefix(text.message.place) in (".template", ".html")
        return not (is_own_text and chosen is not None and chosen.template)

    def _variant(self, message: TextMessage) -> Variant | None:
        if message.place not in self._variants:
            self._variants[message.place] = choose_variant(
                message.message.variants,
                self._words.campaign_id,
                message.stage.name,
                message.number,
                self._person.id,
            )
        return self._variants[message.place]


def _nested(variable: str) -> dict[str, Any]:
    nested: Any = _STAND_IN
    for step in reversed(variable.split(".")):
        nested = {step: nested}
    return dict(nested)
