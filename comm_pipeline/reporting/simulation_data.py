"""What a simulation found, as data: ``data.json``, and all that the page shows in charts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from comm_pipeline.domain.document import Instant


class _Found(BaseModel):
    model_config = ConfigDict(frozen=True)


class Setup(_Found):
    """What was simulated, and under which assumptions; these lead to the same result again.

    ``behaviour`` is the audience's model as it was used; ``never_written`` are the values that the
    template looks for and no simulated person can write. ``tick_seconds``: time passes in steps of
    at least that.
    """

    campaign: str
    campaign_type: str
    template_id: str
    template_version: str
    recipients: int
    recipients_made_up: bool
    seed: str
    starts_at: Instant
    until: Instant
    tick_seconds: int
    behaviour: Mapping[str, Any]
    never_written: tuple[str, ...] = ()


class Ending(_Found):
    """How it ended. ``is_complete``: nothing was planned any more before ``Setup.until``."""

    is_complete: bool
    at: Instant
    campaign_status: str
    last_conversation_at: Instant | None
    open_conversations: int


class Totals(_Found):
    """Counts of people, messages that left, and replies that came back."""

    written_to: int
    answered: int
    messages: int
    replies: int
    opted_out: int


class StageFunnel(_Found):
    """One stage: people who entered it, were written to, answered, and completed it.

    ``median_hours`` is the median time from entering it to leaving it, None if nobody left.
    """

    name: str
    title: str
    entered: int
    written_to: int
    answered: int
    completed: int
    still_there: int
    median_hours: float | None


class Volume(_Found):
    """Messages and replies of one day or hour, by the recipients' own clocks."""

    messages: int
    replies: int


class Day(Volume):
    """A local day, ``2026-03-02``, with the conversations that ended on it."""

    day: str
    ended: int


class Group(_Found):
    """Conversations or messages that have a rule and a reason in common; some of the people."""

    rule: str
    reason: str
    count: int
    recipients: tuple[str, ...] = ()


class RuleCount(_Found):
    """How often a rule decided."""

    kind: str
    rule: str
    count: int


class Effort(_Found):
    """What it took. ``looks`` counts virtual instants; the seconds are the machine's own."""

    looks: int
    passes: int
    seconds: float
    seconds_to_read: float = 0.0


class SimulationData(_Found):
    """Everything. Only ``effort`` differs between two runs of the same setup.

    ``hours`` has 24 entries. ``known_time_zones`` counts people whose own clock is known; for the
    others, days and hours are those of the behaviour's time zone. ``held_back`` are messages that
    had to wait when they were about to leave, or never left, by rule.
    """

    format: int = 1
    setup: Setup
    ending: Ending
    totals: Totals
    funnel: tuple[StageFunnel, ...]
    statuses: Mapping[str, int]
    outcomes: Mapping[str, int]
    deliveries: Mapping[str, int]
    days: tuple[Day, ...]
    hours: tuple[Volume, ...]
    known_time_zones: int
    never_spoke: tuple[Group, ...]
    still_waiting: tuple[Group, ...]
    held_back: tuple[Group, ...]
    decisions: tuple[RuleCount, ...]
    effort: Effort
