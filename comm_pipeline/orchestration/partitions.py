"""One partition for each campaign; its key is the campaign's id."""

from collections.abc import Sequence

from dagster import DagsterInstance, DynamicPartitionsDefinition

campaigns_partitions = DynamicPartitionsDefinition(name="campaigns")

#: Dagster's storage takes this many keys at once without standing still.
_KEYS_AT_ONCE = 10_000


def add_campaigns(instance: DagsterInstance, campaign_ids: Sequence[str]) -> None:
    """Make partitions for campaigns; those that exist stay."""
    for start in range(0, len(campaign_ids), _KEYS_AT_ONCE):
        chunk = list(campaign_ids[start : start + _KEYS_AT_ONCE])
        instance.add_dynamic_partitions(str(campaigns_partitions.name), chunk)
