"""How often work is looked for, and how much of it is done at once."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class WorkSettings(BaseModel):
    """Amounts of work."""

    polling_interval_seconds: Annotated[
        kinds.Seconds,
        Variable(
            ("CAMPAIGN_POLLING_INTERVAL_SECONDS", "POLLING_INTERVAL_SECONDS"),
            "How often to look for requests and due campaigns. Dagster's sensor loop makes a turn "
            "every 5 seconds, so a shorter interval acts as 5.",
            unit="seconds",
        ),
    ] = 60
    max_concurrent_campaigns: Annotated[
        kinds.Count, Variable(("MAX_CONCURRENT_CAMPAIGNS",), "Campaigns processed at once.")
    ] = 10
    max_batch_size: Annotated[
        kinds.Count,
        Variable(
            ("CAMPAIGN_MAX_BATCH_SIZE", "MAX_BATCH_SIZE", "MAX_CONVERSATIONS_PER_BATCH"),
            "Conversations processed in one batch.",
        ),
    ] = 100
    max_concurrent_conversations: Annotated[
        kinds.Count,
        Variable(("MAX_CONCURRENT_CONVERSATIONS",), "Conversations held in memory at once."),
    ] = 500
    processing_threads: Annotated[
        kinds.Count,
        Variable(("CAMPAIGN_PROCESSING_THREADS",), "Campaigns that one sweep works on at a time."),
    ] = 4
    worker_threads: Annotated[
        kinds.Count,
        Variable(("WORKER_THREADS",), "Connections that deliver side by side, per run."),
    ] = 4
    worker_concurrent_tasks: Annotated[
        kinds.Count, Variable(("WORKER_CONCURRENT_TASKS",), "Provider calls in flight, per run.")
    ] = 32
    large_campaign_due: Annotated[
        kinds.Count,
        Variable(
            ("LARGE_CAMPAIGN_DUE",),
            "Due conversations from which a campaign gets a run of its own.",
        ),
    ] = 500
    max_run_requests_per_tick: Annotated[
        kinds.Count,
        Variable(("MAX_RUN_REQUESTS_PER_TICK",), "Runs that a sensor asks for in one turn."),
    ] = 20
