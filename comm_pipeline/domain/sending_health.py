"""When a campaign hurts its senders so much that it is paused: too many bounces or complaints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from comm_pipeline.domain.statuses import DeliveryStatus

#: How the reasons of campaigns begin that were not paused by a person.
BY_ITSELF: Final = "paused by itself: "
#: Messages that a provider has taken or whose address it refused: what shares are counted of.
_OFFERED: Final = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.COMPLAINED,
    DeliveryStatus.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class PauseRules:
    """A campaign is paused if both a share and a number are passed, of bounces or of complaints.

    Shares are of the messages offered, above 0 and at most 1.
    """

    bounce_share: float
    fewest_bounces: int
    complaint_share: float
    fewest_complaints: int


@dataclass(frozen=True, slots=True)
class SendingCounts:
    """Messages offered, and those of them that bounced or were complained of."""

    offered: int = 0
    bounced: int = 0
    complained: int = 0

    @classmethod
    def of(cls, by_status: Mapping[str, int]) -> Self:
        """Count the ledger's entries by status."""
        return cls(
            offered=sum(by_status.get(status.value, 0) for status in _OFFERED),
            bounced=by_status.get(DeliveryStatus.BOUNCED.value, 0),
            complained=by_status.get(DeliveryStatus.COMPLAINED.value, 0),
        )

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Read counts as they are stored; what is missing is 0."""
        return cls(*(int(document.get(name, 0)) for name in cls.__slots__))

    def since(self, earlier: Self) -> Self:
        """Return what was counted after ``earlier``.

        Of messages that were offered before, those count as offered that bounced only now.
        """
        bounced = max(0, self.bounced - earlier.bounced)
        complained = max(0, self.complained - earlier.complained)
        offered = max(self.offered - earlier.offered, bounced + complained)
        return type(self)(offered, bounced, complained)


def why_pause(counts: SendingCounts, rules: PauseRules) -> str | None:
    """Return why a campaign must not go on; None if it may."""
    return _too_many(
        "bounced", counts.bounced, counts.offered, rules.bounce_share, rules.fewest_bounces
    ) or _too_many(
        "were complained of",
        counts.complained,
        counts.offered,
        rules.complaint_share,
        rules.fewest_complaints,
    )


def _too_many(what: str, count: int, offered: int, share: float, fewest: int) -> str | None:
    if count < fewest or count <= share * offered:
        return None
    return f"{count} of {offered} messages {what} ({count / offered:.1%}; allowed: {share:.1%})"
