"""How often one address may be written to, over all campaigns: sliding windows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Cap(Protocol):
    """At most ``max_messages`` in any ``per_hours`` hours."""

    @property
    def max_messages(self) -> int:
        """How many messages may leave within the window."""

    @property
    def per_hours(self) -> float:
        """The length of the window in hours."""


@dataclass(frozen=True, slots=True)
class CapReached:
    """A cap that lets nothing more leave before ``clears_at``."""

    reason: str
    clears_at: datetime


def reached_cap(
    caps: Iterable[Cap], sent_at: Sequence[datetime], now: datetime
) -> CapReached | None:
    """Return the cap that holds longest at ``now``, or None if another message may leave.

    ``sent_at`` is when messages to the address left, in any order.
    """
    reached = (found for cap in caps if (found := _reached(cap, sent_at, now)) is not None)
    return max(reached, key=lambda found: found.clears_at, default=None)


def longest_window(caps: Iterable[Cap]) -> timedelta:
    """Return how far back messages count; zero without caps."""
    return timedelta(hours=max((cap.per_hours for cap in caps), default=0.0))


def _reached(cap: Cap, sent_at: Sequence[datetime], now: datetime) -> CapReached | None:
    window = timedelta(hours=cap.per_hours)
    recent = sorted(sent for sent in sent_at if sent > now - window)
    if len(recent) < cap.max_messages:
        return None
    reason = f"{len(recent)} messages in {cap.per_hours:g} hours; up to {cap.max_messages} may be"
    # As many must have left the window as are above the cap, and one more.
    return CapReached(reason, recent[len(recent) - cap.max_messages] + window)
