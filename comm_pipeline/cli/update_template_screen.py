"""How a template change is shown: words and tables for people, a document for programs."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from comm_pipeline.cli.check_screen import report_document, show_report
from comm_pipeline.services.request_check import CheckReport
from comm_pipeline.services.template_change import TemplateChange

#: Findings of each kind, and names of each change, that are shown to people.
_MOST = 5


def change_document(change: TemplateChange, file: str, *, is_applied: bool) -> dict[str, Any]:
    """Return a change as it is printed with ``--json``."""
    plan = change.plan
    return {
        "campaign_id": change.campaign_id,
        "status": plan.campaign.status.value,
        "old_version": plan.campaign.template_version,
        "new_version": plan.updated.template_version,
        "is_applied": is_applied,
        "stages_added": change.stages_added,
        "stages_removed": change.stages_removed,
        "initial_stage": [plan.campaign.initial_stage, plan.updated.initial_stage],
        "ends_at": [_instant(one.ends_at) for one in (plan.campaign, plan.updated)],
        "open_conversations": change.open_conversations,
        "unchanged": change.unchanged,
        "in_removed_stages": change.in_removed_stages,
        "on_their_way": change.on_their_way,
        "changes": [
            {"change": what, "count": count, "examples": change.examples[what]}
            for what, count in change.changes.most_common()
        ],
        "messages": [
            {"stage": one.stage, "index": one.index, "kind": one.kind, "heard": one.heard}
            | {"ahead": one.ahead}
            for one in change.messages.values()
        ],
        **report_document(CheckReport(change.findings, change.open_conversations), _sources(file)),
    }


def show_change(console: Console, change: TemplateChange, file: str) -> None:
    """Print a change."""
    _show_head(console, change)
    _show_next(console, change)
    _show_messages(console, change)
    report = CheckReport(change.findings, change.open_conversations)
    show_report(console, report, _sources(file), _MOST)


def _sources(file: str) -> dict[str, str]:
    """Return where the first part of a finding's place lies."""
    return {"": file, "recipients": "the batch request", "contacts": "the collection contacts"}


def _show_head(console: Console, change: TemplateChange) -> None:
    plan = change.plan
    old, new = plan.campaign, plan.updated
    if plan.is_pinned:
        _say(console, f"{old.id} has this version already ({old.template_version}).")
    else:
        _say(console, f"{old.id}: {old.template_version} → {new.template_version}")
    for what, names in (("added", change.stages_added), ("removed", change.stages_removed)):
        if names:
            _say(console, f"Stages {what}: {', '.join(names)}")
    if old.initial_stage != new.initial_stage:
        _say(console, f"Begins in: {old.initial_stage} → {new.initial_stage}")
    if old.ends_at != new.ends_at:
        ends = [_instant(one.ends_at) or "no end" for one in (old, new)]
        _say(console, f"Ends at: {ends[0]} → {ends[1]}")


def _show_next(console: Console, change: TemplateChange) -> None:
    _say(
        console,
        f"{change.open_conversations:,} open conversations; {change.unchanged:,} do next what they "
        f"would have done, {change.in_removed_stages:,} are in stages that are removed, and "
        f"{change.on_their_way:,} have a message on its way, which keeps its words.",
    )
    if not change.changes:
        return
    table = Table("what happens next", "how many", "such as", box=None, pad_edge=False)
    for what, count in change.changes.most_common():
        table.add_row(what, f"{count:,}", ", ".join(change.examples[what][:_MOST]))
    console.print(table, markup=False, highlight=False)


def _show_messages(console: Console, change: TemplateChange) -> None:
    if not change.messages:
        return
    table = Table("message", "words", "heard", "still to hear", box=None, pad_edge=False)
    for one in change.messages.values():
        ahead = f"{one.ahead:,}" if one.kind != "removed" else f"not any more: {one.ahead:,}"
        table.add_row(f"{one.stage}, index {one.index}", one.kind, f"{one.heard:,}", ahead)
    console.print(table, markup=False, highlight=False)


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"
