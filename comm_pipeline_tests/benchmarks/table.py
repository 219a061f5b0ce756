"""The figures of a run, for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from comm_pipeline_tests.benchmarks.targets import TARGETS


def print_result(result: Mapping[str, Any], console: Console) -> None:
    """Print a run's figures, ratios last."""
    console.print(_throughputs(result))
    console.print(_costs(result))
    console.print(_ratios(result["ratios"]))


def _throughputs(result: Mapping[str, Any]) -> Table:
    count = result["recipients"]
    table = _table(
        f"{count:,} recipients, medians of {result['repetitions']}", "us each", "a second"
    )
    for name in ("limit", "pipeline", "one_by_one"):
        for phase, seconds in result[name].get("seconds", {}).items():
            table.add_row(f"  {phase}", *_rates(count / seconds), style="dim")
        client = f" (PyMongo {result[name]['client']})" if "client" in result[name] else ""
        table.add_row(name.replace("_", " ") + client, *_rates(result[name]["throughput"]))
    for name, seconds in result["mail"]["seconds"].items():
        table.add_row(f"mail, {name}", *_rates(result["mail"]["count"] / seconds))
    return table


def _rates(throughput: float) -> tuple[str, str]:
    return f"{1e6 / throughput:,.0f}", f"{throughput:,.0f}"


def _costs(result: Mapping[str, Any]) -> Table:
    table = _table("Costs", "")
    for name, microseconds in result["decide_microseconds"].items():
        table.add_row(f"decide: {name}", f"{microseconds:.1f} us")
    for count, peak in result.get("memory_bytes", {}).items():
        table.add_row(f"peak memory, {int(count):,} recipients", f"{peak / 2**20:.0f} MiB")
    for count, seconds in result.get("pass_seconds", {}).items():
        table.add_row(f"pass over {int(count):,} conversations", f"{seconds * 1e3:.0f} ms")
    return table


def _ratios(ratios: Mapping[str, float]) -> Table:
    table = _table("Ratios", "value", "target", "")
    for name, value in ratios.items():
        target = TARGETS[name]
        verdict = "[green]met[/]" if target.is_met_by(value) else "[red]missed[/]"
        table.add_row(name, f"{value:.2f}", str(target), verdict)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, min_width=60)
    table.add_column("", ratio=1)
    for column in columns:
        table.add_column(column, justify="right")
    return table
