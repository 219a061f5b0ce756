"""Reading the environment: several names for one value, secrets in files, misspelt names.

Every problem is collected, so that one start shows all of them.
"""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.url_secrets import mask_misplaced_urls
from comm_pipeline.settings.variable import Variable, mask_for, words_for

_OUR_PREFIXES = ("COMM_PIPELINE_", "CAMPAIGN_")
#: Likeness from which an unknown name counts as a misspelling (1 is equal).
_CLOSE = 0.8
#: Kubernetes describes services in variables such as CAMPAIGN_METRICS_PORT=tcp://10.0.0.1:80.
_SERVICE_LINKS = ("tcp://", "udp://", "sctp://")
_LONGEST_SHOWN = 100


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ``, by default the process's environment.

    Values that do not parse, contradict each other or are missing, and names that look misspelt,
    raise one ``InvalidSettingError`` with a line for each.
    """
    reader = _Reader(os.environ if environ is None else environ)
    return reader.settings()


class _Reader:
    """One reading of one environment, with the problems found on the way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems = list(_misspelt_names(environ))
        self._doubtful: set[str] = set()

    def settings(self) -> Settings:
        values: dict[str, Any] = {}
        read_from: dict[str, str] = {}
        for field in Settings.variables():
            before = len(self._problems)
            parsed = self._parsed(field)
            if len(self._problems) > before:
                self._doubtful.add(field)
            elif parsed:
                read_from[field], values[field] = next(iter(parsed.items()))
        return self._built(values, read_from)

    def _parsed(self, field: str) -> dict[str, Any]:
        """Return the value of ``field`` by each variable that gives one, the preferred first."""
        variable = Settings.variables()[field]
        raw = self._given(variable)
        parsed = {
            name: value for name, text in raw.items() for value in self._values(field, name, text)
        }
        if any(value != next(iter(parsed.values())) for value in parsed.values()):
            pairs = [_assignment(field, name, raw[name]) for name in parsed]
            self._problems.append(f"{' and '.join(pairs)} disagree: set one of them")
        return parsed

    def _given(self, variable: Variable) -> dict[str, str]:
        texts = {name: self._environ.get(name, "") for name in variable.names}
        if not variable.mask:
            texts = {name: text.strip() for name, text in texts.items()}
        for name in variable.file_names:
            texts[name] = self._content_of_file(name)
        return {name: text for name, text in texts.items() if text}

    def _content_of_file(self, name: str) -> str:
        path = self._environ.get(name, "")
        if not path:
            return ""
        try:
            content = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            self._problems.append(f"{name}={path!r}: the file cannot be read: {reason}")
            return ""
        if not content:
            self._problems.append(f"{name}={path!r}: the file is empty")
        return content

    def _values(self, field: str, name: str, text: str) -> list[Any]:
        try:
            return [_adapter(field).validate_python(text)]
        except ValidationError:
            shown = _assignment(field, name, text)
            expected = words_for(Settings.model_fields[field].metadata)
            self._problems.append(f"{shown}: expected {expected}")
            return []

    def _built(self, values: dict[str, Any], read_from: dict[str, str]) -> Settings:
        settings = None
        try:
            settings = Settings(**values, read_from=tuple(read_from.items()))
        except ValidationError as error:
            self._problems.extend(self._contradictions(error))
        if settings is None or self._problems:
            raise InvalidSettingError("\n".join(self._problems))
        return settings

    def _contradictions(self, error: ValidationError) -> list[str]:
        """Lines about several settings, without those about a setting that has its own line."""
        doubtful = [name for field in self._doubtful for name in Settings.variables()[field].names]
        lines = [line for one in error.errors() for line in str(one["ctx"]["error"]).splitlines()]
        return [line for line in lines if not any(name in line for name in doubtful)]


def _adapter(field: str) -> TypeAdapter[Any]:
    return TypeAdapter(Settings.model_fields[field].rebuild_annotation())


def _assignment(field: str, name: str, text: str) -> str:
    """Show ``NAME='value'``, shortened, and without what is secret."""
    mask = mask_for(Settings.model_fields[field].metadata) or mask_misplaced_urls
    shown = mask(text)
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN] + "..."
    return f"{name}={shown!r}"


def _misspelt_names(environ: Mapping[str, str]) -> Iterator[str]:
    known = {name for variable in Settings.variables().values() for name in variable.all_names}
    for name in sorted(environ.keys() - known):
        meant = _meant_name(name, known)
        if meant and not environ[name].startswith(_SERVICE_LINKS):
            yield f"{name} is not a setting: did you mean {meant}?"


def _meant_name(name: str, known: set[str]) -> str | None:
    """Find the setting that ``name`` resembles, compared without the prefix that many share."""
    prefix = next((prefix for prefix in _OUR_PREFIXES if name.startswith(prefix)), None)
    if prefix is None:
        return None
    # Where two settings differ only by the prefix, the later one wins: the one that has it.
    in_order = sorted(known, key=lambda other: (other.startswith(prefix), other))
    by_rest = {other.removeprefix(prefix): other for other in in_order}
    close = get_close_matches(name.removeprefix(prefix), by_rest, n=1, cutoff=_CLOSE)
    return by_rest[close[0]] if close else None
