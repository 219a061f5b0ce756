"""Variables in a syntax tree: reading ``recipient.first_name``, and which ones are needed."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from jinja2 import nodes

from comm_pipeline.rendering.filters import DEFAULTS, PRESENCE_TESTS
from comm_pipeline.rendering.values import dotted

Path = tuple[str | int, ...]


def path_of(node: nodes.Node) -> Path | None:
    """Return ("recipient", "first_name") for that variable, None for anything but a variable."""
    steps: list[str | int] = []
    while not isinstance(node, nodes.Name):
        step = _step(node)
        if step is None:
            return None
        steps.append(step)
        node = node.node  # type: ignore[attr-defined]  # _step has seen that it is an access
    return (node.name, *reversed(steps))


class Variables(NamedTuple):
    """The dotted names that a tree refers to.

    Rendering may fail without those ``needed``. ``asked_for`` are those of which the template asks
    somewhere whether they are there.
    """

    needed: frozenset[str]
    asked_for: frozenset[str]


def variables_in(tree: nodes.Node) -> Variables:
    """Return the variables of a tree that has passed the allowlist.

    Not needed are those under ``default``, and where a choice asks whether they are there, those in
    what it chooses: beside it they are.
    """
    needed: set[str] = set()
    asked: set[str] = set()
    pending: list[tuple[nodes.Node, frozenset[str]]] = [(tree, frozenset())]
    while pending:
        node, guarded = pending.pop()
        path = path_of(node)
        if path is not None:
            needed.update({dotted(path)} - guarded)
        elif (question := _asked_for(node)) is not None:
            asked.add(dotted(question))
        else:
            own = _guarded_by(node)
            inside = guarded | own.names
            pending.extend(
                (child, guarded if child is own.before else inside) for child in _children(node)
            )
    return Variables(frozenset(needed), frozenset(asked))


class _Guard(NamedTuple):
    """The names that a choice asks for, and the part of it that comes ``before`` the answer."""

    names: frozenset[str]
    before: nodes.Node | None


_NO_GUARD: Final = _Guard(frozenset(), None)


def _guarded_by(node: nodes.Node) -> _Guard:
    if isinstance(node, nodes.If):
        tests = (node.test, *(one.test for one in node.elif_))
        return _Guard(frozenset().union(*map(_questions, tests)), node.test)
    if isinstance(node, nodes.CondExpr):
        return _Guard(_questions(node.test), node.test)
    if isinstance(node, nodes.And | nodes.Or):
        return _Guard(_questions(node.left), node.left)
    return _NO_GUARD


def _questions(node: nodes.Node) -> frozenset[str]:
    """Return the names of which an expression asks whether they are there."""
    paths = (_asked_for(test) for test in (node, *node.find_all(nodes.Test)))
    return frozenset(dotted(path) for path in paths if path is not None)


def _asked_for(node: nodes.Node) -> Path | None:
    """Return the variable of which a test asks whether it is there."""
    is_question = isinstance(node, nodes.Test) and node.name in PRESENCE_TESTS
    return path_of(node.node) if is_question else None  # type: ignore[attr-defined]  # it is a Test


def _step(node: nodes.Node) -> str | int | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        step = node.arg.value
        return step if isinstance(step, str | int) and not isinstance(step, bool) else None
    return None


def _children(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        has_default = isinstance(node, nodes.Filter) and node.name in DEFAULTS
        if not (has_default and child is node.node and path_of(child)):  # type: ignore[attr-defined]
            yield child
