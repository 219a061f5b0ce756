"""Why an address is never written to again, or not before somebody has looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from comm_pipeline.domain.statuses import Outcome


class SuppressionKind(StrEnum):
    """What put an address on the suppression list.

    OPT_OUT           its person said stop, or a person noted that for them
    COMPLAINT         its person called our mail unwanted
    BOUNCE            nothing can be delivered there; its person has said nothing
    POSSIBLE_OPT_OUT  its person may have said stop: messages wait until somebody has looked
    """

    OPT_OUT = "opt_out"
    COMPLAINT = "complaint"
    BOUNCE = "bounce"
    POSSIBLE_OPT_OUT = "possible_opt_out"

    @property
    def is_final(self) -> bool:
        """Whether nothing is ever written there again, instead of waiting."""
        return self is not SuppressionKind.POSSIBLE_OPT_OUT

    @property
    def outcome(self) -> Outcome:
        """How a conversation ends whose message is stopped by it."""
        return Outcome.BOUNCED if self is SuppressionKind.BOUNCE else Outcome.OPTED_OUT


#: How reasons of suppressions begin that were written before kinds were, and are no opt-outs.
_BEGINNINGS: Final = {
    "bounced": SuppressionKind.BOUNCE,
    "mail to the address bounced": SuppressionKind.BOUNCE,
    "complained": SuppressionKind.COMPLAINT,
    "the recipient called our mail unwanted": SuppressionKind.COMPLAINT,
}


@dataclass(frozen=True, slots=True)
class Suppression:
    """An entry of the suppression list, without its address."""

    kind: SuppressionKind
    reason: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read it from a document; people and other services may have left fields out."""
        reason = str(document.get("reason") or "")
        try:
            return cls(SuppressionKind(str(document.get("kind"))), reason)
        except ValueError:
            return cls(_kind_by_reason(reason), reason)

    @property
    def told(self) -> str:
        """The reason as people read it; it says which kind it is."""
        name = self.kind.replace("_", "-")
        return f"{self.reason} ({name})" if self.reason else name

    @property
    def told_if_final(self) -> str | None:
        """The reason, or None if messages only wait."""
        return self.told if self.kind.is_final else None

    @property
    def told_if_doubtful(self) -> str | None:
        """The reason why messages wait, or None if there are no two ways about it."""
        return None if self.kind.is_final else self.reason


def _kind_by_reason(reason: str) -> SuppressionKind:
    """Return the kind that an older reason speaks of; an opt-out where nothing says otherwise."""
    found = (kind for beginning, kind in _BEGINNINGS.items() if reason.startswith(beginning))
    return next(found, SuppressionKind.OPT_OUT)
