"""Whether every text can be filled with a recipient's data.

Recipients whose values are of the same kinds have the same *shape*. The first few of each shape get
every text rendered on trial; if all is well, the others of that shape are not rendered. Whoever
lacks something is looked at alone, because conditions decide which texts somebody gets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from comm_pipeline.domain.context import merge
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.checking.people import Person
from comm_pipeline.services.checking.reader import CampaignWords, Problems, Reader, WhatIsSaid
from comm_pipeline.services.checking.said import SaidWords, messages_of
from comm_pipeline.services.checking.texts import CheckedText
from comm_pipeline.services.checking.values import (
    BLANK,
    MISSING,
    Presences,
    Shape,
    Shapes,
    value_at,
)

#: Recipients of a shape that get every text on trial, and shapes that are told apart.
_TRIALS: Final = 3
_MOST_SHAPES: Final = 1_000
#: Variables that the pipeline or an answer gives.
_GIVEN: Final = ("response", "template_id", "available_stages")


@dataclass(slots=True)
class _Seen:
    """What is known of a shape; ``suspects`` are texts that failed on trial."""

    trials: int = 0
    suspects: set[CheckedText] = field(default_factory=set)


class VariableCheck:
    """Looks at the data of one recipient after the other; keeps what it knows of shapes only."""

    def __init__(
        self,
        template: CampaignTemplate,
        texts: Sequence[CheckedText],
        words: CampaignWords,
        said: SaidWords,
    ) -> None:
        self._texts = texts
        self._words = words
        self._said = _what_is_said(template, texts, said)
        self._needed = {text: self._needed_of_people(text) for text in texts}
        self._shapes = Shapes(frozenset().union(*self._needed.values()))
        self._presences = Presences(self._asked_of_people(texts))
        self._printed = frozenset().union(
            *(names for text, names in self._needed.items() if text.is_straight)
        )
        self._seen: dict[Shape, _Seen] = {}

    def look_at(self, person: Person) -> Iterator[Finding]:
        """Yield what is missing, blank or of a wrong type in a person's data."""
        own = person.recipient.context
        others = merge(self._words.variables, own) if own else self._words.variables
        recipient = self._variables_of(person)
        shape = self._shapes.of(recipient, others)
        is_lacking = MISSING in shape
        if BLANK in shape:
            yield from self._find_blank(person, shape)
        seen = self._seen_of((*shape, *self._presences.of(recipient, others)))
        if is_lacking or seen.suspects or seen.trials < _TRIALS:
            yield from self._examine(person, shape, seen)

    def _variables_of(self, person: Person) -> Mapping[str, Any]:
        """Return what texts may call ``recipient.…``: the campaign's below the person's own."""
        below = self._words.variables.get("recipient")
        return merge(below, person.variables) if isinstance(below, Mapping) else person.variables

    def _seen_of(self, shape: Shape) -> _Seen:
        seen = self._seen.get(shape)
        if seen is None:
            if len(self._seen) >= _MOST_SHAPES:
                return _Seen(trials=_TRIALS)
            seen = self._seen[shape] = _Seen()
        return seen

    def _asked_of_people(self, texts: Sequence[CheckedText]) -> Iterator[str]:
        asked = frozenset().union(*(text.asked_for for text in texts))
        return (name for name in asked if name.split(".")[0] not in _GIVEN)

    def _needed_of_people(self, text: CheckedText) -> frozenset[str]:
        return frozenset(
            name
            for name in text.needed
            if name.split(".")[0] not in _GIVEN and not _has_fallback(name, self._words.fallbacks)
        )

    def _find_blank(self, person: Person, shape: Shape) -> Iterator[Finding]:
        for variable, kind in zip(self._shapes.variables, shape, strict=True):
            if kind == BLANK and variable in self._printed:
                yield warning(
                    "blank_variable",
                    person.field_of(variable),
                    f"{variable} is blank, and a text has a gap where it stands",
                    f"give it a value, or one in fallbacks: {{{variable!r}: '...'}}",
                    recipient=person.id,
                    topic=variable,
                )

    def _examine(self, person: Person, shape: Shape, seen: _Seen) -> Iterator[Finding]:
        kinds = zip(self._shapes.variables, shape, strict=True)
        missing = frozenset(name for name, kind in kinds if kind == MISSING)
        is_trial, seen.trials = seen.trials < _TRIALS, seen.trials + 1
        problems, reader = Problems(), Reader(person, self._words, self._said)
        for text in self._texts:
            lacking = missing & self._needed[text]
            if not (lacking or is_trial or text in seen.suspects) or not reader.gets(text):
                continue
            if lacking and text.is_straight:
                for name in lacking:
                    problems.missing.setdefault(name, []).append(text.place)
            elif reader.tries(text, problems) and not lacking:
                seen.suspects.add(text)
        yield from _found(person, problems)


def _what_is_said(
    template: CampaignTemplate, texts: Sequence[CheckedText], said: SaidWords
) -> WhatIsSaid:
    channels = template.channel_order
    # Which channel it is makes no difference where none has words of its own.
    if not any(text.channel for text in texts):
        channels = channels[:1]
    return WhatIsSaid(said, messages_of(texts), channels, template.channel_fallback)


def _found(person: Person, problems: Problems) -> Iterator[Finding]:
    for variable, places in problems.missing.items():
        others = f" and {len(places) - 1} more texts" if len(places) > 1 else ""
        yield error(
            "missing_variable",
            person.field_of(variable),
            f"{variable} is missing: {places[0]}{others} cannot be written",
            f"supply it, write {{{{ {variable} | default('...') }}}}, or give it in fallbacks",
            recipient=person.id,
            topic=variable,
        )
    for place, reason in problems.failures.items():
        yield error(
            "text_fails",
            place,
            reason,
            f"correct the data of {person.place}, or the text",
            recipient=person.id,
            topic=place,
        )


def _has_fallback(variable: str, fallbacks: Mapping[str, Any]) -> bool:
    value = value_at(variable.split("."), fallbacks.get("recipient", {}), fallbacks)
    return value is not None and not isinstance(value, Mapping)
