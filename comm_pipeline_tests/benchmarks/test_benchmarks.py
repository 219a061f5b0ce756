"""The benchmarks work; how long anything takes is not looked at."""

import json
from io import StringIO

import pytest
from rich.console import Console

from comm_pipeline_tests.benchmarks.decide_cost import HISTORY_LENGTHS, measure_decide
from comm_pipeline_tests.benchmarks.pass_cost import measure_pass_cost
from comm_pipeline_tests.benchmarks.suite import Plan, Suite, ratios
from comm_pipeline_tests.benchmarks.table import print_result
from comm_pipeline_tests.benchmarks.targets import MAIL, MEMORY, PASS_COST, TARGETS, TO_LIMIT

pytestmark = pytest.mark.anyio

A_RESULT = {
    "recipients": 100,
    "repetitions": 1,
    "limit": {"client": "async", "seconds": {"insert": 0.5}, "throughput": 200.0},
    "pipeline": {"seconds": {"converse": 1.0}, "throughput": 100.0},
    "one_by_one": {"throughput": 10.0},
    "mail": {"count": 100, "seconds": {"bare": 0.1, "pipeline": 0.2}},
    "decide_microseconds": {"first message": 7.0},
    "memory_bytes": {"20": 100, "200": 150},
    "pass_seconds": {"20": 0.2, "200": 0.2},
}


async def test_a_small_run_gives_every_figure(mongodb_uri: str) -> None:
    said: list[str] = []
    plan = Plan(recipients=30, repetitions=1, memory=(10, 20))

    result = await Suite(mongodb_uri, plan, said.append).run()

    assert set(result["pipeline"]["seconds"]) >= {"initialise", "converse and deliver"}
    assert len(result["limit"]["seconds"]) == 4
    assert all(value > 0 for value in result["ratios"].values())
    assert json.loads(json.dumps(result)) == result
    assert "memory with 20 recipients" in said


async def test_passes_are_measured_over_small_and_large_campaigns(
    mongodb_uri: str, database_name: str
) -> None:
    seconds = await measure_pass_cost(mongodb_uri, database_name, (4, 8), due=2, repetitions=2)

    assert list(seconds) == [4, 8]


def test_a_decision_is_timed_for_every_length_of_history() -> None:
    costs = measure_decide(calls=1)

    assert {f"history of {length}" for length in HISTORY_LENGTHS} <= costs.keys()


def test_ratios_compare_throughputs_and_costs() -> None:
    found = ratios(A_RESULT)

    assert (found[TO_LIMIT], found[MEMORY], found[PASS_COST]) == (0.5, 1.5, 1.0)
    assert found[MAIL] == 0.5
    missed = [name for name, value in found.items() if not TARGETS[name].is_met_by(value)]
    assert missed == [MAIL, MEMORY]


def test_the_table_says_which_targets_are_missed() -> None:
    console = Console(file=StringIO(), record=True, width=100)

    print_result(A_RESULT | {"ratios": ratios(A_RESULT)}, console)

    lines = console.export_text().splitlines()
    assert [line.split()[-1] for line in lines if MEMORY in line] == ["missed"]
    assert [line.split()[-1] for line in lines if TO_LIMIT in line] == ["met"]
