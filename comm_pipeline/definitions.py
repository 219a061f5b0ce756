"""What Dagster loads: everything of ``orchestration``, put together for given settings.

``defs`` is made when Dagster asks for it: importing this module reads no environment.
"""

from dagster import Definitions, definitions, in_process_executor

from comm_pipeline.orchestration.asset_checks import ASSET_CHECKS
from comm_pipeline.orchestration.assets.campaigns import (
    campaign,
    conversation_states,
    outbound_messages,
)
from comm_pipeline.orchestration.assets.external import agent_batch_requests
from comm_pipeline.orchestration.assets.metrics import campaign_metrics, campaign_report
from comm_pipeline.orchestration.assets.replies import inbound_messages
from comm_pipeline.orchestration.jobs import JOBS
from comm_pipeline.orchestration.resources import ChannelResource, ClockResource, MongoResource
from comm_pipeline.orchestration.schedules import build_schedules
from comm_pipeline.orchestration.sensors import build_sensors
from comm_pipeline.settings import Settings, configure_logging, load_settings

ASSETS = (
    agent_batch_requests,
    campaign,
    conversation_states,
    outbound_messages,
    inbound_messages,
    campaign_metrics,
    campaign_report,
)


def build_definitions(
    settings: Settings,
    *,
    mongodb: MongoResource | None = None,
    channel: ChannelResource | None = None,
    clock: ClockResource | None = None,
) -> Definitions:
    """Return the definitions for these settings; resources may be replaced, e.g. in tests."""
    return Definitions(
        assets=ASSETS,
        asset_checks=ASSET_CHECKS,
        jobs=JOBS,
        sensors=build_sensors(settings),
        schedules=build_schedules(settings),
        resources={
            "mongodb": mongodb or MongoResource(settings),
            "channel": channel or ChannelResource(settings),
            "clock": clock or ClockResource(),
        },
        executor=in_process_executor,
    )


@definitions
def defs() -> Definitions:
    """Return the definitions for the environment's settings."""
    settings = load_settings()
    configure_logging(settings)
    return build_definitions(settings)
