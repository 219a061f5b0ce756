"""Giving a checked tree our own meaning of variables, comparisons and truth.

Each becomes a filter with a name that no author can write: ``a.b`` a look-up that knows its whole
path, ``a < b`` a comparison that coerces, the test of an ``if`` a decision that knows "false".
"""

from functools import reduce

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from comm_pipeline.rendering.comparison import COMPARISONS, is_true
from comm_pipeline.rendering.paths import path_of
from comm_pipeline.rendering.values import look_up

_LOOK_UP = "look up"
_TRUTH = "is true"

#: To be registered in the environment beside the author's filters.
INTERNAL_FILTERS = {
    _LOOK_UP: look_up,
    _TRUTH: is_true,
    **{f"compare {name}": compare for name, compare in COMPARISONS.items()},
}


def rewrite(tree: nodes.Template) -> nodes.Template:
    """Rewrite ``tree`` in place and return it. It must have passed the allowlist."""
    _Rewriter().visit(tree)
    return tree


def truth(node: nodes.Expr) -> nodes.Expr:
    """Decide a rewritten expression as a condition, operand by operand."""
    if isinstance(node, nodes.And | nodes.Or):
        node.left, node.right = truth(node.left), truth(node.right)
        return node
    if isinstance(node, nodes.Not | nodes.Test) or _is_decided(node):
        return node
    return _call(_TRUTH, node)


class _Rewriter(NodeTransformer):
    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's convention
        return _look_up(node)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        return _look_up(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        return _look_up(node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        steps: list[nodes.Expr] = []
        left = node.expr
        for operand in node.ops:
            steps.append(_call(f"compare {operand.op}", left, operand.expr))
            left = operand.expr
        return reduce(_both, steps)

    def visit_If(self, node: nodes.If) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.test = truth(node.test)  # type: ignore[arg-type]  # Jinja types it as any node
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.test = truth(node.test)
        return node

    def visit_Not(self, node: nodes.Not) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.node = truth(node.node)
        return node


def _look_up(node: nodes.Expr) -> nodes.Expr:
    path = path_of(node)
    assert path is not None, "the allowlist lets variables through only as whole paths"
    root = nodes.Name(path[0], "load", lineno=node.lineno, environment=node.environment)
    constant = nodes.Const(path, lineno=node.lineno, environment=node.environment)
    return _call(_LOOK_UP, root, constant)


def _is_decided(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Filter) and node.name.startswith("compare ")


def _both(left: nodes.Expr, right: nodes.Expr) -> nodes.Expr:
    return nodes.And(left, right, lineno=left.lineno, environment=left.environment)


def _call(name: str, node: nodes.Expr, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(
        node,
        name,
        list(arguments),
        [],
        None,
        None,
        lineno=node.lineno,
        environment=node.environment,
    )
