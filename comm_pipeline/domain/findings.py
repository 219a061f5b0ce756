"""What a check finds: errors and warnings, each with its place and its fix, in bounded number.

Looking for them belongs to ``template_findings`` and ``services.checking``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

#: Findings that are stored with a campaign.
MOST_STORED: Final = 100
#: Findings that are kept of one rule and topic.
MOST_KEPT: Final = 20
#: Characters of a message or fix that are stored.
_STORED_TEXT: Final = 400


class Severity(StrEnum):
    """An error keeps somebody from getting what was written for them; a warning may do so."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or looks as if it were.

    ``rule`` names what was broken and stands for one severity. ``place`` is the path of the field,
    as its author wrote it. ``recipient`` is the id of the person it is about, if it is about one.
    Findings of a rule are told apart by ``topic``, such as the name of a variable.
    """

    severity: Severity
    rule: str
    place: str
    message: str
    fix: str
    recipient: str | None = None
    topic: str = ""

    def document(self) -> dict[str, Any]:
        """Return the finding as it is stored and printed."""
        told = {
            "severity": self.severity.value,
            "rule": self.rule,
            "place": self.place[:_STORED_TEXT],
            "message": self.message[:_STORED_TEXT],
            "fix": self.fix[:_STORED_TEXT],
        }
        return told if self.recipient is None else told | {"recipient": self.recipient}


def error(rule: str, place: str, message: str, fix: str, **more: str) -> Finding:
    """Return a finding that is an error; ``more`` may be ``recipient`` and ``topic``."""
    return Finding(Severity.ERROR, rule, place, message, fix, **more)


def warning(rule: str, place: str, message: str, fix: str, **more: str) -> Finding:
    """Return a finding that is a warning; ``more`` may be ``recipient`` and ``topic``."""
    return Finding(Severity.WARNING, rule, place, message, fix, **more)


class FindingLog:
    """Counts findings, and keeps the first ``most`` of each rule and topic."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._counts: Counter[tuple[str, str]] = Counter()
        self._severities: Counter[Severity] = Counter()
        self._kept: dict[tuple[str, str], list[Finding]] = {}

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if it is among the first of its rule and topic."""
        key = (finding.rule, finding.topic)
        self._counts[key] += 1
        self._severities[finding.severity] += 1
        kept = self._kept.setdefault(key, [])
        if len(kept) < self._most:
            kept.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Count several."""
        for finding in findings:
            self.add(finding)

    @property
    def errors(self) -> int:
        """How many errors were found."""
        return self._severities[Severity.ERROR]

    @property
    def warnings(self) -> int:
        """How many warnings were found."""
        return self._severities[Severity.WARNING]

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many of each rule and topic were found."""
        return self._counts

    def groups(self) -> list[tuple[int, list[Finding]]]:
        """Return how many there are of each rule and topic, and those kept; errors first."""
        groups = [(self._counts[key], kept) for key, kept in self._kept.items()]
        return sorted(groups, key=lambda group: group[1][0].severity is Severity.WARNING)

    def document(self, most: int = MOST_STORED) -> dict[str, Any]:
        """Return what is stored with a campaign: the counts, and the first ``most`` findings."""
        by_rule: Counter[str] = Counter()
        for (rule, _), count in self._counts.items():
            by_rule[rule] += count
        return {
            "errors": self.errors,
            "warnings": self.warnings,
            "counts": dict(by_rule),
            "first": [finding.document() for finding in self._first(most)],
        }

    def _first(self, most: int) -> list[Finding]:
        """Return up to ``most`` findings; no group is left out while another shows a second."""
        groups = [kept for _, kept in self.groups()]
        rounds = (
            (number, position, finding)
            for position, kept in enumerate(groups)
            for number, finding in enumerate(kept)
        )
        chosen = sorted(rounds, key=lambda entry: entry[:2])[:most]
        return [finding for _, _, finding in sorted(chosen, key=lambda entry: (entry[1], entry[0]))]
