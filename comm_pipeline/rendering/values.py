"""What a template may read: plain data by name, and a clear error for what is not there.

A template never touches a Python attribute. ``{{ a.b }}`` means "the item ``b`` of the mapping
``a``", so ``{{ recipient.items }}`` finds the recipient's field called items or nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Never

from jinja2 import StrictUndefined
from jinja2.runtime import Undefined

from comm_pipeline.errors import RenderingError
from comm_pipeline.rendering.limits import MAX_VALUE_CHARACTERS

type_names: Mapping[type, str] = {
    bool: "a yes/no value",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a group of fields",
    type(None): "null",
}


class Missing(StrictUndefined):
    """A variable without a value: absent, or null.

    ``default`` and ``is defined`` may ask about it; null is false and equal to none. Every other
    use raises RenderingError.
    """

    __slots__ = ("is_null",)

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = None,
        name: str | None = None,
        exc: type[Exception] = RenderingError,
        *,
        is_null: bool = False,
    ) -> None:
        super().__init__(hint, obj, name, exc)  # type: ignore[arg-type]  # Jinja wants its own kind
        self.is_null = is_null

    def __bool__(self) -> bool:  # type: ignore[override]  # unlike Jinja's, null may be asked
        return False if self.is_null else self.refuse()

    @property
    def path(self) -> str:
        """The dotted name under which the template asked for it."""
        return self._undefined_name or "a value"

    def refuse(self) -> Never:
        """Raise RenderingError that names the variable and the ways out."""
        state = "null" if self.is_null else "missing"
        raise RenderingError(
            f"{self.path} is {state}: supply it with the recipient or the request, "
            f"or write {{{{ {self.path} | default('...') }}}}"
        )


_ABSENT = Missing()


def look_up(root: Any, path: tuple[str | int, ...]) -> Any:
    """Follow ``path`` (the first name is that of ``root``) through mappings and lists.

    Returns the plain value, or a ``Missing`` that knows the whole path. Raises RenderingError for a
    value that is not plain data.
    """
    value = root
    for step in path[1:]:
        # An object of a document, nearly always: asking whether it is a Mapping takes longer.
        value = value.get(step, _ABSENT) if type(value) is dict else _item(value, step)
    if type(value) is str and len(value) <= MAX_VALUE_CHARACTERS:
        return value
    if isinstance(value, Undefined) or value is None:
        return Missing(name=dotted(path), is_null=value is None)
    return plain(value, path)


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as a template author writes it."""
    return ".".join(map(str, path))


def plain(value: Any, path: Sequence[str | int] = ("a value",)) -> Any:
    """Return ``value`` as plain data of bounded size; raise RenderingError for anything else."""
    if isinstance(value, str):
        return _bounded(str.__str__(value), path)
    if value is None or isinstance(value, bool | int | float | list | Mapping | Undefined):
        return value
    raise RenderingError(
        f"{dotted(path)} is of the type {type(value).__name__}, which a template cannot use: "
        "supply text, a number, true, false, null, a list or an object"
    )


def printable(value: Any) -> Any:
    """Return what ``{{ value }}`` writes; raise RenderingError for what no recipient should see."""
    if type(value) is str:
        return value
    if isinstance(value, Missing):
        value.refuse()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | int | float):
        return value
    raise RenderingError(
        f"{describe(value)} cannot be written into a message: name one of its fields or items, "
        "or use | join(', ') for a list"
    )


def describe(value: Any) -> str:
    """Name the kind of a value in an author's words."""
    return type_names.get(type(value), f"a {type(value).__name__}")


def _item(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, _ABSENT)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return _ABSENT


def _bounded(text: str, path: Sequence[str | int]) -> str:
    if len(text) > MAX_VALUE_CHARACTERS:
        raise RenderingError(
            f"{dotted(path)} has {len(text):,} characters; "
            f"a template may use values of up to {MAX_VALUE_CHARACTERS:,}"
        )
    return text
