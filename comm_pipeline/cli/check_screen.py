"""How a check is shown: a table for people, a document for programs."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from comm_pipeline.cli.printable import counted
from comm_pipeline.domain.findings import Finding, Severity
from comm_pipeline.services.checking.volume import Volume
from comm_pipeline.services.request_check import CheckReport

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def report_document(report: CheckReport, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return a report as it is printed with ``--json``.

    ``sources`` names where ``contacts`` and ``template`` come from, and under "" all else.
    """
    return {
        "file": sources[""],
        "errors": report.log.errors,
        "warnings": report.log.warnings,
        "recipients_checked": report.recipients,
        "counts": [
            {"rule": rule, "topic": topic, "count": count}
            for (rule, topic), count in report.log.counts.items()
        ],
        "findings": [
            {"file": _file_of(finding, sources), **finding.document()}
            for _, kept in report.log.groups()
            for finding in kept
        ],
        "volume": report.volume.document() if report.volume else None,
    }


def show_report(
    console: Console, report: CheckReport, sources: Mapping[str, str], most: int
) -> None:
    """Print a report, up to ``most`` findings of each kind; ``sources`` as above."""
    for count, kept in report.log.groups():
        _show_group(console, count, kept[:most], sources)
    if report.volume is not None:
        console.print(_in_words(report.volume), highlight=False)
    console.print(
        f"{counted(report.recipients, 'recipient')} checked: "
        f"{counted(report.log.errors, 'error')}, {counted(report.log.warnings, 'warning')}.",
        highlight=False,
    )


def _show_group(
    console: Console, count: int, kept: list[Finding], sources: Mapping[str, str]
) -> None:
    first = kept[0]
    title = escape(f"{first.rule} ({first.topic})" if first.topic else first.rule)
    colour = _COLOURS[first.severity]
    console.print(f"[{colour}]{first.severity}[/{colour}] [bold]{title}[/bold]: {count:,}")
    table = Table("where", "what", "fix", show_edge=False, pad_edge=False, expand=True)
    for column, ratio in zip(table.columns, (3, 4, 3), strict=True):
        column.ratio, column.overflow = ratio, "fold"
    for finding in kept:
        person = f"\n{finding.recipient}" if finding.recipient is not None else ""
        where = f"{_file_of(finding, sources)}\n{finding.place}{person}"
        table.add_row(*(escape(text) for text in (where, finding.message, finding.fix)))
    console.print(table, highlight=False)
    if count > len(kept):
        console.print(f"... and {count - len(kept):,} more", highlight=False)
    console.print()


def _file_of(finding: Finding, sources: Mapping[str, str]) -> str:
    """Return the name of the file, template or collection in which a place lies."""
    return sources.get(finding.place.split(".", maxsplit=1)[0], sources[""])


def _in_words(volume: Volume) -> str:
    few, many = (volume.recipients * count for count in (volume.fewest, volume.most))
    messages = counted(many, "message") if few == many else f"{few:,} to {many:,} messages"
    said = f"{counted(volume.recipients, 'recipient')} to be written to: {messages}"
    if volume.open_hours is None:
        return f"{said}; the campaign has no end."
    pace = f", so at least {volume.an_hour:,.1f} an hour" if volume.an_hour else ""
    return f"{said} in {volume.open_hours:,.1f} open hours until the end{pace}."
