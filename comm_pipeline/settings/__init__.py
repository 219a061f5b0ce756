"""The settings: the only reader of the environment, and the logging that they configure.

``Settings`` names every variable; ``load_settings`` reads them; ``describe_settings`` says which
are in force and why. What a setting does belongs to the code that it is handed to, not here.
"""

from comm_pipeline.settings.environment import environment_of
from comm_pipeline.settings.groups.channels import variables_asking_for
from comm_pipeline.settings.log import configure_logging, trace
from comm_pipeline.settings.masking import Masking
from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.sources import load_settings
from comm_pipeline.settings.table import (
    SettingRow,
    describe_settings,
    settings_markdown_table,
    settings_page,
)

__all__ = [
    "Masking",
    "SettingRow",
    "Settings",
    "configure_logging",
    "describe_settings",
    "environment_of",
    "load_settings",
    "settings_markdown_table",
    "settings_page",
    "trace",
    "variables_asking_for",
]
