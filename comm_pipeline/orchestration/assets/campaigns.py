"""The assets of one campaign: the campaign, its conversations, and the messages that left."""

from collections.abc import Callable

from dagster import AssetExecutionContext, Failure, MaterializeResult, ResourceParam, asset

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.errors import CommPipelineError, InvalidInputError, NotFoundError
from comm_pipeline.orchestration import metadata
from comm_pipeline.orchestration.assets.external import OWNERS, agent_batch_requests
from comm_pipeline.orchestration.partitions import campaigns_partitions
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.campaign_pass import CampaignBusyError, CampaignReport
from comm_pipeline.services.campaign_start import take_up_campaign

#: Run tag that names the batch request of a campaign that does not exist yet.
REQUEST_TAG = "comm_pipeline/batch_request"


@asset(
    partitions_def=campaigns_partitions,
    deps=[agent_batch_requests],
    group_name="campaigns",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "The campaign that a batch request became, pinned to its template. Running it again finds "
        "the campaign that is there; a request that cannot become one is marked as failed, with "
        "the reason, in `agent_batch_requests`."
    ),
)
def campaign(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Take the batch request up, or find the campaign that it has become."""
    campaign_id = CampaignId(context.partition_key)
    request_id = context.run.tags.get(REQUEST_TAG)
    try:
        found, seconds = mongodb.timed(
            lambda engine: take_up_campaign(engine, campaign_id, request_id),
            channel,
            clock,
            context.run.run_id,
        )
    except (InvalidInputError, NotFoundError) as error:
        raise Failure(description=str(error), allow_retries=False) from error
    said = metadata.campaign_metadata(found) | metadata.duration(seconds)
    return MaterializeResult(metadata=said)


@asset(
    partitions_def=campaigns_partitions,
    deps=[campaign, "inbound_messages"],
    group_name="campaigns",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "One conversation for each recipient: stage, history, next action and the reason for it. A "
        "run does what is due and nothing twice, however often it is run."
    ),
)
def conversation_states(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Start the campaign if it is time, and decide for every conversation that is due."""
    campaign_id = CampaignId(context.partition_key)

    def converse() -> tuple[CampaignReport, float]:
        return mongodb.timed(
            lambda engine: engine.passes.converse(campaign_id), channel, clock, context.run.run_id
        )

    return _step(context, converse, metadata.conversation_metadata)


@asset(
    partitions_def=campaigns_partitions,
    deps=[conversation_states],
    group_name="campaigns",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "The send ledger: each committed message once, and what its provider said. A message whose "
        "answer was lost is `unknown` and is never sent again by itself."
    ),
)
def outbound_messages(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Deliver what waits and is due, and complete the campaign when nothing is left to do."""
    campaign_id = CampaignId(context.partition_key)

    def deliver() -> tuple[CampaignReport, float]:
        return mongodb.timed(
            lambda engine: engine.passes.deliver(campaign_id), channel, clock, context.run.run_id
        )

    return _step(context, deliver, metadata.delivery_metadata)


def _step(
    context: AssetExecutionContext,
    step: Callable[[], tuple[CampaignReport, float]],
    describe: Callable[[CampaignReport], metadata.Metadata],
) -> MaterializeResult[None]:
    """Take one step of a pass, and say what it did and how long that took."""
    try:
        report, seconds = step()
    except CommPipelineError as error:
        return _held_up(context, error)
    return MaterializeResult(metadata=describe(report) | metadata.duration(seconds))


def _held_up(context: AssetExecutionContext, error: CommPipelineError) -> MaterializeResult[None]:
    """Let a busy campaign be: whoever holds it does the work. Anything else fails the step."""
    if not isinstance(error, CampaignBusyError):
        raise Failure(description=str(error), allow_retries=False) from error
    context.log.info(f"{context.partition_key} is busy: {error}")
    return MaterializeResult(metadata={"held_up": str(error)})
