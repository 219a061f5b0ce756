"""The analyser that the settings ask for."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from comm_pipeline.bot.analyser import Analyser, RulesAnalyser
from comm_pipeline.bot.model_analyser import PROMPTS, ModelAnalyser
from comm_pipeline.bot.model_budget import TokenBudget
from comm_pipeline.bot.model_opening import build_language_model
from comm_pipeline.bot.prompts import Prompts
from comm_pipeline.settings import Settings

_BY_MODEL: Final = "llm"


def build_analyser(
    settings: Settings, budget: TokenBudget, clock: Callable[[], datetime]
) -> Analyser:
    """Build the analyser of REPLY_ANALYSER, opening nothing.

    Raises EnvironmentFailure if a language model lacks the extra ``llm`` or its prompts, and
    InvalidSettingError if its settings cannot be used.
    """
    if settings.reply_analyser != _BY_MODEL:
        return RulesAnalyser()
    model = build_language_model(settings, budget, clock)
    return ModelAnalyser(model, Prompts(settings.templates, PROMPTS))
