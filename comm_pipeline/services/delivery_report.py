"""What became of the messages of a pass, in counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from comm_pipeline.domain.gates import Withheld
from comm_pipeline.domain.statuses import DeliveryStatus


@dataclass
class DeliveryReport:
    """What became of the messages of one pass, in counts by delivery status.

    ``waits`` counts those that may not leave yet, by the rule that keeps them.
    """

    counts: dict[str, int] = field(default_factory=dict)
    waits: dict[str, int] = field(default_factory=dict)

    def add(self, status: DeliveryStatus, count: int = 1) -> None:
        """Count messages that got a status."""
        self.counts[status.value] = self.counts.get(status.value, 0) + count

    def add_stop(self, stop: Withheld) -> None:
        """Count a message that must not leave, or not yet."""
        self.add(stop.status)
        if stop.status is DeliveryStatus.DEFERRED:
            self.waits[stop.rule] = self.waits.get(stop.rule, 0) + 1

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        counts = Counter(self.counts) + Counter(other.counts)
        return type(self)(dict(counts), dict(Counter(self.waits) + Counter(other.waits)))
