"""The mutants that rules are tested against; see ``make mutate``."""

import ast

import pytest

from comm_pipeline_tests.mutation.__main__ import DOMAIN, RULES, rounds_of
from comm_pipeline_tests.mutation.mutants import as_mutants_are, mutants_of


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("a < b", ["a < b  ->  a <= b"]),
        ("a + 1", ["a + 1  ->  a - 1", "1  ->  2"]),
        ("a and not b", ["a and (not b)  ->  a or not b", "not b  ->  not not b"]),
        ("'word'", []),  # a docstring
        ("x: int = 1", ["1  ->  2"]),
        ("Field(1, description='for people')", ["1  ->  2"]),
        ("def f():\n    return a", ["return a  ->  return None"]),
    ],
)
def test_each_mutant_changes_one_thing(source: str, changes: list[str]) -> None:
    mutants = list(mutants_of(source))
    assert [mutant.change for mutant in mutants] == changes
    for mutant in mutants:
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(as_mutants_are(source)))


@pytest.mark.parametrize("module", RULES)
def test_every_rule_has_mutants_and_tests(module: str) -> None:
    assert any(mutants_of((DOMAIN / f"{module}.py").read_text()))
    assert rounds_of(module)
