"""The mutants of a module: its source with one thing changed."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
#: Arguments that are read by people and by generated pages only.
_WORDS: Final = frozenset({"description", "examples"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source; ``change`` says what was written in place of what."""

    line: int
    change: str
    source: str


def as_mutants_are(source: str) -> str:
    """Return a source as its mutants are written, without a change."""
    return ast.unparse(ast.parse(source))


def mutants_of(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's source, from its beginning to its end."""
    places = len(list(_places(ast.parse(source))))
    for number in range(places):
        tree = ast.parse(source)
        node = list(_places(tree))[number]
        before = ast.unparse(node)
        _change(node)
        yield Mutant(node.lineno, f"{before}  ->  {ast.unparse(node)}", ast.unparse(tree))


def _places(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the nodes that can be changed; not annotations, docstrings, or words for people."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "bases", "type_params"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_docstring(node) or _is_for_people(node):
                continue
            if isinstance(node, ast.expr | ast.stmt) and _can_change(node):
                yield node
            yield from _places(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_people(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in _WORDS


def _can_change(node: ast.expr | ast.stmt) -> bool:
    match node:
        case ast.Compare(ops=[operator]) | ast.BoolOp(op=operator) | ast.BinOp(op=operator):
            return type(operator) in _SWAPPED
        case ast.UnaryOp(op=ast.Not()) | ast.If() | ast.IfExp():
            return True
        case ast.Constant(value=value):
            return isinstance(value, bool | int | float) or (isinstance(value, str) and value != "")
        case ast.Return(value=value):
            return value is not None and not _is_none(value)
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _change(node: ast.expr | ast.stmt) -> None:
    match node:
        case ast.Compare(ops=[operator]):
            node.ops = [_SWAPPED[type(operator)]()]
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator):
            node.op = _SWAPPED[type(operator)]()
        case ast.UnaryOp():
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), copy.deepcopy(node.operand))
        case ast.If(test=test) | ast.IfExp(test=test):
            node.test = ast.UnaryOp(ast.Not(), test)
        case ast.Constant(value=value):
            node.value = _other(value)
        case ast.Return():
            node.value = ast.Constant(None)


def _other(value: object) -> bool | int | float | str:
    if isinstance(value, bool):
        return not value
    return f"{value} changed" if isinstance(value, str) else value + 1
