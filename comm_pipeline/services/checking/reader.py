"""One recipient as the texts see them: which of them they get, and whether those can be filled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from comm_pipeline.domain.addresses import known_addresses
from comm_pipeline.domain.channel_choice import address_for
from comm_pipeline.domain.context import merge, with_fallbacks
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.variants import choose_variant
from comm_pipeline.errors import InvalidInputError, InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import compile_condition
from comm_pipeline.services.checking.people import Person
from comm_pipeline.services.checking.said import SaidWords
from comm_pipeline.services.checking.texts import CheckedText, TextMessage
from comm_pipeline.services.contact_details import phone_of

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


@dataclass(frozen=True, slots=True)
class WhatIsSaid:
    """The messages whose texts are looked at, and the channels that they take.

    ``has_fallback``: whether a message that one channel refuses takes the next.
    """

    words: SaidWords
    messages: tuple[TextMessage, ...]
    channels: tuple[str, ...]
    has_fallback: bool


@dataclass(slots=True)
class Problems:
    """What is wrong for one person: places by variable, and reasons by place."""

    missing: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class Reader:
    """One person, with all that texts may refer to."""

    def __init__(self, person: Person, words: CampaignWords, said: WhatIsSaid) -> None:
        self._person = person
        self._words = words
        self._said = said
        self._gets: dict[TextMessage, frozenset[str]] = {}
        self._decided: dict[str, bool | None] = {}

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
        if text.message is None:
            return any(text.place in self._places(message) for message in self._said.messages)
        if text.is_condition:
            return self._is_asked(text, text.message)
        return text.place in self._places(text.message)

    def _is_asked(self, text: CheckedText, message: TextMessage) -> bool:
        """Return whether a condition is asked: not if one before it certainly holds."""
        earlier = message.message.conditional_templates[: text.conditional]
        return not any(self._decides(one.condition) for one in earlier)

    def _places(self, message: TextMessage) -> frozenset[str]:
        if message not in self._gets:
            self._gets[message] = self._said.words.by(
                message, self._variant(message), self._decides, self._channels
            )
        return self._gets[message]

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

    def _decides(self, condition: str) -> bool | None:
        """Decide a condition; None if that depends on answers."""
        if condition not in self._decided:
            self._decided[condition] = self._decision(condition)
        return self._decided[condition]

    def _decision(self, source: str) -> bool | None:
        if "response" in source:
            return None
        try:
            return compile_condition(source)(self._context)
        except (RenderingError, InvalidTemplateError):
            return False  # the condition has a finding of its own

    @cached_property
    def _channels(self) -> tuple[str, ...]:
        """The channels by which the person may be written to."""
        channels, info = self._said.channels, self._person.recipient.contact_info
        if len(channels) == 1:
            return channels
        try:
            known = known_addresses(info, phone_of(info), channels)
        except InvalidInputError:
            return channels  # the address has a finding of its own
        usable = tuple(one for one in channels if address_for(one, known.email, known.phone))
        return usable if self._said.has_fallback else usable[:1]

    def _variant(self, message: TextMessage) -> int | None:
        """Return the number of the person's variant of a message."""
        variants = message.message.variants
        chosen = choose_variant(
            variants,
            self._words.campaign_id,
            message.stage.name,
            message.number,
            self._person.id,
        )
        return None if chosen is None else variants.index(chosen)


def _nested(variable: str) -> dict[str, Any]:
    nested: Any = _STAND_IN
    for step in reversed(variable.split(".")):
        nested = {step: nested}
    return dict(nested)
