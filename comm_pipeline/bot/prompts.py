"""Prompts: our own trusted templates under ``templates/bot/``, filled with data.

What strangers wrote goes through the filter ``as_data``: JSON in which no mark-up can begin.
"""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from comm_pipeline.errors import EnvironmentFailure

#: Control characters that have a meaning in a text.
_KEPT: Final = frozenset("\n\t")
#: Variation selectors that no letter or emoji needs, and that whole texts can be hidden in.
_SELECTORS: Final = range(0xE0100, 0xE01F0)


class Prompts:
    """Some templates of one folder, compiled once."""

    def __init__(self, templates_dir: Path, names: Iterable[str]) -> None:
        """Read them from ``templates_dir``/bot; raises EnvironmentFailure if one is not there."""
        environment = Environment(
            loader=FileSystemLoader(templates_dir / "bot"),
            autoescape=False,  # noqa: S701 - prompts are text, and strangers' words are JSON
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["as_data"] = as_data
        try:
            self._templates = {name: environment.get_template(name) for name in names}
        except TemplateNotFound as error:
            raise EnvironmentFailure(
                f"{templates_dir / 'bot' / str(error.name)} is not there: point the templates "
                "directory at this repository's templates/"
            ) from None

    def render(self, name: str, **values: Any) -> str:
        """Return a prompt, filled."""
        return self._templates[name].render(values).strip()


def as_data(value: Any) -> str:
    """Return a value as JSON that neither ends the mark-up around it nor hides anything."""
    text = json.dumps(_visible(value), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _visible(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _visible(one) for key, one in value.items()}
    return visible(value) if isinstance(value, str) else value


def visible(text: str) -> str:
    """Return a text without characters that nobody sees, which only programs would read."""
    return "".join(char for char in text if char in _KEPT or not _is_hidden(char))


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char)[0] == "C" or ord(char) in _SELECTORS
