"""Wording answers with a language model, within what a draft of the template's texts says.

Nothing of what it writes is trusted: the guards of answers are asked of it like of any other text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from comm_pipeline.bot.model_budget import TokenBudget
from comm_pipeline.bot.model_client import LanguageModel
from comm_pipeline.bot.model_opening import build_language_model
from comm_pipeline.bot.model_questions import Question
from comm_pipeline.bot.prompts import Prompts, visible
from comm_pipeline.settings import Settings

_BY_MODEL: Final = "llm"
_INSTRUCTIONS: Final = "write_answer_instructions.md.j2"
_DRAFT: Final = "write_answer.md.j2"
#: Characters of a reply that a model is shown.
_SHOWN: Final = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an answer has to say, and to what; ``characters`` is how long it may be."""

    text: str
    reply: str
    language: str
    campaign_type: str
    strategy: str
    never_say: tuple[str, ...]
    characters: int


class AnswerWriter:
    """Words drafts; an async context manager that owns the model's connections."""

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    async def __aenter__(self) -> Self:
        """Prepare the model; connections are opened with the first draft."""
        await self._model.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._model.__aexit__(exc_type, exc, traceback)

    async def write(self, draft: Draft) -> str:
        """Return other words for a draft; raises NoModelAnswerError."""
        question = Question(
            instructions=self._prompts.render(
                _INSTRUCTIONS,
                campaign_type=draft.campaign_type,
                language=draft.language,
                characters=draft.characters,
                strategy=draft.strategy,
                never_say=draft.never_say,
            ),
            data=self._prompts.render(
                _DRAFT, draft=draft.text, reply=visible(draft.reply)[:_SHOWN]
            ),
            answer=str,
        )
        answer = await self._model.ask(question)
        return visible(answer.output).strip()


def build_answer_writer(
    settings: Settings, budget: TokenBudget, clock: Callable[[], datetime]
) -> AnswerWriter | None:
    """Build the writer of ANSWER_WRITER, opening nothing; None: the template's texts as they are.

    Raises EnvironmentFailure and InvalidSettingError as ``build_language_model``.
    """
    if settings.answer_writer != _BY_MODEL:
        return None
    model = build_language_model(settings, budget, clock)
    return AnswerWriter(model, Prompts(settings.templates, (_INSTRUCTIONS, _DRAFT)))
