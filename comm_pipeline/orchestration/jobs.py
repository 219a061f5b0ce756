"""Jobs: start or advance one campaign, sweep many small ones, take up replies, compute metrics."""

from collections.abc import Iterable, Iterator, Sequence
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

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.orchestration import inbox_metadata, metadata
from comm_pipeline.orchestration.partitions import add_campaigns, campaigns_partitions
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.campaign_pass import CampaignReport
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.reanalysis import ReanalysisReport, reanalysis_of
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
    description=(
        "Reads the mailbox, if one is set up, and takes up every new message. The sweep takes up "
        "what is stored, too."
    ),
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
    limit = timedelta(seconds=config.limit_seconds)
    (report, created), seconds = mongodb.timed(
        lambda engine: _sweep(engine, limit), channel, clock, context.run.run_id
    )
    created_ids = {campaign.id for campaign in created}
    add_campaigns(context.instance, sorted({*created_ids, *report.campaigns}))
    for event in materializations(report, created, seconds):
        context.log_event(event)
    context.add_output_metadata(metadata.sweep_metadata(report) | metadata.duration(seconds))


@job(description="Does everything small that is due, of all campaigns, in one run.")
def sweep_job() -> None:
    """One run for many small campaigns: a run costs seconds, their work milliseconds."""
    sweep_small_campaigns()


async def _sweep(engine: Engine, limit: timedelta) -> tuple[SweepReport, list[Campaign]]:
    """Sweep; return its report, and the campaigns that it made, as they are then."""
    report = await sweep(engine, limit)
    made = [result.campaign_id for result in report.requests if result.reason is None]
    return report, [await engine.repositories.campaigns.get(one) for one in made]


def materializations(
    report: SweepReport, created: Iterable[Campaign], seconds: float
) -> Iterator[AssetMaterialization]:
    """Yield what a sweep materialized; ``seconds`` is how long all of it took."""
    took = metadata.sweep_duration(seconds)
    if report.inbox != type(report.inbox)():
        yield AssetMaterialization(
            "inbound_messages", metadata=inbox_metadata.inbox_metadata(report.inbox) | took
        )
    for one in created:
        yield AssetMaterialization(
            "campaign", partition=one.id, metadata=metadata.campaign_metadata(one) | took
        )
    for campaign_id, passes in report.campaigns.items():
        yield from _campaign_materializations(campaign_id, passes, took)


def _campaign_materializations(
    campaign_id: CampaignId, passes: Sequence[CampaignReport], took: metadata.Metadata
) -> Iterator[AssetMaterialization]:
    total = metadata.added(passes)
    yield AssetMaterialization(
        "conversation_states",
        partition=campaign_id,
        metadata=metadata.conversation_metadata(total) | took,
    )
    yield AssetMaterialization(
        "outbound_messages",
        partition=campaign_id,
        metadata=metadata.delivery_metadata(total) | took,
    )


class ReanalysisConfig(Config):
    """Whether what differs is written."""

    apply: bool = Field(default=False, description="Write what differs; else only show it.")


@op(description="Reads the stored replies of a campaign again, with the analyser in force now.")
def reanalyse_replies(
    context: OpExecutionContext,
    config: ReanalysisConfig,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> None:
    """Show what would be decided otherwise, and write it if the configuration says so."""

    async def read(engine: Engine) -> ReanalysisReport:
        reanalysis = reanalysis_of(engine)
        key = context.partition_key
        return await (reanalysis.apply(key) if config.apply else reanalysis.look(key))

    report, seconds = mongodb.timed(read, channel, clock, context.run.run_id)
    context.add_output_metadata(metadata.reanalysis_metadata(report) | metadata.duration(seconds))


@job(
    partitions_def=campaigns_partitions,
    description="Reads the replies of campaigns again; without apply it only shows what differs.",
)
def reanalyse_replies_job() -> None:
    """One campaign a run; a backfill reads many."""
    reanalyse_replies()


JOBS = (
    start_campaign_job,
    advance_campaign_job,
    sweep_job,
    ingest_replies_job,
    campaign_metrics_job,
    reanalyse_replies_job,
)
