"""A language model by the settings, for those who have the extra that it needs."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from comm_pipeline.bot.model_budget import TokenBudget
from comm_pipeline.bot.model_config import model_config
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import Settings

if TYPE_CHECKING:
    from comm_pipeline.bot.model_client import LanguageModel


def build_language_model(
    settings: Settings, budget: TokenBudget, clock: Callable[[], datetime]
) -> "LanguageModel":
    """Build the model of the settings, opening nothing.

    Its libraries take seconds to import, so that is done here and not above. Raises
    EnvironmentFailure without the extra ``llm``, and InvalidSettingError for what is missing.
    """
    config = model_config(settings)
    try:
        from comm_pipeline.bot.model_client import LanguageModel  # noqa: PLC0415 - see above
    except ImportError as error:
        raise EnvironmentFailure(
            "a language model needs the extra llm: pip install 'comm-pipeline[llm]' "
            f"(there is no {error.name})"
        ) from error
    return LanguageModel(config, budget, clock)
