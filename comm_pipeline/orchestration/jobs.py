"""Jobs: start or advance one campaign, sweep many small ones, take up replies, compute metrics."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from dagster import (
    AssetMaterialization,
    AssetSelection,
    Config,
    OpExecutionContext,
    ResourceParam,
    define_asset_job,
    job,
    op,
)
from pydantic import Field

from comm_pipeline.orchestration import metadata
from comm_pipeline.orchestration.partitions import add_campaigns
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.campaign_pass import CampaignReport
from comm_pipeline.services.sweep import SweepReport, sweep

start_campaign_job = define_asset_job(
    "start_campaign_job",
    AssetSelection.assets("campaign", "conversation_states", "outbound_messages"),
    description="Turns one batch request into a campaign and does what is due for it at once.",
)

advance_campaign_job = define_asset_job(
    "advance_campaign_job",
    AssetSelection.assets("conversation_states", "outbound_messages"),
    description="Does what is due for one campaign that has much to do.",
)

ingest_replies_job = define_asset_job(
    "ingest_replies_job",
    AssetSelection.assets("inbound_messages"),
    description="Takes up every new reply. The sweep does this too.",
)

campaign_metrics_job = define_asset_job(
    "campaign_metrics_job",
    AssetSelection.assets("campaign_metrics", "campaign_report"),
    description="Computes the metrics of all campaigns and writes the report.",
)


class SweepConfig(Config):
    """How long a sweep goes on while more becomes due."""

    limit_seconds: int = Field(default=45, ge=1, description="Ends after this many seconds.")


@op(description="Takes up requests and replies, and does the due work of small campaigns.")
def sweep_small_campaigns(
    context: OpExecutionContext,
    config: SweepConfig,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> None:
    """Sweep once, and report a materialization for each partition that was touched."""
    started = time.perf_counter()
    report = mongodb.run(
        lambda engine: sweep(engine, timedelta(seconds=config.limit_seconds)),
        channel,
        clock,
        context.run.run_id,
    )
    seconds = time.perf_counter() - started
    created = [result.campaign_id for result in report.requests if result.reason is None]
    add_campaigns(context.instance, sorted({*created, *report.campaigns}))
    for event in materializations(report, seconds):
        context.log_event(event)
    context.add_output_metadata(metadata.sweep_metadata(report, seconds))


@job(description="Does everything small that is due, of all campaigns, in one run.")
def sweep_job() -> None:
    """One run for many small campaigns: a run costs seconds, their work milliseconds."""
    sweep_small_campaigns()


def materializations(report: SweepReport, seconds: float) -> Iterator[AssetMaterialization]:
    """Yield what a sweep materialized; ``seconds`` is how long all of it took."""
    if report.inbox != type(report.inbox)():
        yield AssetMaterialization(
            "inbound_messages", metadata=metadata.inbox_metadata(report.inbox, seconds)
        )
    for result in report.requests:
        if result.reason is None:
            yield AssetMaterialization(
                "campaign",
                partition=result.campaign_id,
                metadata={"status": result.status.value, "campaign_id": result.campaign_id},
            )
    for campaign_id, passes in report.campaigns.items():
        yield from _campaign_materializations(campaign_id, passes, seconds)


def _campaign_materializations(
    campaign_id: str, passes: Sequence[CampaignReport], seconds: float
) -> Iterator[AssetMaterialization]:
    total = metadata.added(passes)
    yield AssetMaterialization(
        "conversation_states",
        partition=campaign_id,
        metadata=metadata.conversation_metadata(total, seconds),
    )
    yield AssetMaterialization(
        "outbound_messages",
        partition=campaign_id,
        metadata=metadata.delivery_metadata(total, seconds),
    )


JOBS = (
    start_campaign_job,
    advance_campaign_job,
    sweep_job,
    ingest_replies_job,
    campaign_metrics_job,
)
