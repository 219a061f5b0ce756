"""The assets of one campaign: the campaign, its conversations, and the messages that left."""

import time

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
        found = mongodb.run(
            lambda engine: take_up_campaign(engine, campaign_id, request_id),
            channel,
            clock,
            context.run.run_id,
        )
    except (InvalidInputError, NotFoundError) as error:
        raise Failure(description=str(error), allow_retries=False) from error
    return MaterializeResult(
        metadata={
            "status": found.status.value,
            "campaign_name": found.name,
            "template": f"{found.template_id} ({found.template_version})",
            "recipients": found.total_recipients,
        }
    )


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
    started = time.perf_counter()
    campaign_id = CampaignId(context.partition_key)
    try:
        report = mongodb.run(
            lambda engine: engine.passes.converse(campaign_id), channel, clock, context.run.run_id
        )
    except CommPipelineError as error:
        return _held_up(context, error)
    seconds = time.perf_counter() - started
    return MaterializeResult(metadata=metadata.conversation_metadata(report, seconds))


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
    started = time.perf_counter()
    campaign_id = CampaignId(context.partition_key)
    try:
        report: CampaignReport = mongodb.run(
            lambda engine: engine.passes.deliver(campaign_id), channel, clock, context.run.run_id
        )
    except CommPipelineError as error:
        return _held_up(context, error)
    seconds = time.perf_counter() - started
    return MaterializeResult(metadata=metadata.delivery_metadata(report, seconds))


def _held_up(context: AssetExecutionContext, error: CommPipelineError) -> MaterializeResult[None]:
    """Let a busy campaign be: whoever holds it does the work. Anything else fails the step."""
    if not isinstance(error, CampaignBusyError):
        raise Failure(description=str(error), allow_retries=False) from error
    context.log.info(f"{context.partition_key} is busy: {error}")
    return MaterializeResult(metadata={"held_up": str(error)})
