"""The asset of what recipients write back."""

from dagster import AssetExecutionContext, MaterializeResult, ResourceParam, asset

from comm_pipeline.orchestration import metadata
from comm_pipeline.orchestration.assets.external import OWNERS
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource


@asset(
    group_name="replies",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "Replies of recipients, matched to their conversations and understood. Unmatched and "
        "malformed ones are kept with the reason."
    ),
)
def inbound_messages(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Take up every new reply."""
    report, seconds = mongodb.timed(
        lambda engine: engine.inbox.take_up(engine.settings.max_batch_size),
        channel,
        clock,
        context.run.run_id,
    )
    said = metadata.inbox_metadata(report) | metadata.duration(seconds)
    return MaterializeResult(metadata=said)
