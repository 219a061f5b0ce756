"""Counting what happened in a simulation, conversation by conversation."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.templates import Stage
from comm_pipeline.reporting.simulation_data import (
    Day,
    RuleCount,
    StageFunnel,
    Totals,
    Volume,
)
from comm_pipeline.simulation.evidence import Evidence
from comm_pipeline.simulation.groups import Groups

_ENDED = frozenset({"completed", "failed"})


@dataclass
class _StageCount:
    entered: int = 0
    written_to: int = 0
    answered: int = 0
    completed: int = 0
    still_there: int = 0
    hours: list[float] = field(default_factory=list)


class Counting:
    """Adds up conversations.

    ``fallback`` is the clock of people whose own is not known; ``held_back`` what is known already
    of messages that could not leave.
    """

    def __init__(self, stages: Sequence[Stage], fallback: ZoneInfo, held_back: Groups) -> None:
        self._fallback = fallback
        self._titles: dict[str, str] = {stage.name: stage.title for stage in stages}
        self._stages: dict[str, _StageCount] = {stage.name: _StageCount() for stage in stages}
        self._days: dict[date, Counter[str]] = defaultdict(Counter)
        self._hours = [Counter[str]() for _ in range(24)]
        self._decisions = Counter[tuple[str, str]]()
        self.statuses = Counter[str]()
        self.outcomes = Counter[str]()
        self.deliveries = Counter[str]()
        self.totals = Counter(dict.fromkeys(Totals.model_fields, 0))
        self.never_spoke, self.still_waiting, self.held_back = Groups(), Groups(), held_back
        self.last_end: datetime | None = None
        self.known_zones = 0

    def add(self, evidence: Evidence) -> None:
        """Count one conversation."""
        conversation = evidence.conversation
        self.statuses[conversation["status"]] += 1
        self.known_zones += evidence.zone is not None
        is_open = conversation["status"] not in _ENDED
        if is_open:
            self._add_to(self.still_waiting, evidence)
        else:
            self._add_end(evidence)
        for visit in conversation["stages"]:
            self._add_visit(visit, is_open=is_open)
        has_spoken = self._add_messages(evidence) > 0
        self.totals["written_to"] += has_spoken
        self.totals["opted_out"] += conversation.get("outcome") == Outcome.OPTED_OUT
        if not (has_spoken or is_open):
            self._add_to(self.never_spoke, evidence)
        for decision in conversation.get("decisions", ()):
            self._decisions[decision["kind"], decision["rule"]] += 1

    @property
    def open_conversations(self) -> int:
        """Return how many conversations have not ended."""
        return sum(count for status, count in self.statuses.items() if status not in _ENDED)

    def funnel(self) -> tuple[StageFunnel, ...]:
        """Return what happened in each stage, in the template's order."""
        return tuple(
            StageFunnel(
                name=name,
                title=self._titles[name],
                entered=one.entered,
                written_to=one.written_to,
                answered=one.answered,
                completed=one.completed,
                still_there=one.still_there,
                median_hours=round(median(one.hours), 2) if one.hours else None,
            )
            for name, one in self._stages.items()
        )

    def days(self) -> tuple[Day, ...]:
        """Return every local day from the first to the last on which something happened."""
        if not self._days:
            return ()
        first, last = min(self._days), max(self._days)
        every = (first + timedelta(days=count) for count in range((last - first).days + 1))
        return tuple(_day(one, self._days.get(one, Counter())) for one in every)

    def hours(self) -> tuple[Volume, ...]:
        """Return messages and replies of each of the day's 24 local hours."""
        return tuple(
            Volume(messages=one["messages"], replies=one["replies"]) for one in self._hours
        )

    def decisions(self) -> tuple[RuleCount, ...]:
        """Return how often each rule decided, the most frequent first."""
        ordered = sorted(self._decisions.items(), key=lambda item: (-item[1], item[0]))
        return tuple(RuleCount(kind=kind, rule=rule, count=n) for (kind, rule), n in ordered)

    def _add_end(self, evidence: Evidence) -> None:
        conversation = evidence.conversation
        self.outcomes[conversation.get("outcome") or "none"] += 1
        at = max(
            filter(None, (visit.get("exited_at") for visit in conversation["stages"])),
            default=conversation["last_active"],
        )
        self.last_end = max(filter(None, (self.last_end, at)))
        self._days[self._local(evidence, at).date()]["ended"] += 1

    def _add_visit(self, visit: Mapping[str, Any], *, is_open: bool) -> None:
        count = self._stages.setdefault(visit["name"], _StageCount())
        self._titles.setdefault(visit["name"], visit["name"])
        count.entered += 1
        count.answered += visit.get("responses", 0) > 0
        count.completed += bool(visit.get("completed"))
        exited_at = visit.get("exited_at")
        if exited_at is not None:
            count.hours.append((exited_at - visit["entered_at"]).total_seconds() / 3600)
        count.still_there += is_open and exited_at is None

    def _add_messages(self, evidence: Evidence) -> int:
        """Count messages and replies; return how many messages left."""
        left, replies, stages = 0, 0, set[str]()
        for entry in evidence.conversation.get("message_history", ()):
            if entry["direction"] == "inbound":
                replies += 1
                self._add_volume(evidence, entry["timestamp"], "replies")
            elif (at := evidence.left_at(entry["message_id"])) is not None:
                left += 1
                stages.add(entry["metadata"]["stage"])
                self._add_volume(evidence, at, "messages")
        for stage in stages & self._stages.keys():
            self._stages[stage].written_to += 1
        self._add_ledger(evidence)
        self.totals["messages"] += left
        self.totals["replies"] += replies
        self.totals["answered"] += replies > 0
        return left

    def _add_ledger(self, evidence: Evidence) -> None:
        for entry in evidence.ledger.values():
            self.deliveries[entry["status"]] += 1
            if entry["status"] in ("cancelled", "suppressed", "failed", "bounced"):
                rule, _, reason = str(entry.get("reason") or "").partition(": ")
                self.held_back.add(*_rule_of(entry["status"], rule, reason), evidence.recipient_id)

    def _add_volume(self, evidence: Evidence, at: datetime, what: str) -> None:
        local = self._local(evidence, at)
        self._days[local.date()][what] += 1
        self._hours[local.hour][what] += 1

    def _add_to(self, groups: Groups, evidence: Evidence) -> None:
        decision, conversation = evidence.last_decision, evidence.conversation
        reason = str(decision.get("reason") or conversation.get("reason") or "")
        person = evidence.recipient_id
        for own in filter(None, (conversation.get("address"), person)):
            reason = reason.replace(str(own), "…")
        groups.add(decision.get("rule", "none"), reason, person)

    def _local(self, evidence: Evidence, at: datetime) -> datetime:
        return at.astimezone(evidence.zone or self._fallback)


def _rule_of(status: str, rule: str, reason: str) -> tuple[str, str]:
    """Return the gate that stopped a message; a provider's refusal has no rule of its own."""
    return (rule, reason) if status in ("cancelled", "suppressed") and reason else (status, rule)


def _day(day: date, counts: Mapping[str, int]) -> Day:
    found = {name: counts.get(name, 0) for name in ("messages", "replies", "ended")}
    return Day(day=day.isoformat(), **found)


def ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts, the largest first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
