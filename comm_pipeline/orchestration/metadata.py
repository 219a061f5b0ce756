"""What materializations say: counts that Dagster plots, durations, and the next due time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dagster import MetadataValue

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.services.campaign_pass import CampaignReport
from comm_pipeline.services.reanalysis import ReanalysisReport
from comm_pipeline.services.sweep import SweepReport

Metadata = dict[str, Any]


def duration(seconds: float) -> Metadata:
    """Return how long it took to make the asset of this metadata."""
    return {"duration_seconds": round(seconds, 3)}


def reanalysis_metadata(report: ReanalysisReport) -> Metadata:
    """Return the metadata of reading replies again; no words of replies are in it."""
    return {
        "analyser": report.analyser,
        "replies_read": report.replies,
        "replies_understood_otherwise": report.differing_replies,
        "conversations_deciding_otherwise": report.deciding,
        "conversations_changed": report.applied,
        "opt_outs_found": sum(one.opts_out for one in report.differences),
    }


def sweep_duration(seconds: float) -> Metadata:
    """Return how long the sweep took that made this asset, beside everything else it did."""
    return {"sweep_duration_seconds": round(seconds, 3)}


def campaign_metadata(campaign: Campaign) -> Metadata:
    """Return the metadata of ``campaign``."""
    return {
        "status": campaign.status.value,
        "campaign_name": campaign.name,
        "template": f"{campaign.template_id} ({campaign.template_version})",
        "recipients": campaign.total_recipients,
        "next_due_at": _instant(campaign.next_due_at),
    }


def conversation_metadata(report: CampaignReport) -> Metadata:
    """Return the metadata of ``conversation_states``."""
    work = report.work
    return {
        "status": report.status.value,
        "conversations_initialized": report.initialized,
        "conversations_processed": work.processed,
        "messages_written": work.messages,
        "stages_advanced": work.advanced,
        "conversations_completed": work.completed,
        "conversations_escalated": work.escalated,
        "conversations_failed": work.failed,
        "messages_recovered": work.recovered,
        "next_due_at": _instant(report.next_due_at),
        "decisions": _table(work.decisions, "decision"),
    }


def delivery_metadata(report: CampaignReport) -> Metadata:
    """Return the metadata of ``outbound_messages``."""
    counts = report.delivery.counts
    statuses = {f"messages_{status}": count for status, count in sorted(counts.items())}
    return {
        "status": report.status.value,
        "messages_offered": sum(counts.values()),
        **statuses,
        "waiting_by_rule": _table(report.delivery.waits, "rule"),
        "next_due_at": _instant(report.next_due_at),
    }


def sweep_metadata(report: SweepReport) -> Metadata:
    """Return the metadata of a sweep as a whole."""
    passes = [one for reports in report.campaigns.values() for one in reports]
    return {
        "requests_taken_up": len(report.requests),
        "requests_failed": sum(result.reason is not None for result in report.requests),
        "replies_applied": report.inbox.applied,
        "reports_applied": report.reports.applied,
        "model_tokens": report.inbox.tokens,
        "model_cost": round(report.inbox.cost, 6),
        "campaigns_touched": len(report.campaigns),
        "campaigns_busy": len(report.busy),
        "messages_offered": sum(sum(one.delivery.counts.values()) for one in passes),
        "failures": _failures(report.failures),
    }


def added(passes: Sequence[CampaignReport]) -> CampaignReport:
    """Return one report for several passes over a campaign; status and time are the last one's."""
    last = passes[-1]
    total = CampaignReport(last.campaign_id, last.status, next_due_at=last.next_due_at)
    for one in passes:
        total.initialized += one.initialized
        total.work = total.work + one.work
        total.delivery += one.delivery
    return total


def _failures(failures: Mapping[str, str]) -> MetadataValue:
    if not failures:
        return MetadataValue.text("none")
    return MetadataValue.md("\n".join(f"- `{item}`: {why}" for item, why in failures.items()))


def _instant(instant: datetime | None) -> MetadataValue:
    if instant is None:
        return MetadataValue.text("nothing is planned")
    return MetadataValue.timestamp(instant)


def _table(counts: Mapping[str, int], heading: str) -> MetadataValue:
    if not counts:
        return MetadataValue.text("none")
    rows = "\n".join(f"| {name} | {count} |" for name, count in sorted(counts.items()))
    return MetadataValue.md(f"| {heading} | count |\n|---|---:|\n{rows}")
