"""What is known of a language model before it is asked. Nothing is opened here."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.domain.web_addresses import checked_url
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings

_MILLION = 1_000_000


class ModelConfig(BaseModel):
    """A model behind an OpenAI-compatible address, and what it may take.

    ``base_url`` ends where ``/chat/completions`` begins. Prices are for a million tokens.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    base_url: str
    model: str
    api_key: SecretStr | None = None
    output_mode: Literal["tool", "json_schema", "prompt"] = "tool"
    timeout_seconds: float = Field(default=30.0, gt=0)
    max_concurrent_calls: int = Field(default=8, ge=1)
    max_answer_tokens: int = Field(default=2_000, ge=1)
    max_tokens_per_day: int = Field(default=5_000_000, ge=0)
    input_price: float = Field(default=0.0, ge=0)
    output_price: float = Field(default=0.0, ge=0)
    ca_file: Path | None = None

    def usage(self, requests: int, input_tokens: int, output_tokens: int) -> ModelUsage:
        """Return what was taken, with its cost."""
        cost = input_tokens * self.input_price + output_tokens * self.output_price
        return ModelUsage(
            model=self.model,
            requests=requests,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost=cost / _MILLION,
        )


def model_config(settings: Settings) -> ModelConfig:
    """Return the model of the settings.

    Raises InvalidSettingError if there is none, or if it must not be called unencrypted.
    """
    if settings.llm_base_url is None or settings.llm_model is None:
        raise InvalidSettingError("LLM_BASE_URL and LLM_MODEL are needed to ask a language model")
    return ModelConfig(
        base_url=checked_url(
            "LLM_BASE_URL", settings.llm_base_url, allow_http=settings.llm_allow_http
        ),
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        output_mode=settings.llm_output_mode,
        timeout_seconds=settings.llm_timeout_seconds,
        max_concurrent_calls=settings.llm_max_concurrent_calls,
        max_answer_tokens=settings.llm_max_answer_tokens,
        max_tokens_per_day=settings.llm_max_tokens_per_day,
        input_price=settings.llm_input_price,
        output_price=settings.llm_output_price,
        ca_file=settings.llm_ca_file,
    )
