"""The asset of what comes in from outside: answers, bounces, complaints, automatic replies."""

from datetime import timedelta
from typing import Final

from dagster import AssetExecutionContext, MaterializeResult, ResourceParam, asset

from comm_pipeline.orchestration import inbox_metadata, metadata
from comm_pipeline.orchestration.assets.external import OWNERS
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.incoming import take_in
from comm_pipeline.settings import Masking

#: How long a run goes on reading a full mailbox; the sensor asks for the next.
_READS_FOR: Final = timedelta(seconds=45)


@asset(
    group_name="replies",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "What comes in by mail (`IMAP_HOST`) or from other services: answers, bounces, "
        "complaints, automatic replies; matched to its conversation, understood, and taken into "
        "account. Unmatched and malformed messages are kept with the reason: "
        "`comm-pipeline replies`."
    ),
)
def inbound_messages(
    context: AssetExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> MaterializeResult[None]:
    """Read the mailbox, and take up every new message."""
    report, seconds = mongodb.timed(
        lambda engine: take_in(engine, _READS_FOR),
        channel,
        clock,
        context.run.run_id,
    )
    masking = Masking.of(mongodb.settings)
    said = inbox_metadata.incoming_metadata(report, masking.text) | metadata.duration(seconds)
    return MaterializeResult(metadata=said)
