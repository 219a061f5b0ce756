"""What ``comm-pipeline simulate`` shows in a terminal: how far it is, and what it found."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from comm_pipeline.reporting.campaign_report import format_duration, format_share
from comm_pipeline.reporting.simulation_data import Group, SimulationData
from comm_pipeline.simulation.run import Progress as Reached

_GROUPS_SHOWN = 8


class SimulationBar:
    """A progress bar on standard error: conversations that have ended, and the virtual day."""

    def __init__(self, starts_at: datetime) -> None:
        self._starts_at = starts_at
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} conversations ended"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=1)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def show(self, reached: Reached) -> None:
        """Show how far the simulation is."""
        day = (reached.now - self._starts_at).days + 1
        self._progress.update(
            self._task,
            description=f"day {day}, {reached.now:%Y-%m-%d}",
            completed=reached.ended,
            total=max(reached.conversations, 1),
        )

    def stop(self) -> None:
        """Take the bar away. May be called again."""
        self._progress.stop()


def print_result(console: Console, data: SimulationData, page: Path) -> None:
    """Print a summary of what was found, and where the rest stands."""
    setup, ending, totals = data.setup, data.ending, data.totals
    console.print(f"[bold]Simulation of {setup.recipients:,} recipients[/bold]: ", end="")
    _print(console, setup.campaign)
    _print(console, f"{_ending(data)} Seed {setup.seed}. No forecast: people follow assumptions.")
    console.print(_funnel(data))
    _print(
        console,
        f"{totals.messages:,} messages to {totals.written_to:,} people; {totals.replies:,} replies "
        f"from {totals.answered:,}. Outcomes: {_counts(data.outcomes)}. "
        f"Messages: {_counts(data.deliveries)}.",
    )
    _print_groups(console, "Never written to", data.never_spoke)
    _print_groups(console, "Held back", data.held_back)
    if ending.open_conversations:
        _print_groups(console, "Still open", data.still_waiting)
    seconds = data.effort.seconds + data.effort.seconds_to_read
    _print(console, f"{data.effort.passes:,} passes in {seconds:.1f} s.  {page}")


def _ending(data: SimulationData) -> str:
    """Return when the last conversation ends, and how many have not."""
    starts_at, last = data.setup.starts_at, data.ending.last_conversation_at
    words = []
    if last is not None:
        lasted = format_duration((last - starts_at).total_seconds())
        words.append(f"The last conversation ends {last:%Y-%m-%d %H:%M} UTC, after {lasted}.")
    if data.ending.open_conversations:
        words.append(f"{data.ending.open_conversations:,} are still open.")
    return " ".join(words)


def _funnel(data: SimulationData) -> Table:
    table = Table("stage", "entered", "answered", "completed", "", "median time", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for stage in data.funnel:
        share = format_share(stage.completed / stage.entered) if stage.entered else ""
        hours = stage.median_hours
        lasted = "" if hours is None else format_duration(hours * 3600)
        counts = (f"{n:,}" for n in (stage.entered, stage.answered, stage.completed))
        table.add_row(stage.name, *counts, share, lasted)
    return table


def _print_groups(console: Console, title: str, groups: tuple[Group, ...]) -> None:
    if not groups:
        return
    console.print(f"[bold]{title}[/bold]")
    for group in groups[:_GROUPS_SHOWN]:
        words = f"{group.rule}: {group.reason}" if group.reason else group.rule
        _print(console, f"  {group.count:>7,}  {words}")
    if len(groups) > _GROUPS_SHOWN:
        _print(console, f"           and {len(groups) - _GROUPS_SHOWN} more reasons")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"


def _print(console: Console, words: str) -> None:
    console.print(words, markup=False, highlight=False)
