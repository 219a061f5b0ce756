"""What became of messages from outside, in counts."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Self

from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundStatus

#: Below this confidence an analysis is worth a look.
LOW_CONFIDENCE = 0.5


@dataclass
class InboxReport:
    """How many messages got which status, and of which kind those were that found their place.

    ``opted_out`` counts people; ``campaigns`` are those that have something to do now. ``tokens``
    and ``cost`` are what a language model took to understand them, by the prices of the settings.
    """

    applied: int = 0
    noted: int = 0
    unmatched: int = 0
    malformed: int = 0
    ignored: int = 0
    opted_out: int = 0
    low_confidence: int = 0
    follow_ups_cancelled: int = 0
    tokens: int = 0
    cost: float = 0.0
    kinds: Counter[MailKind] = field(default_factory=Counter)
    campaigns: set[CampaignId] = field(default_factory=set)

    @property
    def taken(self) -> int:
        """How many messages were settled."""
        return self.applied + self.noted + self.unmatched + self.malformed + self.ignored

    def count(self, status: InboundStatus, messages: int = 1) -> None:
        """Count messages that got a status."""
        setattr(self, status.value, getattr(self, status.value) + messages)

    def count_usage(self, usage: ModelUsage | None) -> None:
        """Add what understanding one of them took."""
        if usage is not None:
            self.tokens += usage.tokens
            self.cost += usage.cost

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(**{one.name: _added(self, other, one.name) for one in fields(self)})


def _added(one: InboxReport, other: InboxReport, name: str) -> Any:
    mine, theirs = getattr(one, name), getattr(other, name)
    return mine | theirs if isinstance(mine, set) else mine + theirs
