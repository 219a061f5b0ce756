"""Texts that need values from answers: whether these can be there when the texts are said.

No recipient's data decide that, so it is found once for the template.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import compile_condition
from comm_pipeline.services.checking.answered import Answered
from comm_pipeline.services.checking.texts import CheckedText

_ROOT: Final = "response."


def find_answers_not_there(answered: Answered, texts: Sequence[CheckedText]) -> Iterator[Finding]:
    """Yield the texts that need a value which no answer, or not every answer, has given."""
    samples, found = answered.samples, answered.found
    for text in texts:
        for variable in sorted(text.needed):
            name = variable.removeprefix(_ROOT)
            if not variable.startswith(_ROOT) or name in answered.given:
                continue
            if _is_guarded(variable, text, samples):
                continue
            if name in found:
                yield _not_there(text, variable, answered)
            else:
                yield _never_found(text, variable)


def _never_found(text: CheckedText, variable: str) -> Finding:
    said = f"nothing in the template looks for {variable} in answers, so it is never there"
    more = f'; or describe it: "extract": {{"{variable.removeprefix(_ROOT)}": ...}}'
    return error("value_never_found", text.place, said, _fix(text, variable) + more, topic=variable)


def _not_there(text: CheckedText, variable: str, answered: Answered) -> Finding:
    message, fix = text.message, _fix(text, variable)
    if message and message.stage.name == answered.initial_stage and message.number == 0:
        said = f"nobody has answered yet when this is said, so {variable} is not there"
        return error("value_not_there_yet", text.place, said, fix, topic=variable)
    if message and variable.removeprefix(_ROOT) not in answered.before(message):
        said = f"no stage before this is said looks for {variable} in answers: it is not there yet"
        more = "; or describe it in extract of the template, or of an earlier stage"
        return error("value_not_there_yet", text.place, said, fix + more, topic=variable)
    said = f"where no answer gave {variable}, this message ends the conversation as failed"
    return warning("value_may_be_missing", text.place, said, fix, topic=variable)


def _fix(text: CheckedText, variable: str) -> str:
    written = (
        f"{variable} is defined and {text.source[:80]}"
        if text.is_condition
        else f"{{{{ {variable} | default('...') }}}}"
    )
    return f"write {written}, or give {variable} in fallbacks"


def _is_guarded(variable: str, text: CheckedText, samples: Mapping[str, Any]) -> bool:
    """Return whether a text is chosen by a condition that does not hold without the value."""
    if text.is_condition or text.conditional is None or text.message is None:
        return False
    source = text.message.message.conditional_templates[text.conditional].condition
    try:
        condition = compile_condition(source)
        if variable not in condition.variables | condition.asked_for:
            return False
        others = {name: value for name, value in samples.items() if f"{_ROOT}{name}" != variable}
        return not condition({"response": others})
    except InvalidTemplateError:
        return False
    except RenderingError:
        return True  # it cannot be decided without the value, or not without a recipient
