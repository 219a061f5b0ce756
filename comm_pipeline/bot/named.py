"""The answers that a template names, recognised by their phrases."""

from collections.abc import Iterator, Sequence

from comm_pipeline.bot.assertions import is_said
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.patterns import phrase_pattern, phrases_pattern
from comm_pipeline.bot.sentences import Sentence, sentences_of
from comm_pipeline.domain.named_responses import BUILT_IN_RESPONSES
from comm_pipeline.domain.templates import CampaignTemplate

#: Places of one phrase that are looked at.
_MOST = 50


def find_named(text: str, template: CampaignTemplate) -> Iterator[tuple[str, str]]:
    """Yield the name of each response that was recognised, and the words that it was known by."""
    own = {name: response.phrases for name, response in template.responses.items()}
    folded = fold(text)
    sentences = tuple(sentences_of(folded))
    for name, phrases in {**BUILT_IN_RESPONSES, **own}.items():
        if not phrases or not phrases_pattern(tuple(phrases)).search(text):
            continue
        said = (_said(phrase, text, folded, sentences) for phrase in phrases)
        words = next((one for one in said if one), None)
        if words:
            yield name, words


def _said(phrase: str, text: str, folded: str, sentences: Sequence[Sentence]) -> str | None:
    for number, match in enumerate(phrase_pattern(phrase).finditer(text)):
        if number == _MOST:
            break
        if is_said(folded, sentences, *match.span(1)):
            return str(match.group(1))
    return None
