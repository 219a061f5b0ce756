"""Every setting: the groups put together, and what holds for all of them.

Nothing is read here; ``sources.load_settings`` does that.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from comm_pipeline.settings.groups.campaign_types import CampaignTypeSettings
from comm_pipeline.settings.groups.channels import ChannelSettings
from comm_pipeline.settings.groups.escalations import EscalationSettings
from comm_pipeline.settings.groups.imap import ImapSettings
from comm_pipeline.settings.groups.language_model import LanguageModelSettings
from comm_pipeline.settings.groups.limits import LimitSettings
from comm_pipeline.settings.groups.local import TEMPLATES_OF_THE_CHECKOUT, LocalSettings
from comm_pipeline.settings.groups.logs import LogSettings
from comm_pipeline.settings.groups.metrics import MetricsSettings
from comm_pipeline.settings.groups.mongodb import MongoDbSettings
from comm_pipeline.settings.groups.privacy import PrivacySettings
from comm_pipeline.settings.groups.safety import SafetySettings
from comm_pipeline.settings.groups.timing import TimingSettings
from comm_pipeline.settings.groups.work import WorkSettings
from comm_pipeline.settings.variable import Variable, mask_for

__all__ = ["TEMPLATES_OF_THE_CHECKOUT", "Settings"]


# pydantic puts the fields of the last base first, so the order is that of the page from its end.
class Settings(
    LocalSettings,
    PrivacySettings,
    LogSettings,
    MetricsSettings,
    LanguageModelSettings,
    ImapSettings,
    EscalationSettings,
    SafetySettings,
    LimitSettings,
    ChannelSettings,
    CampaignTypeSettings,
    TimingSettings,
    WorkSettings,
    MongoDbSettings,
    BaseSettings,
):
    """The settings in force.

    ``Settings()`` gives the defaults, whatever the environment; ``load_settings`` reads it.
    ``read_from`` holds pairs of a field and what gave it: a variable, or a running system.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    read_from: tuple[tuple[str, str], ...] = Field(default=(), exclude=True, repr=False)

    @property
    def sources(self) -> Mapping[str, str]:
        """For each field what it was read from, ``default``, or ``set in code``."""
        in_code = dict.fromkeys(self.model_fields_set, "set in code")
        every_default = dict.fromkeys(self.variables(), "default")
        return {
            field: source
            for field, source in (every_default | in_code | dict(self.read_from)).items()
            if field in every_default
        }

    @classmethod
    def variables(cls) -> Mapping[str, Variable]:
        """Return the environment variables of each field, in the order of declaration."""
        return {
            field: item
            for field, info in cls.model_fields.items()
            for item in info.metadata
            if isinstance(item, Variable)
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave reading to ``load_settings``, which compares all names of a field."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show texts that may hold a secret, such as addresses of services, without it."""
        for name, value in super().__repr_args__():
            field = type(self).model_fields.get(name or "")
            mask = mask_for(field.metadata) if field and isinstance(value, str) else None
            yield name, mask(value) if mask else value

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        problems = [
            *self.channel_problems(),
            *self.imap_problems(),
            *self.escalation_problems(self.smtp_host),
            *self.language_model_problems(),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self
