"""What a language model is asked, and what comes back."""

import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from comm_pipeline.bot.model_failures import NoModelAnswerError
from comm_pipeline.domain.analysis import ModelUsage

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[T]):
    """What a model is told to do, the data it does that with, and the type of its answer.

    ``answer`` is a pydantic model, or ``str`` for free text.
    """

    instructions: str
    data: str
    answer: type[T]

    @property
    def characters(self) -> int:
        """Characters that are sent: of both texts, and of the form of the answer."""
        form = json.dumps(TypeAdapter(self.answer).json_schema())
        return len(self.instructions) + len(self.data) + len(form)


@dataclass(frozen=True, slots=True)
class ModelAnswer(Generic[T]):
    """An answer of the type that was asked for, and what it took."""

    output: T
    usage: ModelUsage


@dataclass(frozen=True, slots=True)
class Served(Generic[T]):
    """What a service made of a question: an answer, or why there is none.

    ``is_measured`` unless the service does not tell what it took, or says what cannot be.
    """

    result: ModelAnswer[T] | NoModelAnswerError
    usage: ModelUsage
    is_measured: bool
