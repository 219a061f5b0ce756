"""A language model that is asked one question at a time: bounded, counted, and within its budget.

Importing it needs the extra ``llm``; ``model_opening`` says so to those who do not have it.
"""

import asyncio
import json
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI, Omit, OpenAIError
from pydantic import TypeAdapter
from pydantic_ai import Agent, ModelSettings, NativeOutput, PromptedOutput, RunUsage, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from comm_pipeline.bot.model_budget import TokenBudget, estimated_tokens
from comm_pipeline.bot.model_config import ModelConfig
from comm_pipeline.bot.model_errors import translated
from comm_pipeline.bot.model_failures import ABOUT_THE_SERVICE, FailureKind, NoModelAnswerError
from comm_pipeline.bot.model_health import ModelHealth
from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.errors import EnvironmentFailure

T = TypeVar("T")

#: How often a model may try again to give an answer of the right form.
_CORRECTIONS: Final = 1
#: What the library would take from the environment, where it is meant for another service.
_NOT_OURS: Final[dict[str, Any]] = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
#: Failures after which nobody knows what was taken.
_UNMEASURED: Final = frozenset({FailureKind.TIMEOUT, FailureKind.ERROR})
_NO_KEY: Final = "none"


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
        self._opened = AsyncExitStack()

    @property
    def model(self) -> str:
        """The model, as its service calls it."""
        return self._config.model

    async def __aenter__(self) -> Self:
        """Prepare; connections are opened when the first question is asked.

        Raises EnvironmentFailure if the certificates of the settings cannot be read.
        """
        http = httpx2.AsyncClient(verify=_trust(self._config))
        self._client = AsyncOpenAI(
            base_url=self._config.base_url,
            api_key=self._config.api_key.get_secret_value() if self._config.api_key else _NO_KEY,
            default_headers=_NOT_OURS,
            http_client=await self._opened.enter_async_context(http),
            max_retries=0,
        )
        provider = OpenAICompatibleProvider(
            "language-model", openai_client=self._client, profile=_profile(self._config)
        )
        self._agent = Agent(OpenAIChatModel(self._config.model, provider=provider))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._opened.aclose()

    async def check(self) -> str:
        """Ask the service for its models; return what it said.

        Raises EnvironmentFailure that says what to do.
        """
        try:
            async with asyncio.timeout(self._config.timeout_seconds):
                names = [one.id async for one in await self._client.models.list()]
        except (OpenAIError, TimeoutError) as error:
            raise EnvironmentFailure(
                f"{self._config.base_url} does not list its models ({type(error).__name__}); see "
                "LLM_BASE_URL and LLM_API_KEY"
            ) from None
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
        run = RunUsage()
        try:
            output = await self._run(question, run)
        except Exception as error:  # whatever it is, there are rules to go on with
            usage = self._usage(run)
            failure = translated(error, usage)
            taken = reserved if failure.kind in _UNMEASURED else _taken(run, reserved)
            await self._budget.settle(day, reserved, usage, taken)
            raise failure from error
        usage = self._usage(run)
        await self._budget.settle(day, reserved, usage, _taken(run, reserved))
        return ModelAnswer(output, usage)

    async def _run(self, question: Question[T], usage: RunUsage) -> T:
        settings = ModelSettings(
            max_tokens=self._config.max_answer_tokens,
            temperature=0.0,
            timeout=self._config.timeout_seconds,
        )
        async with asyncio.timeout(self._config.timeout_seconds):
            result = await self._agent.run(
                question.data,
                instructions=question.instructions,
                output_type=self._output_type(question.answer),
                model_settings=settings,
                retries={"output": _CORRECTIONS},
                usage=usage,
            )
        output: T = result.output
        return output

    def _output_type(self, answer: type[T]) -> Any:
        if answer is str:
            return str
        match self._config.output_mode:
            case "tool":
                return ToolOutput(answer, name="answer")
            case "json_schema":
                return NativeOutput(answer)
            case "prompt":
                return PromptedOutput(answer)

    def _usage(self, run: RunUsage) -> ModelUsage:
        return self._config.usage(run.requests, run.input_tokens, run.output_tokens)


def _taken(run: RunUsage, reserved: int) -> int:
    """Return the tokens that count: those of the reservation where the service tells none."""
    return max(run.total_tokens, reserved) if run.unmeasured_requests else run.total_tokens


def _profile(config: ModelConfig) -> OpenAIModelProfile:
    """Return how this service differs: most know only the older name for an answer's length."""
    host = urlsplit(config.base_url).hostname or ""
    return OpenAIModelProfile(
        openai_chat_supports_max_completion_tokens=host.endswith((".openai.com", ".azure.com")),
        supports_json_object_output=False,
        supports_json_schema_output=config.output_mode == "json_schema",
    )


def _trust(config: ModelConfig) -> ssl.SSLContext:
    if config.base_url.startswith("http:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and takes no time to read
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise EnvironmentFailure(
            f"LLM_CA_FILE: {config.ca_file} does not hold certificates in PEM ({error})"
        ) from None
