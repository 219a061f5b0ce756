"""The answers that a template names, recognised by their phrases."""

from collections.abc import Iterator

from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.negation import is_negated
from comm_pipeline.bot.patterns import phrase_pattern, phrases_pattern
from comm_pipeline.domain.named_responses import BUILT_IN_RESPONSES
from comm_pipeline.domain.templates import CampaignTemplate

#: Places of one phrase that are looked at.
_MOST = 50
#: Characters before a phrase in which a negation may stand.
_BEFORE = 80


def find_named(text: str, template: CampaignTemplate) -> Iterator[tuple[str, str]]:
    """Yield the name of each response that was recognised, and the words that it was known by."""
    own = {name: response.phrases for name, response in template.responses.items()}
    for name, phrases in {**BUILT_IN_RESPONSES, **own}.items():
        if not phrases or not phrases_pattern(tuple(phrases)).search(text):
            continue
        words = next((said for phrase in phrases if (said := _said(phrase, text))), None)
        if words:
            yield name, words


def _said(phrase: str, text: str) -> str | None:
    for number, match in enumerate(phrase_pattern(phrase).finditer(text)):
        if number == _MOST:
            break
        before = fold(text[max(0, match.start(1) - _BEFORE) : match.start(1)])
        if not is_negated(_same_sentence(before)):
            return str(match.group(1))
    return None


def _same_sentence(before: str) -> str:
    for end in ".!?;\n":
        before = before.rpartition(end)[2]
    return before
