"""Who reads the replies, and the language model that may do so."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.agreement import missing_beside
from comm_pipeline.settings.groups import http
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class LanguageModelSettings(BaseModel):
    """A language model behind an OpenAI-compatible address."""

    reply_analyser: Annotated[
        kinds.AnalyserName,
        Variable(
            ("REPLY_ANALYSER",),
            "Who understands replies: rules, or a language model that rules go before.",
        ),
    ] = "rules"
    answer_writer: Annotated[
        kinds.AnalyserName,
        Variable(
            ("ANSWER_WRITER",),
            "Whose words answers to replies are: the template's texts as they are, or a language "
            "model's within them, past the same guards.",
        ),
    ] = "rules"
    llm_base_url: Annotated[
        kinds.OptionalUrl,
        Variable(
            ("LLM_BASE_URL",),
            "Where the model is: any service with OpenAI's chat completions, up to /v1.",
        ),
    ] = None
    llm_model: Annotated[
        kinds.Text, Variable(("LLM_MODEL",), "The model, as the service calls it.")
    ] = None
    llm_api_key: Annotated[
        kinds.Password,
        Variable(("LLM_API_KEY",), "Key of the service, if it wants one.", mask=mask_everything),
    ] = None
    llm_output_mode: Annotated[
        kinds.ModelOutputMode,
        Variable(
            ("LLM_OUTPUT_MODE",),
            "How the model is held to a form: by a tool call, by a JSON schema, or by words alone.",
        ),
    ] = "tool"
    llm_timeout_seconds: Annotated[kinds.Timeout, http.timeout("LLM")] = http.TIMEOUT_SECONDS
    llm_max_concurrent_calls: Annotated[
        kinds.Count, Variable(("LLM_MAX_CONCURRENT_CALLS",), "Calls at once, per run at most.")
    ] = 8
    llm_max_answer_tokens: Annotated[
        kinds.Count,
        Variable(
            ("LLM_MAX_ANSWER_TOKENS",), "Length of an answer at which it is cut.", unit="tokens"
        ),
    ] = 2_000
    llm_max_tokens_per_day: Annotated[
        kinds.CountOrZero,
        Variable(
            ("LLM_MAX_TOKENS_PER_DAY",),
            "Most that all processes together take on a day of UTC; then rules go on alone.",
            unit="tokens",
        ),
    ] = 5_000_000
    llm_input_price: Annotated[
        kinds.Price,
        Variable(
            ("LLM_INPUT_PRICE",), "What a million tokens cost that the model reads, in your money."
        ),
    ] = 0.0
    llm_output_price: Annotated[
        kinds.Price,
        Variable(
            ("LLM_OUTPUT_PRICE",),
            "What a million tokens cost that the model writes, in your money.",
        ),
    ] = 0.0
    llm_ca_file: Annotated[kinds.OptionalFile, http.ca_file("LLM")] = None
    llm_allow_http: Annotated[kinds.Flag, http.allow_http("LLM")] = False

    def language_model_problems(self) -> list[str]:
        """Return a line for each part of the model that is missing beside the others."""
        model: dict[str, object] = {
            "LLM_BASE_URL": self.llm_base_url,
            "LLM_MODEL": self.llm_model,
        }
        asked: dict[str, object] = {
            "REPLY_ANALYSER=llm": self.reply_analyser == "llm",
            "ANSWER_WRITER=llm": self.answer_writer == "llm",
        }
        return missing_beside(asked | model | {"LLM_API_KEY": self.llm_api_key}, model)
