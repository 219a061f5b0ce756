"""One recipient as the check sees them: read once, and kept only while they are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comm_pipeline.domain.batch_requests import Recipient, parse_recipient
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.ids import RecipientId

#: Names in ``recipient.…`` that do not stand in contact_info.
_OWN: Final = frozenset({"id"})


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient; ``place`` is the path of the entry or contact that describes them."""

    place: str
    recipient: Recipient
    variables: Mapping[str, Any]

    @property
    def id(self) -> RecipientId:
        """The recipient's id."""
        return self.recipient.id

    def field_of(self, variable: str) -> str:
        """Return the path of the field that gives a variable its value."""
        root, _, name = variable.partition(".")
        if root != "recipient":
            return f"context_data.{variable}"
        is_own = name in _OWN or name in (self.recipient.model_extra or {})
        return f"{self.place}.{name}" if is_own else f"{self.place}.contact_info.{name}"

    def error(self, rule: str, field: str, message: str, fix: str, topic: str = "") -> Finding:
        """Return a finding about this person; ``field`` is a path in their entry."""
        place = f"{self.place}.{field}"
        return error(rule, place, message, fix, recipient=self.id, topic=topic)

    def warning(self, rule: str, field: str, message: str, fix: str) -> Finding:
        """Return the same as a warning."""
        return warning(rule, f"{self.place}.{field}", message, fix, recipient=self.id)


def read_person(place: str, document: Mapping[str, Any]) -> Person:
    """Return the person that an entry or a contact with an id describes.

    Raises InvalidInputError that names each wrong field.
    """
    recipient = parse_recipient(document)
    return Person(place, recipient, recipient.variables())
