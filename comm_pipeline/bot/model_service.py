"""The service of a language model, called through pydantic-ai.

Importing it takes seconds and needs the extra ``llm``, so it is imported when the first question is
asked. It knows neither budget nor other calls; ``model_client`` does.
"""

import asyncio
import ssl
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI, Omit, OpenAIError
from pydantic_ai import Agent, ModelSettings, NativeOutput, PromptedOutput, RunUsage, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from comm_pipeline.bot.model_config import ModelConfig
from comm_pipeline.bot.model_errors import translated
from comm_pipeline.bot.model_failures import FailureKind
from comm_pipeline.bot.model_measuring import is_possible
from comm_pipeline.bot.model_questions import ModelAnswer, Question, Served
from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.errors import EnvironmentFailure

T = TypeVar("T")

#: How often a model may try again to give an answer of the right form.
_CORRECTIONS: Final = 1
#: What the library would take from the environment, where it is meant for another service.
_NOT_OURS: Final[dict[str, Any]] = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
#: Failures after which nobody knows what was taken.
_UNMEASURED: Final = frozenset({FailureKind.TIMEOUT, FailureKind.ERROR})
_NO_KEY: Final = "none"


class ModelService:
    """One model of one service; connections are opened as they are needed."""

    def __init__(self, config: ModelConfig, trust: ssl.SSLContext) -> None:
        self._config = config
        self._http = httpx2.AsyncClient(verify=trust)
        self._client = AsyncOpenAI(
            base_url=config.base_url,
            api_key=config.api_key.get_secret_value() if config.api_key else _NO_KEY,
            default_headers=_NOT_OURS,
            http_client=self._http,
            max_retries=0,
        )
        provider = OpenAICompatibleProvider(
            "language-model", openai_client=self._client, profile=_profile(config)
        )
        self._agent = Agent(OpenAIChatModel(config.model, provider=provider))

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def models(self) -> list[str]:
        """Return the models that the service lists. Raises EnvironmentFailure if it does not."""
        try:
            async with asyncio.timeout(self._config.timeout_seconds):
                return [one.id async for one in await self._client.models.list()]
        except (OpenAIError, TimeoutError) as error:
            raise EnvironmentFailure(
                f"{self._config.base_url} does not list its models ({type(error).__name__}); see "
                "LLM_BASE_URL and LLM_API_KEY"
            ) from None

    async def answer(self, question: Question[T]) -> Served[T]:
        """Return what the service makes of a question; raises nothing, whatever it does."""
        run = RunUsage()
        try:
            output = await self._run(question, run)
        except Exception as error:  # whatever it is, there are rules to go on with
            usage, is_measured = self._measured(question, run)
            failure = translated(error, usage)
            failure.__cause__ = error
            # Of an answer of another form, also what it says to have taken could not be read.
            is_unread = failure.kind is FailureKind.INVALID and not run.requests
            is_measured = is_measured and not is_unread and failure.kind not in _UNMEASURED
            return Served(failure, usage, is_measured)
        usage, is_measured = self._measured(question, run)
        return Served(ModelAnswer(output, usage), usage, is_measured)

    def _measured(self, question: Question[T], run: RunUsage) -> tuple[ModelUsage, bool]:
        """Return what was taken as the service says it, if it says it and that can be true."""
        is_measured = not run.unmeasured_requests and is_possible(
            run.requests,
            run.input_tokens,
            run.output_tokens,
            characters=question.characters,
            max_answer_tokens=self._config.max_answer_tokens,
        )
        tokens = (run.input_tokens, run.output_tokens) if is_measured else (0, 0)
        return self._config.usage(run.requests, *tokens), is_measured

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


def _profile(config: ModelConfig) -> OpenAIModelProfile:
    """Return how this service differs: most know only the older name for an answer's length."""
    host = urlsplit(config.base_url).hostname or ""
    return OpenAIModelProfile(
        openai_chat_supports_max_completion_tokens=host.endswith((".openai.com", ".azure.com")),
        supports_json_object_output=False,
        supports_json_schema_output=config.output_mode == "json_schema",
    )
