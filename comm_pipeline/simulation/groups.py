"""Counting by rule and reason, with some of the people concerned."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from comm_pipeline.reporting.simulation_data import Group

#: People named for each group; all of them stand in the JSON Lines files.
_NAMED = 20
#: Times in reasons, which would make a group of each moment.
_TIMES = re.compile(
    r"(?:\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day |\b\d{4}-\d\d-\d\d[ T])?"
    r"\b\d\d:\d\d(?::\d\d)?\b"
)


@dataclass
class Groups:
    """Counts by rule and reason, with the first few people of each."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, rule: str, reason: str, person: str) -> None:
        """Count one of a person; reasons that differ only in times are one."""
        key = (rule, _TIMES.sub("…", reason))
        self.counts[key] += 1
        if len(self.people[key]) < _NAMED and person not in self.people[key]:
            self.people[key].append(person)

    def result(self) -> tuple[Group, ...]:
        """Return the groups, the largest first."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Group(rule=key[0], reason=key[1], count=count, recipients=tuple(self.people[key]))
            for key, count in ordered
        )
