"""How large a whole template may be.

Far above what people write, and low enough that checking the largest one takes a second or so.
What one field may hold is said where the field is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from comm_pipeline.domain.templates import CampaignTemplate, Extraction
from comm_pipeline.errors import InvalidTemplateError

MOST_STAGES: Final = 200
#: Messages of all stages together.
MOST_MESSAGES: Final = 500
#: Texts, subjects, HTML and conditions of the whole template.
MOST_TEXTS: Final = 2_000
#: Words and signs of template language in all of them; ``{{ recipient.first_name }}`` has five.
MOST_WORDS: Final = 20_000
#: Phrases of responses and choices of extractions together.
MOST_PHRASES: Final = 500
#: Regular expressions of extractions together.
MOST_PATTERNS: Final = 50


def check_stages(stages: Mapping[Any, Any] | list[Any]) -> None:
    """Refuse more stages or messages than a template may have, before any of them is read.

    Raises InvalidTemplateError.
    """
    if len(stages) > MOST_STAGES:
        raise InvalidTemplateError(
            f"template.stages: are {len(stages):,}; up to {MOST_STAGES} may be; join stages, or "
            "split the template over several campaigns"
        )
    given = stages.values() if isinstance(stages, Mapping) else stages
    messages = (stage.get("messages") for stage in given if isinstance(stage, Mapping))
    count = sum(len(listed) for listed in messages if isinstance(listed, list))
    if count > MOST_MESSAGES:
        raise InvalidTemplateError(
            f"template.stages: have {count:,} messages together; up to {MOST_MESSAGES} may be; "
            "remove some, or split the template over several campaigns"
        )


def check_looked_for(template: CampaignTemplate) -> None:
    """Refuse more phrases, choices and patterns than are looked for in each answer.

    Raises InvalidTemplateError.
    """
    extractions = list(_extractions(template))
    phrases = sum(len(response.phrases) for response in template.responses.values())
    phrases += sum(len(one.choices) for one in extractions)
    patterns = sum(one.pattern is not None for one in extractions)
    for count, most, what in (
        (phrases, MOST_PHRASES, "responses: there are {:,} phrases and choices of extract"),
        (patterns, MOST_PATTERNS, "extract: there are {:,} patterns in the stages and here"),
    ):
        if count > most:
            raise InvalidTemplateError(
                f"template.{what.format(count)} together; up to {most} may be; remove some"
            )


def _extractions(template: CampaignTemplate) -> Iterator[Extraction]:
    yield from template.extract.values()
    for stage in template.stages:
        yield from stage.extract.values()
        asked = (information.extraction for information in stage.information.values())
        yield from (extraction for extraction in asked if extraction is not None)


class Measure:
    """Adds up what the texts of a template hold."""

    def __init__(self) -> None:
        self._texts = 0
        self._words = 0

    def begin_text(self, place: str) -> None:
        """Count one more text. Raises InvalidTemplateError that names the place of one too many."""
        self._texts += 1
        if self._texts > MOST_TEXTS:
            raise InvalidTemplateError(
                f"{place}: the template has more than {MOST_TEXTS:,} texts, subjects, HTML and "
                "conditions together; remove some, or split it over several campaigns"
            )

    def add_words(self, place: str, count: int) -> None:
        """Count words of template language. Raises InvalidTemplateError as ``begin_text`` does."""
        self._words += count
        if self._words > MOST_WORDS:
            raise InvalidTemplateError(
                f"{place}: the texts of the template have more than {MOST_WORDS:,} words and signs "
                "of template language together; write simpler texts, or split it over several "
                "campaigns"
            )
