"""Taking sensitive fields out of what is logged. Pure: it returns new structures."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

REDACTED = "[redacted]"
TOO_DEEP = "[too deep]"

#: A message has many names; who hides its content means all of them.
_ALIASES = {"message_content": ("message_content", "content", "text", "html", "subject")}
#: Deeper structures, or ones that contain themselves, are cut off.
_DEEPEST = 20


def redact(event: Mapping[str, Any], sensitive_fields: Iterable[str]) -> dict[str, Any]:
    """Return ``event`` with the values of sensitive fields replaced, at any depth.

    A plain name such as ``message_content`` matches that key anywhere; ``message_content`` also
    matches ``content``, ``text``, ``html`` and ``subject``. A dotted name such as
    ``recipient.email`` matches the key ``email`` anywhere inside ``recipient`` or ``recipients``,
    and the flat keys ``recipient.email`` and ``recipient_email``. Case does not matter.
    """
    names = [name for field in sensitive_fields for name in _ALIASES.get(field, (field,))]
    paths = [tuple(name.lower().split(".")) for name in names]
    return _redacted_mapping(event, paths, ())


def _redacted(value: Any, paths: list[tuple[str, ...]], parents: tuple[str, ...]) -> Any:
    if len(parents) > _DEEPEST:
        return TOO_DEEP
    content = _content(value)
    if isinstance(content, Mapping):
        return _redacted_mapping(content, paths, parents)
    if isinstance(content, list | tuple | set | frozenset):
        # An index is a step down, too: a list may contain itself.
        items = [_redacted(item, paths, (*parents, "")) for item in content]
        return tuple(items) if isinstance(content, tuple) else items
    return content


def _redacted_mapping(
    mapping: Mapping[Any, Any], paths: list[tuple[str, ...]], parents: tuple[str, ...]
) -> dict[Any, Any]:
    shown = {}
    for key, value in mapping.items():
        name = str(key).lower()
        hidden = any(_matches(path, name, parents) for path in paths)
        shown[key] = REDACTED if hidden else _redacted(value, paths, (*parents, name))
    return shown


def _matches(path: tuple[str, ...], name: str, parents: tuple[str, ...]) -> bool:
    """Whether ``path`` names the key ``name`` that stands inside ``parents``, outermost first."""
    if name in {".".join(path), "_".join(path)}:
        return True
    above = iter(parents)
    return name == path[-1] and all(
        any(parent in {part, f"{part}s"} for parent in above) for part in path[:-1]
    )


def _content(value: Any) -> Any:
    if isinstance(value, BaseException):  # structlog formats it; some are dataclasses
        return value
    if isinstance(value, BaseModel):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return value
