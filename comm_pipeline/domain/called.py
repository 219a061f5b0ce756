"""How somebody is called in contact data, and whether two sets of them can mean one person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comm_pipeline.domain.personal_text import names_in
from comm_pipeline.domain.recipient_names import WHOLE_NAMES

_NAMES: Final = frozenset(WHOLE_NAMES) | {"first_name", "last_name"}


@dataclass(frozen=True, slots=True)
class Called:
    """Full names, and the single words of all names, in small letters."""

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, details: Iterable[Any]) -> "Called":
        """Return how contact data call people; no data, no names."""
        known = list(details)
        full = (" ".join(name.casefold().split()) for name in names_in(known))
        words = (word for one in known for text in _texts(one) for word in text.casefold().split())
        return cls(frozenset(full), frozenset(words))

    def is_same_as(self, other: "Called") -> bool:
        """Return whether a full name is the same."""
        return not self.names.isdisjoint(other.names)

    def differs_from(self, other: "Called") -> bool:
        """Return whether the names exclude one another.

        Full names do if none is the same; what is less than a full name, if no word is.
        """
        if self.names and other.names:
            return self.names.isdisjoint(other.names)
        return bool(self.words and other.words) and self.words.isdisjoint(other.words)


def _texts(details: Any) -> Iterable[str]:
    if isinstance(details, Mapping):
        for key, value in details.items():
            if isinstance(value, Mapping):
                yield from _texts(value)
            elif isinstance(value, str) and str(key).casefold() in _NAMES:
                yield value
