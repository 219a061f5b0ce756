"""What answers give: which values are looked for in them, and in which stages before a message."""

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, Final

from comm_pipeline.domain.named_responses import RATING_MINIMUM
from comm_pipeline.domain.templates import CampaignTemplate, Extraction
from comm_pipeline.domain.wanted_information import wanted_information
from comm_pipeline.services.checking.texts import TextMessage


class Answered:
    """What is known of the values that answers give.

    ``given`` are names that the campaign's variables or fallbacks give anyway. ``in_order``:
    whether stages follow each other as the template says.
    """

    def __init__(
        self,
        template: CampaignTemplate,
        initial_stage: str,
        given: Collection[str] = (),
        *,
        in_order: bool = True,
    ) -> None:
        self.initial_stage: Final = initial_stage
        self.given: Final = given
        self._in_order = in_order
        self._template = template
        self._wanted = {
            stage.name: wanted_information(template, stage) for stage in template.stages
        }
        #: The names of all that is looked for in answers, whatever the stage.
        self.found: Final = frozenset(chain.from_iterable(self._wanted.values()))
        #: A value of the right type for each of them.
        self.samples: Final[Mapping[str, Any]] = {
            name: _sample(information.extraction)
            for wanted in self._wanted.values()
            for name, information in wanted.items()
        }
        self._before: dict[TextMessage, frozenset[str]] = {}

    def before(self, message: TextMessage) -> frozenset[str]:
        """Return the names of what may have been found when a message is said."""
        if not self._in_order:
            return self.found
        if message not in self._before:
            self._before[message] = frozenset(self._found_before(message))
        return self._before[message]

    def _found_before(self, message: TextMessage) -> set[str]:
        names = [str(name) for name in self._template.stage_names]
        first, own = names.index(self.initial_stage), names.index(message.stage.name)
        # A stage out of the order may have come before any other.
        stages = [
            stage.name
            for number, stage in enumerate(self._template.stages)
            if first <= number < own or (stage.skip_in_order and number != own)
        ]
        if message.number > 0:
            stages.append(message.stage.name)
        return {name for stage in stages for name in self._wanted[stage]}


def given_answers(template: CampaignTemplate, variables: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of ``response.…`` that need no answer."""
    sources = (template.fallbacks.get("response"), variables.get("response"))
    return frozenset(name for values in sources if isinstance(values, Mapping) for name in values)


def _sample(extraction: Extraction | None) -> Any:
    if extraction is None:
        return "text"
    if extraction.type == "choice":
        return extraction.choices[0]
    if extraction.type == "text":
        return "text"
    lowest, highest = extraction.minimum, extraction.maximum
    return next((value for value in (lowest, highest) if value is not None), RATING_MINIMUM)
