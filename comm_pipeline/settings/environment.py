"""Settings handed to other processes: the environment that gives a child the same settings."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.secret import MongoUri


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables under which ``load_settings`` reads these very settings.

    All other names of each field are empty, so that what the parent inherited cannot disagree.
    The result holds secrets.
    """
    environment: dict[str, str] = {}
    for field, variable in Settings.variables().items():
        environment |= dict.fromkeys((*variable.names, *variable.file_names), "")
        environment[variable.names[0]] = _text(getattr(settings, field))
    return environment


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr | MongoUri):
        return str(value.get_secret_value())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, Path):
        return str(value.absolute())
    return str(value)
