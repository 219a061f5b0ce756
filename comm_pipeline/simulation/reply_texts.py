"""What simulated recipients write, so that the analyser has something real to find.

Which kind of answer it is has been drawn; here it is put into words: a friendly or an unclear text,
a phrase of a named response, and the values that the template looks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.named_responses import (
    BUILT_IN_RESPONSES,
    RATING,
    RATING_MAXIMUM,
    RATING_MINIMUM,
)
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage
from comm_pipeline.simulation.habits import Habits, StageHabits

#: A number that a template does not bound is drawn up to this.
_LARGEST = 100


class ReplyWriter:
    """Writes replies to the messages of one template."""

    def __init__(self, template: CampaignTemplate, habits: Habits) -> None:
        self._template = template
        self._habits = habits
        self._extractions = {stage.name: _extractions(template, stage) for stage in template.stages}

    def answer(self, stage: Stage, habits: StageHabits, rng: Random) -> str:
        """Return an answer to a message of a stage."""
        drawn, values_drawn = rng.random(), rng.random()
        texts = self._habits.texts
        if drawn < habits.unclear_share:
            return rng.choice(texts.unclear)
        said = [rng.choice(texts.friendly)]
        if drawn >= 1 - habits.wanted_share:
            said += (self._phrase(name, rng) for name in self._wanted(stage))
        said += self._further_responses(habits, rng)
        if values_drawn < habits.values_share:
            said += self._values(stage, rng)
        return "\n".join(said)

    def opt_out(self, rng: Random) -> str:
        """Return a request not to be written to again."""
        return rng.choice(self._habits.texts.opt_out)

    def out_of_office(self, rng: Random) -> str:
        """Return what a mail program answers for somebody who is away."""
        return rng.choice(self._habits.texts.out_of_office)

    def unsayable(self) -> list[str]:
        """Return the values that the template looks for and nobody can be made to write."""
        return sorted(
            {
                name
                for extractions in self._extractions.values()
                for name, extraction in extractions.items()
                if name not in self._habits.values and _possible(extraction) is None
            }
        )

    def _wanted(self, stage: Stage) -> list[str]:
        """Return the responses that the stage asks for: in the last, the campaign's goal too."""
        wanted = [stage.progression.specific_response_required]
        if stage is self._template.stages[-1]:
            wanted.append(self._template.completion.specific_response_received)
        return list(dict.fromkeys(filter(None, wanted)))

    def _further_responses(self, habits: StageHabits, rng: Random) -> Iterator[str]:
        for name, share in sorted(habits.named_responses.items()):
            if rng.random() < share:
                yield self._phrase(name, rng)

    def _phrase(self, name: str, rng: Random) -> str:
        phrase = rng.choice(recognised_phrases(self._template)[name])
        return phrase[:1].upper() + phrase[1:] + "."

    def _values(self, stage: Stage, rng: Random) -> Iterator[str]:
        for name, extraction in self._extractions[stage.name].items():
            weights = self._habits.values.get(name)
            if weights is not None:
                yield _weighted(weights, rng)
            elif possible := _possible(extraction):
                yield str(rng.choice(possible))


def recognised_phrases(template: CampaignTemplate) -> Mapping[str, tuple[str, ...]]:
    """Return every named response that the analyser knows for a template, with its phrases."""
    return {**BUILT_IN_RESPONSES, **{name: one.phrases for name, one in template.responses.items()}}


def _extractions(template: CampaignTemplate, stage: Stage) -> dict[str, Extraction]:
    """Return what the analyser looks for in answers to a stage, its built-in rating included."""
    found = {**template.extract, **stage.extract}
    if RATING not in found and RATING in analyse(str(RATING_MAXIMUM), template, stage).values:
        found[RATING] = Extraction(minimum=RATING_MINIMUM, maximum=RATING_MAXIMUM)
    return found


def _possible(extraction: Extraction) -> Sequence[str | int] | None:
    """Return what may be written for a value; None if only its own pattern knows."""
    if extraction.type == "choice":
        return extraction.choices
    if extraction.type == "text" or extraction.pattern is not None:
        return None
    lowest = 1 if extraction.minimum is None else int(extraction.minimum)
    highest = max(lowest, _LARGEST) if extraction.maximum is None else int(extraction.maximum)
    return range(lowest, highest + 1) or None


def _weighted(weights: Mapping[str, float], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
