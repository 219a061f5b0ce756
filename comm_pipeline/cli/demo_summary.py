"""What the demo says at its end: funnels and outcomes, whether the promises held, what to open."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from comm_pipeline.cli.demo_progress import CampaignProgress
from comm_pipeline.cli.demo_result import CampaignResult
from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.settings import Settings
from comm_pipeline.simulation.mail_proof import MailProof


def print_campaign(console: Console, campaign: CampaignResult, day_seconds: float) -> None:
    """Print a campaign's funnel, outcomes and deliveries, with durations in the demo's days."""
    metrics = campaign.metrics
    console.print(_funnel_table(metrics, day_seconds))
    messages = metrics.message_metrics
    for name, text in (
        ("outcomes", counts_line(metrics.outcomes)),
        ("deliveries", counts_line(metrics.deliveries)),
        ("replies", f"{messages.total_received} to {messages.total_sent} messages"),
        *(("error", failure) for failure in campaign.failures),
    ):
        print_line(console, f"  {name:<10}  {text}")
    console.print()


def _funnel_table(metrics: CampaignMetrics, day_seconds: float) -> Table:
    table = Table(title=f"{metrics.campaign_name}: {metrics.campaign_status}", title_justify="left")
    table.add_column("stage")
    for column in ("entered", "completed", "conversion", "average stay"):
        table.add_column(column, justify="right")
    for name, stage in metrics.stage_metrics.items():
        days = stage.avg_duration_seconds / day_seconds
        counts = (str(stage.entered), str(stage.completed))
        table.add_row(name, *counts, f"{stage.conversion:.0%}", f"{days:.1f} days")
    return table


def print_line(console: Console, text: str) -> None:
    """Print a line as it is: a path stays in one piece, and brackets are no markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def counts_line(counts: Mapping[str, int]) -> str:
    """Return counts in words, the largest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ordered) or "none"


def proof_line(proof: MailProof) -> str:
    """Return in one line whether the promises held."""
    if proof.violations:
        return "BROKEN PROMISE: " + "; ".join(proof.violations)
    crossed = f" ({proof.crossed} crossed their answer)" if proof.crossed else ""
    return (
        f"Kept: {proof.mails} mails lie in the folder and the ledger says {proof.accepted} were "
        f"sent, no two the same; {proof.stopped} said stop and got no mail afterwards{crossed}."
    )


def what_to_open(settings: Settings, mail_directory: Path, report: Path) -> list[str]:
    """Return the lines that say where everything is."""
    again = f"COMM_PIPELINE_HOME={_short(settings.home)} comm-pipeline dev"
    if settings.mongodb_database != Settings().mongodb_database:
        again = f"MONGODB_DATABASE={settings.mongodb_database} {again}"
    return [
        f"Mails    {_short(mail_directory)}/*.eml, each opens in a mail program",
        f"Report   {_short(report)}",
        f"Look     {again}  shows this very run in Dagster",
        "Next     make dev  starts everything and keeps it running",
    ]


def why_unfinished(
    campaigns: Sequence[CampaignProgress], alerts: Sequence[str], limit_seconds: float
) -> str:
    """Return what is unfinished and why, after the time was over or a campaign was given up."""
    lines = [f"The demo is not finished after {limit_seconds:.0f} s."]
    for campaign in campaigns:
        if campaign.is_completed:
            continue
        waiting = ", ".join(
            f"{stage.waiting} in {stage.stage}" for stage in campaign.stages if stage.waiting
        )
        due = f"; next due at {campaign.next_due_at:%H:%M:%S} UTC" if campaign.next_due_at else ""
        reason = f"; {campaign.error}" if campaign.error else ""
        conversations = f"; conversations open: {waiting}" if waiting else ""
        lines.append(f"  {campaign.name}: {campaign.status}{conversations}{due}{reason}")
    lines += [f"  alert: {alert}" for alert in alerts]
    return "\n".join(lines)


def _short(path: Path) -> Path:
    """Return a path as seen from here, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
