"""How a template compares values that come from people and other services.

Numbers arrive as text ("3"), truth arrives as text ("true"). The rules:

- A number and a text that looks like a number compare as numbers; so do two such texts when they
  are ordered with ``<``, ``<=``, ``>`` or ``>=``. Other texts are ordered by their characters.
- True or false and the texts "true" and "false" (any case) compare as truth.
- A missing variable cannot be compared; null is equal to none only, and has no order.
- Whatever else has no order (lists, objects, truth) raises RenderingError.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from comm_pipeline.errors import RenderingError
from comm_pipeline.rendering.values import Missing, describe

_NUMBER = re.compile(r"\s*[+-]?\d{1,18}(\.\d{1,18})?\s*", re.ASCII)
_TRUTH = {"true": True, "false": False}

Comparison = Callable[[Any, Any], bool]


def is_true(value: Any) -> bool:
    """Decide a condition; the text "false" and null are false, a missing variable is an error."""
    value = operand(value)
    if isinstance(value, str):
        return _TRUTH.get(value.strip().lower(), bool(value))
    return bool(value)


def equal(left: Any, right: Any) -> bool:
    """Compare as numbers or as truth if one side is such, else exactly."""
    left, right = operand(left), operand(right)
    if isinstance(left, str) != isinstance(right, str):
        left, right = _like(left, right), _like(right, left)
    return bool(left == right)


def unequal(left: Any, right: Any) -> bool:
    """Negate ``equal``."""
    return not equal(left, right)


def contains(container: Any, item: Any) -> bool:
    """Find a text in a text, an equal item in a list, or a key in an object."""
    container, item = operand(container), operand(item)
    if isinstance(container, list | tuple):
        return any(equal(item, other) for other in container)
    if isinstance(container, Mapping):
        return item in container if isinstance(item, str) else False
    if isinstance(container, str) and isinstance(item, str):
        return item in container
    raise RenderingError(f"cannot look for {describe(item)} in {describe(container)}")


def is_in(item: Any, container: Any) -> bool:
    """Decide ``item in container``."""
    return contains(container, item)


def is_not_in(item: Any, container: Any) -> bool:
    """Decide ``item not in container``."""
    return not contains(container, item)


def operand(value: Any) -> Any:
    """Return a value to compare; null as None. Raises RenderingError for a missing variable."""
    if isinstance(value, Missing):
        return None if value.is_null else value.refuse()
    return value


def number(value: Any) -> float | int | None:
    """Read a number, also from text; None if it is none."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _like(value: Any, other: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(other, bool):
        return _TRUTH.get(value.strip().lower(), value)
    if isinstance(other, int | float):
        as_number = number(value)
        return value if as_number is None else as_number
    return value


def _ordered(name: str, compare: Comparison) -> Comparison:
    def ordered(left: Any, right: Any) -> bool:
        left, right = operand(left), operand(right)
        numbers = number(left), number(right)
        if numbers[0] is not None and numbers[1] is not None:
            return compare(numbers[0], numbers[1])
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        raise RenderingError(
            f"cannot compare {_shown(left)} with {_shown(right)} by {name}: "
            "both must be numbers or both texts"
        )

    return ordered


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    return describe(value)


#: Jinja's name of a comparison -> what it means here.
COMPARISONS: Mapping[str, Comparison] = {
    "eq": equal,
    "ne": unequal,
    "lt": _ordered("<", operator.lt),
    "lteq": _ordered("<=", operator.le),
    "gt": _ordered(">", operator.gt),
    "gteq": _ordered(">=", operator.ge),
    "in": is_in,
    "notin": is_not_in,
}
