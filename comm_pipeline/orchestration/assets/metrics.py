"""The assets that people read: metrics of all campaigns, computed with pandas, and the report."""

from dagster import (
    AssetExecutionContext,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    asset,
)

from comm_pipeline.orchestration import metadata
from comm_pipeline.orchestration.assets.campaigns import conversation_states, outbound_messages
from comm_pipeline.orchestration.assets.external import OWNERS
from comm_pipeline.orchestration.assets.replies import inbound_messages
from comm_pipeline.orchestration.metrics_tables import metrics_metadata
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.campaign_reporting import write_report
from comm_pipeline.settings import Masking


@asset(
    deps=[conversation_states, outbound_messages, inbound_messages],
    group_name="reporting",
    owners=OWNERS,
    kinds={"pandas", "mongodb"},
    description=(
        "How each campaign stands: conversations, stages, messages, response rate. Stored in "
        "`campaign_metrics`, the latest and one for each day."
    ),
)
def campaign_metrics(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Compute the metrics of every campaign that may have changed."""
    collected, seconds = mongodb.timed(
        lambda engine: engine.metrics.collect_all(engine.settings.max_batch_size),
        channel,
        clock,
        context.run.run_id,
    )
    shown = Masking.of(mongodb.settings).text
    said = metrics_metadata(collected, shown) | metadata.duration(seconds)
    return MaterializeResult(metadata=said)


@asset(
    deps=[campaign_metrics],
    group_name="reporting",
    owners=OWNERS,
    kinds={"html"},
    description="The metrics of all campaigns as a page for people: overview, funnels, deliveries.",
)
def campaign_report(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Write the page in place of the one before."""
    report, seconds = mongodb.timed(write_report, channel, clock, context.run.run_id)
    return MaterializeResult(
        metadata={
            "campaigns": report.campaigns,
            "page": MetadataValue.path(report.path),
            "summary": MetadataValue.md(report.summary),
            **metadata.duration(seconds),
        }
    )
