"""How long things take: the stages of a campaign, and how long is waited after a failure."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class TimingSettings(BaseModel):
    """Durations and repetitions."""

    stage_delay_factor: Annotated[
        kinds.Factor,
        Variable(
            ("CAMPAIGN_STAGE_DELAY_FACTOR", "STAGE_DELAY_FACTOR"),
            "Multiplies the timing rules of every stage; below 1 is faster.",
        ),
    ] = 1.0
    retry_delay_seconds: Annotated[
        kinds.Seconds,
        Variable(
            ("CAMPAIGN_RETRY_DELAY_SECONDS", "RETRY_DELAY_SECONDS"),
            "Time to wait before a failed operation is tried again.",
            unit="seconds",
        ),
    ] = 300
    max_delivery_attempts: Annotated[
        kinds.Count, Variable(("MAX_DELIVERY_ATTEMPTS",), "Attempts before a delivery has failed.")
    ] = 10
    max_delivery_age_hours: Annotated[
        kinds.Hours,
        Variable(
            ("MAX_DELIVERY_AGE_HOURS",),
            "Time since it was first deferred after which a message is not tried again.",
            unit="hours",
        ),
    ] = 72.0
    lease_seconds: Annotated[
        kinds.Seconds,
        Variable(
            ("LEASE_SECONDS",), "How long a worker that died keeps its campaign.", unit="seconds"
        ),
    ] = 60
    batch_request_claim_seconds: Annotated[
        kinds.Seconds,
        Variable(
            ("BATCH_REQUEST_CLAIM_SECONDS",),
            "After this time a request whose processing died is taken up again.",
            unit="seconds",
        ),
    ] = 300
