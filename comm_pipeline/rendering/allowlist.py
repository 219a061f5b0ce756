"""What a campaign's template may consist of, checked on the parsed tree before it is compiled.

Jinja evaluates constant expressions while it compiles, so ``{{ 'x' * 10**9 }}`` must be refused
here and not when it is rendered. Everything not named below is refused.
"""

import inspect
import math
import unicodedata

from jinja2 import nodes

from comm_pipeline.errors import UnsafeTemplateError
from comm_pipeline.rendering import limits
from comm_pipeline.rendering.filters import FILTERS, TESTS
from comm_pipeline.rendering.paths import Path, path_of

#: Said with every refusal.
ALLOWED = (
    "A template may use {{ a.b }}, {% if %} / {% elif %} / {% else %}, and, or, not, in, "
    "comparisons, 'x if y else z', the tests "
    f"{', '.join(TESTS)} and the filters {', '.join(FILTERS)}."
)

_PERMITTED = (
    nodes.And,
    nodes.Compare,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.If,
    nodes.Keyword,
    nodes.List,
    nodes.Neg,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Template,
    nodes.TemplateData,
    nodes.Test,
)

_NAMES = {
    nodes.Call: "a call",
    nodes.For: "{% for %}",
    nodes.Macro: "{% macro %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Scope: "{% with %} or {% autoescape %}",
    nodes.With: "{% with %}",
    nodes.Add: "arithmetic with +",
    nodes.Sub: "arithmetic with -",
    nodes.Mul: "arithmetic with *",
    nodes.Div: "arithmetic with /",
    nodes.Mod: "arithmetic with %",
    nodes.Pow: "arithmetic with **",
    nodes.Concat: "~",
    nodes.Getattr: "access to a part of a result (a.b works on variables only)",
    nodes.Getitem: "an index that is not a fixed name or number, or not on a variable",
}

#: Names that Jinja itself gives a meaning to.
_RESERVED = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs", "namespace"})


def check(tree: nodes.Node) -> None:
    """Raise UnsafeTemplateError for the first thing in ``tree`` that is not allowed."""
    pending = [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > limits.MAX_DEPTH:
            raise _refused(node, f"more than {limits.MAX_DEPTH} levels of nesting")
        path = path_of(node)
        if path is not None:
            _check_path(node, path)
            continue
        _check_node(node)
        for child in node.iter_child_nodes():
            child.lineno = child.lineno or node.lineno
            pending.append((child, depth + 1))


def _check_node(node: nodes.Node) -> None:
    if not isinstance(node, _PERMITTED):
        raise _refused(node, _NAMES.get(type(node), f"{type(node).__name__.lower()}"))
    if isinstance(node, nodes.Const):
        _check_constant(node)
    elif isinstance(node, nodes.Filter | nodes.Test):
        _check_filter_or_test(node)
    elif isinstance(node, nodes.If) and len(node.elif_) > limits.MAX_ELIF_BRANCHES:
        raise _refused(node, f"more than {limits.MAX_ELIF_BRANCHES} elif branches")
    elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
        raise _refused(node, "'x if y' without else")
    elif isinstance(node, nodes.Neg) and not _is_numeric_constant(node.node):
        raise _refused(node, "a minus sign before anything but a number")
    elif isinstance(node, nodes.Compare) and len(node.ops) > 2:
        raise _refused(node, "a chain of more than two comparisons")


def _check_path(node: nodes.Node, path: Path) -> None:
    root = str(path[0])
    if root in _RESERVED:
        raise _refused(node, f"the name {root}")
    if len(path) > limits.MAX_DEPTH:
        raise _refused(node, f"a name of more than {limits.MAX_DEPTH} parts")
    # Python would read two spellings of one identifier as the same variable.
    if unicodedata.normalize("NFKC", root) != root:
        raise _refused(node, f"the name {root!r} in this Unicode spelling")
    for step in path:
        if isinstance(step, str) and (step.startswith("_") or not _is_encodable(step)):
            raise _refused(node, f"the name {step!r}")


def _check_constant(node: nodes.Const) -> None:
    value = node.value
    if isinstance(value, str):
        if len(value) > limits.MAX_STRING_CONSTANT:
            raise _refused(node, f"a text of more than {limits.MAX_STRING_CONSTANT:,} characters")
        if not _is_encodable(value):
            raise _refused(node, "half a character (a lone surrogate)")
    elif isinstance(value, int | float):
        # Written this way round, not-a-number and infinity are refused too.
        if not (math.isfinite(value) and abs(value) <= limits.MAX_NUMBER_CONSTANT):
            raise _refused(node, f"a number beyond {limits.MAX_NUMBER_CONSTANT:,}")
    elif value is not None:
        raise _refused(node, f"a constant of the type {type(value).__name__}")


def _check_filter_or_test(node: nodes.Filter | nodes.Test) -> None:
    kind, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
    if node.name not in known:
        raise _refused(node, f"the {kind} {node.name}")
    if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
        raise _refused(node, f"* or ** in the arguments of the {kind} {node.name}")
    named = {str(pair.key): pair.value for pair in node.kwargs}
    try:
        inspect.signature(known[node.name]).bind(node.node, *node.args, **named)
    except TypeError as error:
        raise _refused(node, f"the {kind} {node.name} with these arguments ({error})") from None


def _is_numeric_constant(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and type(node.value) in (int, float)


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _refused(node: nodes.Node, what: str) -> UnsafeTemplateError:
    return UnsafeTemplateError(f"line {node.lineno}: {what} is not allowed. {ALLOWED}")
