"""Values from answers that texts use: whether they can be there when they are needed.

No recipient's data decide that, so it is found once for the template.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.named_responses import RATING, RATING_MAXIMUM, RATING_MINIMUM
from comm_pipeline.domain.templates import CampaignTemplate, Extraction
from comm_pipeline.services.checking.texts import CheckedText

_ROOT: Final = "response."


def sample_answers(template: CampaignTemplate) -> dict[str, Any]:
    """Return a value of the right type for everything that the template looks for in answers."""
    values: dict[str, Any] = {RATING: RATING_MAXIMUM}
    for extractions in (*(stage.extract for stage in template.stages), template.extract):
        values |= {name: _sample(extraction) for name, extraction in extractions.items()}
    return values


def find_answers_not_there(
    template: CampaignTemplate,
    initial_stage: str,
    texts: Sequence[CheckedText],
) -> Iterator[Finding]:
    """Yield the texts that need a value which no answer, or not every answer, has given."""
    covered = template.fallbacks.get("response")
    given = set(covered) if isinstance(covered, Mapping) else set()
    known = sample_answers(template).keys()
    for text in texts:
        for variable in sorted(text.needed):
            name = variable.removeprefix(_ROOT)
            if variable.startswith(_ROOT) and name not in given and not _is_guarded(variable, text):
                yield _not_there(text, variable, known, initial_stage)


def _not_there(
    text: CheckedText, variable: str, known: Collection[str], initial_stage: str
) -> Finding:
    fix = (
        f"{variable} is defined and {text.source[:80]}"
        if text.is_condition
        else f"{{{{ {variable} | default('...') }}}}"
    )
    fix = f"write {fix}, or give {variable} in fallbacks"
    if variable.removeprefix(_ROOT) not in known:
        said = f"nothing in the template looks for {variable} in answers, so it is never there"
        more = f'; or describe it: "extract": {{"{variable.removeprefix(_ROOT)}": ...}}'
        return error("value_never_found", text.place, said, fix + more, topic=variable)
    message = text.message
    if message and message.stage.name == initial_stage and message.number == 0:
        said = f"nobody has answered yet when this is said, so {variable} is not there"
        return error("value_not_there_yet", text.place, said, fix, topic=variable)
    said = f"where no answer gave {variable}, this message ends the conversation as failed"
    return warning("value_may_be_missing", text.place, said, fix, topic=variable)


def _is_guarded(variable: str, text: CheckedText) -> bool:
    """Return whether the condition that chooses a text asks whether the value is there."""
    if text.is_condition or text.conditional is None or text.message is None:
        return False
    condition = text.message.message.conditional_templates[text.conditional].condition
    return re.search(rf"\b{re.escape(variable)}\b", condition) is not None


def _sample(extraction: Extraction) -> Any:
    if extraction.type == "choice":
        return extraction.choices[0]
    if extraction.type == "text":
        return "text"
    lowest, highest = extraction.minimum, extraction.maximum
    return next((value for value in (lowest, highest) if value is not None), RATING_MINIMUM)
