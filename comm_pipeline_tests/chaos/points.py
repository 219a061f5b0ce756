"""Kill points, read from the code: every write to a collection and every call of a provider.

A point is named after class and function that stand around it; several in one are numbered.
``point_at`` tells at run time which one a call belongs to, by its file and line.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pymongo.asynchronous.collection import AsyncCollection

import comm_pipeline

ROOT: Final = Path(comm_pipeline.__file__).parent
#: How the driver's methods begin that change a collection.
_CHANGES: Final = ("insert", "update", "replace", "delete", "find_one_and", "bulk_write", "create_")
#: Those, from the driver itself, so that a newer one brings what it can do more.
WRITES: Final = frozenset(name for name in dir(AsyncCollection) if name.startswith(_CHANGES))
#: What changes something outside when a service calls it: a provider's, a mailbox's.
_CALLS: Final = frozenset({"send", "put_away"})
#: What changes a database and is no method of a collection that is called with what to write.
_OTHER_WRITES: Final = frozenset(
    {"drop", "drop_collection", "drop_database", "rename", "drop_index", "drop_indexes"}
)
#: Stages of an aggregation that write.
_WRITING_STAGES: Final = frozenset({"$merge", "$out"})
#: Commands of the server that passes may give; others could write.
_READING_COMMANDS: Final = frozenset({"hello", "ping"})
#: Not part of any pass: it writes into a database of its own.
_LEFT_OUT: Final = "simulation"


@dataclass(frozen=True, slots=True)
class Point:
    """A call in the code, from its first line to its last."""

    name: str
    first_line: int
    last_line: int


def points_in_code() -> tuple[Point, ...]:
    """Return every kill point, in the order of files and lines."""
    files = sorted(ROOT.rglob("*.py"))
    return tuple(
        point
        for file in files
        if file.relative_to(ROOT).parts[0] != _LEFT_OUT
        for point in _points_of(file)
    )


def hidden_writes(root: Path = ROOT) -> tuple[str, ...]:
    """Return the places in storage and services where a write would be no point: ``file:line``.

    That is a method that is handed on and called elsewhere, a command, an aggregation that writes,
    and what drops or renames.
    """
    return tuple(
        f"{file.relative_to(root)}:{line}"
        for part in ("services", "storage")
        for file in sorted((root / part).rglob("*.py"))
        for line in sorted(_hidden_in(ast.parse(file.read_text(encoding="utf-8")), part))
    )


def _hidden_in(tree: ast.Module, part: str) -> Iterator[int]:
    wanted = WRITES | _CALLS if part == "services" else WRITES
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in _WRITING_STAGES:
            yield node.lineno
        if not isinstance(node, ast.Attribute):
            continue
        call = called.get(id(node))
        is_handed_on = node.attr in wanted and call is None
        is_command = node.attr == "command" and not _reads(call)
        if is_handed_on or is_command or node.attr in _OTHER_WRITES:
            yield node.lineno


def _reads(call: ast.Call | None) -> bool:
    """Return whether a command only reads; one that cannot be seen from here may not."""
    named = call.args[0] if call is not None and call.args else None
    return isinstance(named, ast.Constant) and named.value in _READING_COMMANDS


@cache
def point_at(file: str, line: int) -> str:
    """Return the name of the point at a line. Raises LookupError if there is none."""
    for point in _points_of(Path(file)):
        if point.first_line <= line <= point.last_line:
            return point.name
    raise LookupError(f"{file}:{line} writes or calls a provider, and is not known as a kill point")


@cache
def _points_of(file: Path) -> tuple[Point, ...]:
    is_service = file.relative_to(ROOT).parts[0] == "services"
    wanted = WRITES | _CALLS if is_service else WRITES
    text = file.read_text(encoding="utf-8")
    if not any(f".{name}(" in text for name in wanted):
        return ()
    points: list[Point] = []
    seen: dict[str, int] = {}
    for around, call in _calls(ast.parse(text), ()):
        assert isinstance(call.func, ast.Attribute)
        if call.func.attr in wanted:
            where = around if "." in around else f"{file.stem}.{around}"
            seen[where] = seen.get(where, 0) + 1
            name = where if seen[where] == 1 else f"{where} ({seen[where]})"
            points.append(Point(name, call.lineno, call.end_lineno or call.lineno))
    return tuple(points)


def _calls(node: ast.AST, around: tuple[str, ...]) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of methods, each with the class and function around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _calls(child, (*around, child.name))
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            yield ".".join(around), child
        yield from _calls(child, around)
