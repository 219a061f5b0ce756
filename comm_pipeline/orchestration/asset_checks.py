"""Asset checks: that the counts of metrics, history and ledger agree."""

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    MetadataValue,
    ResourceParam,
    asset_check,
)

from comm_pipeline.orchestration.assets.metrics import campaign_metrics
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.services.reconciliation import find_discrepancies


@asset_check(
    asset=campaign_metrics,
    description="Metrics, history and ledger agree for every campaign that is not long over.",
)
def counts_reconcile(
    context: AssetCheckExecutionContext,
    mongodb: ResourceParam[MongoResource],
    channel: ResourceParam[ChannelResource],
    clock: ResourceParam[ClockResource],
) -> AssetCheckResult:
    """Compare the counts of every campaign that is going on or ended lately."""
    found = mongodb.run(find_discrepancies, channel, clock, context.run.run_id)
    lines = [f"- `{campaign_id}`: {line}" for campaign_id, line in found.discrepancies]
    return AssetCheckResult(
        passed=not lines,
        severity=AssetCheckSeverity.ERROR,
        metadata={
            "campaigns_checked": found.checked,
            "discrepancies": MetadataValue.md("\n".join(lines) or "none"),
        },
    )


ASSET_CHECKS = (counts_reconcile,)
