"""The assets that people read: metrics of all campaigns, computed with pandas, and the report.

pandas is imported inside the steps: it costs every other run half a second to load.
"""

from dagster import (
    AssetExecutionContext,
    MaterializeResult,
    ResourceParam,
    asset,
)

from comm_pipeline.orchestration.assets.campaigns import conversation_states, outbound_messages
from comm_pipeline.orchestration.assets.external import OWNERS
from comm_pipeline.orchestration.assets.replies import inbound_messages
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource


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
    from comm_pipeline.orchestration.metrics_tables import overview_metadata  # noqa: PLC0415

    collected = mongodb.run(
        lambda engine: engine.metrics.collect_all(engine.settings.max_batch_size),
        channel,
        clock,
        context.run_id,
    )
    return MaterializeResult(metadata=overview_metadata(collected))
