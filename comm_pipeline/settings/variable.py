"""How a field names its variables, and what it accepts, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Accepts:
    """What a value must be, to end the sentence "expected ..."."""

    words: str


@dataclass(frozen=True)
class ShownAs:
    """How a value is shown that is no secret as a whole, and may hold one."""

    mask: Callable[[str], str]


@dataclass(frozen=True)
class Variable:
    """The environment variables of one field.

    ``names`` are all read; the first is preferred. ``default`` is given in words where the value
    alone would not explain it. ``mask`` makes a field a secret, which may then also be read from
    the file that ``<NAME>_FILE`` names.
    """

    names: tuple[str, ...]
    meaning: str
    unit: str = ""
    default: str = ""
    mask: Callable[[str], str] | None = None

    @property
    def file_names(self) -> tuple[str, ...]:
        """The variables that name a file which holds the value; only for secrets."""
        return tuple(f"{name}_FILE" for name in self.names) if self.mask else ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every variable that this field is read from, the preferred one first."""
        return self.names + self.file_names


def mask_for(metadata: list[Any]) -> Callable[[str], str] | None:
    """Return how the text of a field with this metadata is shown, None if just as it is."""
    masks = (item.mask for item in metadata if isinstance(item, Variable | ShownAs))
    return next((mask for mask in masks if mask is not None), None)


def words_for(metadata: list[Any]) -> str:
    """Return what a field with this metadata accepts, in words."""
    return next(item.words for item in metadata if isinstance(item, Accepts))
