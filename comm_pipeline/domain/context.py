"""What a template can refer to: dotted keys become nested mappings before anything is rendered."""

from collections.abc import Mapping
from typing import Any, Final

from comm_pipeline.errors import InvalidInputError

#: Levels of a document, counting those of dotted names; MongoDB takes 100 with all around it.
DEEPEST: Final = 40
#: Characters of a place that are told.
_MOST_SHOWN: Final = 200


def nest_dotted(flat: Mapping[str, Any], field: str = "context_data") -> dict[str, Any]:
    """Return ``{"company": {"name": 1}}`` for ``{"company.name": 1}``; nested values stay nested.

    Raises InvalidInputError, which names the place below ``field``, if a key stands for a value
    and for a mapping at once, or if there would be more than DEEPEST levels.
    """
    nested: dict[str, Any] = {}
    _fill(nested, flat, f"{field}." if field else "", 0)
    return nested


def _fill(target: dict[str, Any], flat: Mapping[str, Any], above: str, levels: int) -> None:
    for key, value in flat.items():
        *parents, last = str(key).split(".")
        place = f"{above}{key}"
        level = levels + len(parents) + 1
        if level > DEEPEST:
            shown = place[:_MOST_SHOWN].rstrip(".")
            raise InvalidInputError(
                f"{shown}: is nested more than {DEEPEST} levels deep, counting the parts of dotted "
                "names; use shorter names"
            )
        holder = _descend(target, parents, place)
        if isinstance(value, Mapping):
            _fill(_descend(holder, [last], place), value, f"{place}.", level)
        elif isinstance(holder.get(last), dict):
            raise InvalidInputError(f"{place}: has a value and parts of its own")
        else:
            holder[last] = value


def _descend(nested: dict[str, Any], parents: list[str], place: str) -> dict[str, Any]:
    target = nested
    for part in parents:
        following = target.setdefault(part, {})
        if not isinstance(following, dict):
            raise InvalidInputError(f"{place}: {part} has a value and parts of its own")
        target = following
    return target


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both together, mapping by mapping; where both have a value, ``above`` wins."""
    merged = dict(below)
    for key, value in above.items():
        lower = merged.get(key)
        # Most keys are new: whether nothing is a Mapping need not be asked.
        if lower is not None and isinstance(lower, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(lower, value)
        else:
            merged[key] = value
    return merged


def with_fallbacks(values: Mapping[str, Any], fallbacks: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested values with nested fallbacks in place of those that are missing or blank.

    Null is blank, and so is text without a visible character. A value stays where fallbacks are for
    parts of it.
    """
    filled = dict(values)
    for key, fallback in fallbacks.items():
        value = filled.get(key)
        if not isinstance(fallback, Mapping):
            filled[key] = fallback if _is_blank(value) else value
        elif isinstance(value, Mapping) or _is_blank(value):
            filled[key] = with_fallbacks(value if isinstance(value, Mapping) else {}, fallback)
    return filled


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
