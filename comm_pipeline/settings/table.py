"""The settings as tables: those in force, and the page of the documentation."""

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.secret import HIDDEN
from comm_pipeline.settings.variable import Variable, mask_for, words_for

_INTRODUCTION = """\
# Settings

Every setting is an environment variable; all have defaults. `comm-pipeline settings` prints the
values in force and where each comes from, without secrets.

- Where a setting has several names, each is read. Two that are set must agree.
- A variable that is set to nothing counts as not set.
- Secrets may stand in a file instead, as in `SMTP_PASSWORD_FILE`: what it holds is the value.
- A value that does not parse, or a name that begins with `CAMPAIGN_` or `COMM_PIPELINE_` and looks
  misspelt, stops the start with a message that names it. All problems are shown at once.
- Beside a running `comm-pipeline dev`, commands take what is not set from that system
  ([a second terminal](operating.md#a-second-terminal)).

"""
_HEADER = ("Variable", "Also read", "Value", "Default", "Unit", "Meaning")


@dataclass(frozen=True)
class SettingRow:
    """One setting in force; secrets are masked in ``value``."""

    name: str
    other_names: tuple[str, ...]
    value: str
    source: str
    default: str
    unit: str
    meaning: str


def describe_settings(settings: Settings) -> list[SettingRow]:
    """Say for every setting its value, where that comes from, and what it means."""
    sources = settings.sources
    return [
        SettingRow(
            name=variable.names[0],
            other_names=variable.all_names[1:],
            value=_in_force(field, getattr(settings, field)),
            source=sources[field],
            default=_default(field, variable),
            unit=variable.unit,
            meaning=variable.meaning,
        )
        for field, variable in Settings.variables().items()
    ]


def settings_markdown_table() -> str:
    """Return the table of all settings in Markdown, the same on every machine."""
    rows = [_HEADER, ("---",) * len(_HEADER)]
    rows += [_markdown_row(field, variable) for field, variable in Settings.variables().items()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def settings_page() -> str:
    """Return the text of ``docs/settings.md``."""
    return _INTRODUCTION + settings_markdown_table()


def _markdown_row(field: str, variable: Variable) -> tuple[str, ...]:
    others = ", ".join(f"`{name}`" for name in variable.all_names[1:])
    accepted = words_for(Settings.model_fields[field].metadata)
    cells = (accepted, _default(field, variable), variable.unit, variable.meaning)
    return (f"`{variable.names[0]}`", others, *map(_escaped, cells))


def _escaped(cell: str) -> str:
    return "".join(f"\\{char}" if char in "\\*<|" else char for char in cell)


def _default(field: str, variable: Variable) -> str:
    return variable.default or _shown(Settings.model_fields[field].default) or "none"


def _in_force(field: str, value: Any) -> str:
    mask = mask_for(Settings.model_fields[field].metadata)
    return mask(value) if mask and isinstance(value, str) else _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
