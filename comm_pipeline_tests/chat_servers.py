"""A service on loopback that speaks OpenAI's chat completions, as well or badly as a test wants."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from comm_pipeline.bot.model_analyser import PROMPTS, ModelAnalyser
from comm_pipeline.bot.model_budget import TokenBudget
from comm_pipeline.bot.model_client import LanguageModel
from comm_pipeline.bot.model_config import ModelConfig
from comm_pipeline.bot.prompts import Prompts
from comm_pipeline.settings.model import TEMPLATES_OF_THE_CHECKOUT
from comm_pipeline_tests.counted_budget import CountedBudget
from comm_pipeline_tests.http_servers import Behaviour, HttpServer, Seen, http_server, says_json

MODEL = "tiny-1"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
#: What the service says that each call took.
INPUT_TOKENS, OUTPUT_TOKENS = 100, 20


def completion(message: dict[str, Any], finish: str = "stop", **further: Any) -> dict[str, Any]:
    """Return a chat completion; ``usage=None`` leaves out what it took."""
    document: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_772_618_400,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, "refusal": None} | message,
                "finish_reason": finish,
            }
        ],
        "usage": {
            "prompt_tokens": INPUT_TOKENS,
            "completion_tokens": OUTPUT_TOKENS,
            "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        },
    } | further
    return {key: value for key, value in document.items() if value is not None}


def tool_call(arguments: Any) -> dict[str, Any]:
    """Return a message that calls the tool by which answers are given."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    function = {"name": "answer", "arguments": text}
    return {"tool_calls": [{"id": "call_1", "type": "function", "function": function}]}


def answers(arguments: Any, **further: Any) -> Behaviour:
    """Answer every question so."""
    return says_json(200, completion(tool_call(arguments), "tool_calls", **further))


def refuses() -> Behaviour:
    """Decline, as services do that find a question improper."""
    return says_json(200, completion({"refusal": "I cannot help with that."}))


def talks(text: str, finish: str = "stop") -> Behaviour:
    """Answer in free text."""
    return says_json(200, completion({"content": text}, finish))


def fails(status: int, code: str = "oops", **headers: str) -> Behaviour:
    """Answer with an error."""
    error = {"message": "no", "type": code, "code": code, "param": None}
    return says_json(status, {"error": error}, **headers)


def depends(choose: Callable[[str], Behaviour]) -> Behaviour:
    """Behave as the question demands."""

    async def behave(seen: Seen) -> bytes:
        return await choose(seen.body.decode())(seen)

    return behave


@asynccontextmanager
async def asked_model(
    behaviour: Behaviour,
    budget: TokenBudget | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    **config: Any,
) -> AsyncIterator[tuple[LanguageModel, HttpServer]]:
    """Run a service and open a model that asks it; keywords are fields of its configuration."""
    async with http_server(behaviour) as server:
        fields = {"base_url": f"{server.url}/v1", "model": MODEL} | config
        model = LanguageModel(ModelConfig.model_validate(fields), budget or CountedBudget(), clock)
        async with model:
            yield model, server


@asynccontextmanager
async def a_model_analyser(
    behaviour: Behaviour, budget: TokenBudget | None = None, **config: Any
) -> AsyncIterator[ModelAnalyser]:
    """Open an analyser that asks such a service; keywords are fields of its configuration."""
    async with http_server(behaviour) as server:
        fields = {"base_url": f"{server.url}/v1", "model": MODEL} | config
        model = LanguageModel(
            ModelConfig.model_validate(fields), budget or CountedBudget(), lambda: NOW
        )
        async with ModelAnalyser(model, Prompts(TEMPLATES_OF_THE_CHECKOUT, PROMPTS)) as analyser:
            yield analyser
