"""Classes named by campaign type, as text. Nothing is imported here."""

import re
from typing import Final, NamedTuple

FORM: Final = "type=module:Class, several separated by commas"

_ONE: Final = re.compile(
    r"(?P<type>[^\s=,:]+)\s*=\s*(?P<module>{0}(?:\.{0})*):(?P<class_name>{0})".format(r"[^\W\d]\w*")
)


class CampaignTypeClass(NamedTuple):
    """The class that manages the campaigns of a type."""

    type: str
    module: str
    class_name: str

    def __str__(self) -> str:
        """Return it as it is set."""
        return f"{self.type}={self.module}:{self.class_name}"


def parse_campaign_types(text: str) -> tuple[CampaignTypeClass, ...]:
    """Read ``sales=mine.managers:SalesManager,...``; raises ValueError for another form.

    A type that is named twice is an error, too.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [_ONE.fullmatch(part) for part in parts]
    classes = tuple(CampaignTypeClass(**match.groupdict()) for match in found if match)
    if len(classes) < len(parts) or len({one.type for one in classes}) < len(classes):
        raise ValueError("not of the form, or a type twice")
    return classes
