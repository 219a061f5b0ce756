"""A language model that is asked one question at a time: bounded, counted, within its budget."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from comm_pipeline.bot.model_budget import TokenBudget, estimated_tokens
from comm_pipeline.bot.model_config import ModelConfig
from comm_pipeline.bot.model_failures import ABOUT_THE_SERVICE, FailureKind, NoModelAnswerError
from comm_pipeline.bot.model_health import ModelHealth
from comm_pipeline.bot.model_questions import ModelAnswer, Question
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.errors import EnvironmentFailure

if TYPE_CHECKING:
    from comm_pipeline.bot.model_service import ModelService

T = TypeVar("T")


class LanguageModel:
    """A model of a service that speaks OpenAI's chat completions; an async context manager."""

    def __init__(
        self, config: ModelConfig, budget: TokenBudget, clock: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._budget = budget
        self._clock = clock
        self._slots = asyncio.Semaphore(config.max_concurrent_calls)
        self._health = ModelHealth(config.timeout_seconds, clock)
        self._opened: ModelService | None = None

    @property
    def model(self) -> str:
        """The model, as its service calls it."""
        return self._config.model

    async def __aenter__(self) -> Self:
        """Read certificates; connections are opened when the first question is asked.

        Raises EnvironmentFailure if the certificates of the settings cannot be read.
        """
        self._trust = _trust(self._config)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        if self._opened is not None:
            await self._opened.close()

    async def check(self) -> str:
        """Ask the service for its models; return what it said.

        Raises EnvironmentFailure that says what to do.
        """
        names = await self._service().models()
        if self.model not in names:
            raise EnvironmentFailure(
                f"{self._config.base_url} has no model {self.model}; LLM_MODEL may be "
                f"{', '.join(names[:20]) or 'nothing'}"
            )
        return f"{self.model} at {self._config.base_url}"

    async def ask(self, question: Question[T]) -> ModelAnswer[T]:
        """Return the model's answer.

        Waits until fewer than the calls that are allowed at once are under way. Raises
        NoModelAnswerError, whatever the service does; never asked twice but for the form.
        """
        async with self._slots:
            token = self._health.begin()
            if isinstance(token, datetime):
                raise NoModelAnswerError(
                    FailureKind.LEFT_ALONE, f"the service failed; asked again from {token:%H:%M:%S}"
                )
            says = ProviderAnswer.NEUTRAL
            try:
                answer = await self._ask_within_budget(question)
                says = ProviderAnswer.GOOD
            except NoModelAnswerError as failure:
                says = ABOUT_THE_SERVICE.get(failure.kind, ProviderAnswer.NEUTRAL)
                raise
            finally:
                self._health.end(token, says)
            return answer

    async def _ask_within_budget(self, question: Question[T]) -> ModelAnswer[T]:
        day, most = self._clock().date(), self._config.max_tokens_per_day
        reserved = estimated_tokens(question.characters, self._config.max_answer_tokens)
        if not await self._budget.reserve(day, reserved, most):
            raise NoModelAnswerError(
                FailureKind.BUDGET, f"LLM_MAX_TOKENS_PER_DAY ({most}) does not allow another"
            )
        served = await self._service().answer(question)
        taken = served.usage.tokens
        now_taken = taken if served.is_measured else max(taken, reserved)
        try:
            await self._budget.settle(day, reserved, served.usage, now_taken)
        except Exception as error:  # what was reserved stays counted; rules go on
            raise NoModelAnswerError(
                FailureKind.ERROR, f"what it took could not be counted ({type(error).__name__})"
            ) from error
        if isinstance(served.result, NoModelAnswerError):
            raise served.result
        return served.result

    def _service(self) -> "ModelService":
        if self._opened is None:
            # The libraries take seconds to import, which runs without a reply need not wait for.
            from comm_pipeline.bot.model_service import ModelService  # noqa: PLC0415

            self._opened = ModelService(self._config, self._trust)
        return self._opened


def _trust(config: ModelConfig) -> ssl.SSLContext:
    if config.base_url.startswith("http:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and takes no time to read
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise EnvironmentFailure(
            f"LLM_CA_FILE: {config.ca_file} does not hold certificates in PEM ({error})"
        ) from None
