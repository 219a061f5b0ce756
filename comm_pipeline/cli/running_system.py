"""The settings of the system that runs in a home, as other terminals may know them: `dev.json`.

What bears on decisions and on sending is told, as far as it is no secret. It counts only while that
system holds its lock, so what a crash leaves behind misleads nobody.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from comm_pipeline.cli.home_lock import is_running_in, usable
from comm_pipeline.settings import Settings, environment_of
from comm_pipeline.settings.groups.campaign_types import CampaignTypeSettings
from comm_pipeline.settings.groups.channels import ChannelSettings
from comm_pipeline.settings.groups.imap import ImapSettings
from comm_pipeline.settings.groups.language_model import LanguageModelSettings
from comm_pipeline.settings.groups.limits import LimitSettings
from comm_pipeline.settings.groups.privacy import PrivacySettings
from comm_pipeline.settings.groups.safety import SafetySettings
from comm_pipeline.settings.groups.timing import TimingSettings
from comm_pipeline.settings.groups.work import WorkSettings
from comm_pipeline.settings.secret import MongoUri
from comm_pipeline.settings.variable import mask_for

_FILE: Final = "dev.json"
_EACH_ALONE: Final = (
    "mongodb_uri",
    "mongodb_database",
    "templates",
    *WorkSettings.model_fields,
    *TimingSettings.model_fields,
    *LimitSettings.model_fields,
    *SafetySettings.model_fields,
    *CampaignTypeSettings.model_fields,
    *PrivacySettings.model_fields,
)
#: The fields that are told, and taken over: those of a group together or not at all, because half
#: an account, or a host with another one's port, leads nowhere.
GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    *((field,) for field in _EACH_ALONE),
    tuple(ChannelSettings.model_fields),
    tuple(ImapSettings.model_fields),
    tuple(LanguageModelSettings.model_fields),
)


class RunningSystem(BaseModel):
    """What `dev.json` says.

    ``mongodb`` holds the hosts of its MongoDB, ``settings`` texts by variable. ``withheld`` are the
    fields that it has and nobody is told; nothing of their groups is in ``settings``.
    """

    model_config = ConfigDict(frozen=True)

    mongodb: str
    settings: dict[str, str]
    withheld: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> "RunningSystem":
        """Return what may be told of a system with these settings, the MongoDB's address known."""
        texts = environment_of(settings)
        names = {field: variable.names[0] for field, variable in Settings.variables().items()}
        fields = [field for group in GROUPS for field in group]
        withheld = {field for field in fields if _holds_secret(field, texts[names[field]])}
        told = [field for group in GROUPS if withheld.isdisjoint(group) for field in group]
        assert settings.mongodb_uri is not None, "asked once MongoDB runs"
        return cls(
            mongodb=hosts_of(settings.mongodb_uri),
            settings={names[field]: text for field in told if (text := texts[names[field]])},
            withheld=frozenset(withheld),
        )


@contextmanager
def forgotten_at_end(home: Path) -> Iterator[None]:
    """Take away what is told of the system in this home: what is left over now, and at the end."""
    file = home / _FILE
    with usable(home):
        file.unlink(missing_ok=True)
    try:
        yield
    finally:
        with usable(home):
            file.unlink(missing_ok=True)


def tell(home: Path, settings: Settings) -> None:
    """Let others know of the system in this home. Only this user may read the file.

    A reader sees all of it or nothing. Raises EnvironmentFailure if it cannot be written.
    """
    draft = home / f"{_FILE}.{os.getpid()}"
    with usable(home):
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(RunningSystem.of(settings).model_dump_json(indent=2) + "\n")
        draft.replace(home / _FILE)


def find_running_system(home: Path) -> RunningSystem | None:
    """Return what is told of the system in this home; None if none runs there, or tells nothing."""
    if not is_running_in(home):
        return None
    try:
        return RunningSystem.model_validate_json((home / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None  # it is starting, is somebody else's, or is of another version


def hosts_of(uri: MongoUri) -> str:
    """Return where a MongoDB is, without who logs in there and how."""
    after_credentials = uri.get_secret_value().partition("://")[2].rpartition("@")[2]
    return after_credentials.partition("/")[0].partition("?")[0].lower()


def _holds_secret(field: str, text: str) -> bool:
    mask = mask_for(Settings.model_fields[field].metadata)
    return bool(text) and mask is not None and mask(text) != text
