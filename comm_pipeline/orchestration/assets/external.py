"""Collections that other services write: shown in the lineage, materialized by nobody here."""

from dagster import AssetSpec

OWNERS = ["team:campaign-operations"]

agent_batch_requests = AssetSpec(
    "agent_batch_requests",
    group_name="requests",
    owners=OWNERS,
    kinds={"mongodb"},
    description=(
        "What the agent service asks for: a campaign template and its recipients. Requests with "
        "`servicetype` communication are taken up; the sensor reports how many wait."
    ),
)
