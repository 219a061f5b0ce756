"""Variables in a syntax tree: reading ``recipient.first_name``, and which ones are needed."""

from collections.abc import Iterator

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


def needed_variables(tree: nodes.Node) -> frozenset[str]:
    """Return the dotted names without which rendering may fail.

    Left out are those under ``default`` and those whose presence the template itself asks for with
    ``is defined``. The tree must have passed the allowlist.
    """
    used: set[str] = set()
    asked: set[str] = set()
    pending: list[nodes.Node] = [tree]
    while pending:
        node = pending.pop()
        path = path_of(node)
        if path is not None:
            used.add(dotted(path))
            continue
        if isinstance(node, nodes.Test) and node.name in PRESENCE_TESTS:
            asked.update(_dotted_paths(node.node))
            continue
        pending.extend(_children(node))
    return frozenset(used - asked)


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


def _dotted_paths(node: nodes.Node) -> Iterator[str]:
    path = path_of(node)
    if path is not None:
        yield dotted(path)
