"""Which deaths are tried, and what came of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from comm_pipeline_tests.chaos.killing import Chapter
from comm_pipeline_tests.chaos.trials import Outcome
from comm_pipeline_tests.chaos.worker import Death

OFFER: Final = "delivery._offer"
#: A death that the mail server brings about: it has the mail, and has not answered.
DURING: Final = f"{OFFER}, while the mail server has it"


@dataclass(frozen=True, slots=True)
class Planned:
    """A death in a step; without ``death`` it comes while the mail server has a mail."""

    chapter: Chapter
    death: Death | None

    @property
    def point(self) -> str:
        """What it is listed under."""
        return DURING if self.death is None else self.death.point

    @property
    def name(self) -> str:
        """Where it is, in words."""
        if self.death is None:
            return f"{self.chapter.step.name}, {DURING}"
        when = "after" if self.death.is_after else "before"
        return f"{self.chapter.step.name}, {when} {self.death.point} ({self.death.at})"


def planned(chapters: Sequence[Chapter]) -> Iterator[Planned]:
    """Yield the deaths before and after every point of every step, and within every offer."""
    for chapter in chapters:
        for point in dict.fromkeys(chapter.trail):
            for is_after in (False, True):
                yield Planned(chapter, Death(point, is_after))
        if OFFER in chapter.trail and chapter.step.name != "message by the next channel":
            yield Planned(chapter, None)


@dataclass
class Row:
    """What came of the deaths at one point; ``missed`` never happened."""

    kills: int = 0
    missed: int = 0
    doubled: int = 0
    lost: int = 0
    unknown: int = 0
    explained: int = 0
    repeated_notices: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count a trial."""
        self.kills += outcome.is_killed
        self.missed += not outcome.is_killed
        self.doubled += outcome.verdict.doubled
        self.lost += outcome.verdict.lost
        self.unknown += outcome.verdict.unknown
        self.explained += outcome.verdict.explained
        self.repeated_notices += outcome.notices_repeated


@dataclass
class Findings:
    """All trials: a row for each point, and everything that was not as it has to be."""

    rows: dict[str, Row] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lived_on: int = 0

    def add(self, trial: Planned, outcome: Outcome, workers: int) -> None:
        """Count a trial."""
        self.rows.setdefault(trial.point, Row()).add(outcome)
        self._note(trial, outcome.verdict.problems, workers)

    def add_life(self, trial: Planned, problems: Sequence[str], workers: int) -> None:
        """Count a life that was led to its end after a death."""
        self.lived_on += 1
        self._note(trial, problems, workers)

    def _note(self, trial: Planned, problems: Sequence[str], workers: int) -> None:
        self.problems += [f"{workers} workers, {trial.name}: {problem}" for problem in problems]
