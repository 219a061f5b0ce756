"""Captures the commands that repositories send, each with the server's plan for it.

A command is explained when it is about to be sent, so the plan is that of the data it will meet,
and a test cannot drift from the code: there is no second copy of any query.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

Doc = dict[str, Any]

#: The parts of a write command that hold several statements, of which explain takes one.
_STATEMENTS = {"update": "updates", "delete": "deletes"}
_EXPLAINED = {"find", "aggregate", "update", "delete", "findAndModify", "count", "distinct"}
#: Commands that look nothing up, or that go on with what was looked up.
_WITHOUT_A_PLAN = {"insert", "getMore", "killCursors", "endSessions"}
_OF_THE_DRIVER = {"lsid", "txnNumber", "writeConcern", "readConcern"}
#: Statements of one bulk write that are explained; all have the same shape.
_MOST_STATEMENTS = 5
#: What may be examined in vain: the key that ends a range, a document changed meanwhile.
SLACK = 10
FACTOR = 3


@dataclass(frozen=True)
class Explained:
    """A command, and what the server would do for it."""

    command: Doc
    plan: Doc

    @property
    def stages(self) -> set[str]:
        """The names of all stages of the winning plan, and of the pipeline after it."""
        winning = [one["winningPlan"] for one in _sections(self.plan, "queryPlanner")]
        names = {str(stage["stage"]) for stage in _with_key(winning, "stage")}
        return names | {next(iter(stage)) for stage in self.plan.get("stages", [])}

    @property
    def examined(self) -> int:
        """How many keys or documents are looked at, whichever are more."""
        statistics = _sections(self.plan, "executionStats")
        return max(
            sum(int(one["totalKeysExamined"]) for one in statistics),
            sum(int(one["totalDocsExamined"]) for one in statistics),
        )

    @property
    def documents_examined(self) -> int:
        """How many documents are read, beside keys of indexes."""
        return sum(int(one["totalDocsExamined"]) for one in _sections(self.plan, "executionStats"))

    @property
    def wanted(self) -> int:
        """How many documents are returned, changed, or asked for by naming them."""
        statistics = _sections(self.plan, "executionStats")
        returned = sum(int(one["nReturned"]) for one in statistics)
        changed = sum(int(one["nMatched"]) for one in _with_key(statistics, "nMatched"))
        named = sum(len(one["$in"]) for one in _with_key(self.command, "$in"))
        return max(returned, changed, named)

    def complaints(self) -> list[str]:
        """Return what is wrong with the plan; nothing if it is as cheap as its result."""
        found = [
            f"{stage} in {self.command}"
            for stage in sorted(self.stages & {"COLLSCAN", "SORT", "$sort"})
        ]
        if self.examined > FACTOR * self.wanted + SLACK:
            found.append(f"looks at {self.examined} for {self.wanted}: {self.command}")
        return found


class ExplainingListener(CommandListener):
    """Explains each command with a client of its own; ``problems`` are commands it could not."""

    def __init__(self, database: Database[Doc]) -> None:
        self._database = database
        self.explained: list[Explained] = []
        self.problems: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in _WITHOUT_A_PLAN or event.database_name != self._database.name:
            return
        if event.command_name not in _EXPLAINED:
            self.problems.append(f"nobody says how to explain {event.command_name}")
            return
        for command in _single_statements(event.command):
            self._explain(command)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        self.problems.append(f"{event.command_name}: {event.failure}")

    def _explain(self, command: Doc) -> None:
        try:
            plan = self._database.command("explain", command, verbosity="executionStats")
        except Exception as error:  # who calls a listener swallows what it raises
            self.problems.append(f"{command}: {error}")
        else:
            self.explained.append(Explained(command, plan))


def _single_statements(sent: Mapping[str, Any]) -> Iterator[Doc]:
    command = {
        key: value
        for key, value in sent.items()
        if key not in _OF_THE_DRIVER and not key.startswith("$")
    }
    statements = _STATEMENTS.get(next(iter(command)))
    if statements is None:
        yield command
        return
    for statement in command[statements][:_MOST_STATEMENTS]:
        yield command | {statements: [statement]}


def _sections(plan: Any, name: str) -> list[Doc]:
    return [found[name] for found in _with_key(plan, name)]


def _with_key(tree: Any, key: str) -> Iterator[Doc]:
    """Yield every mapping within a tree of mappings and lists that has the key."""
    if isinstance(tree, Mapping):
        if key in tree:
            yield dict(tree)
        for value in tree.values():
            yield from _with_key(value, key)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _with_key(value, key)
