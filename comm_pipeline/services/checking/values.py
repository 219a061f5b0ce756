"""What kind of value a recipient has for each variable that the texts need.

Kinds are told apart as far as rendering does: recipients of one shape can be greeted by the same
texts, whoever they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from comm_pipeline.rendering.comparison import number

MISSING: Final = "missing"
BLANK: Final = "blank"
NULL: Final = "null"

_KINDS: Final[Mapping[type, str]] = {
    type(None): MISSING,
    int: "number",
    float: "number",
    bool: "truth",
    list: "list",
    dict: "fields",
}

Shape = tuple[str, ...]


class Shapes:
    """Tells the kinds of the values of ``variables``, which are dotted names, in their order."""

    def __init__(self, variables: Iterable[str]) -> None:
        self.variables: Final = tuple(sorted(variables))
        self._look_ups = [tuple(name.split(".")) for name in self.variables]

    def of(self, recipient: Mapping[str, Any], others: Mapping[str, Any]) -> Shape:
        """Return the kind of each value; ``others`` holds what is not ``recipient.…``."""
        return tuple(
            [
                kind_of(
                    recipient.get(path[1])
                    if len(path) == 2 and path[0] == "recipient"
                    else value_at(path, recipient, others)
                )
                for path in self._look_ups
            ]
        )


class Presences:
    """Tells of ``variables`` that texts ask for whether they are there: null is, and may break."""

    def __init__(self, variables: Iterable[str]) -> None:
        self._look_ups = [tuple(name.split(".")) for name in sorted(variables)]

    def of(self, recipient: Mapping[str, Any], others: Mapping[str, Any]) -> Shape:
        """Return the kind of each value, with null told from what is not there."""
        return tuple([_presence(path, recipient, others) for path in self._look_ups])


def _presence(path: Sequence[str], recipient: Mapping[str, Any], others: Mapping[str, Any]) -> str:
    value = value_at(path, recipient, others)
    if value is not None:
        return kind_of(value)
    if len(path) == 1:
        return NULL if path[0] in others else MISSING
    above = value_at(path[:-1], recipient, others)
    return NULL if isinstance(above, Mapping) and path[-1] in above else MISSING


def kind_of(value: Any) -> str:
    """Return the kind of a value; null counts as missing."""
    if type(value) is not str:
        return _KINDS.get(type(value), type(value).__name__)
    if value[:1].isalpha():
        return "text"
    if not value.strip():
        return BLANK
    return "text" if number(value) is None else "number as text"


def value_at(path: Sequence[str], recipient: Mapping[str, Any], others: Mapping[str, Any]) -> Any:
    """Return the value of a variable, None if it is missing."""
    value: Any = recipient if path[0] == "recipient" else others.get(path[0])
    for step in path[1:]:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
