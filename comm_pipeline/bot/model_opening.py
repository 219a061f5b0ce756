"""A language model by the settings, for those who have the extra that it needs."""

from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from typing import Final

from comm_pipeline.bot.model_budget import TokenBudget
from comm_pipeline.bot.model_client import LanguageModel
from comm_pipeline.bot.model_config import model_config
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import Settings

#: What the extra ``llm`` brings; looked for without importing it, which takes seconds.
_NEEDED: Final = ("pydantic_ai", "openai")


def build_language_model(
    settings: Settings, budget: TokenBudget, clock: Callable[[], datetime]
) -> LanguageModel:
    """Build the model of the settings, opening nothing.

    Raises EnvironmentFailure without the extra ``llm``, InvalidSettingError for what is missing.
    """
    config = model_config(settings)
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise EnvironmentFailure(
            "a language model needs the extra llm: pip install 'comm-pipeline[llm]' "
            f"(there is no {missing[0]})"
        )
    return LanguageModel(config, budget, clock)
