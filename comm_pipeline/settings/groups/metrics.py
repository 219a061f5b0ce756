"""When metrics are computed, and whether they are served."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class MetricsSettings(BaseModel):
    """The metrics of campaigns."""

    metrics_ttl_seconds: Annotated[
        kinds.CountOrZero,
        Variable(
            ("CAMPAIGN_METRICS_TTL_SECONDS", "CAMPAIGN_METRICS_TTL"),
            "How long computed campaign metrics count as fresh.",
            unit="seconds",
        ),
    ] = 600
    metrics_sample_rate: Annotated[
        kinds.Share,
        Variable(
            ("CAMPAIGN_METRICS_SAMPLE_RATE",), "Share of the conversations that metrics look at."
        ),
    ] = 1.0
    enable_metrics: Annotated[
        kinds.Flag, Variable(("ENABLE_METRICS",), "Whether dev serves metrics to Prometheus.")
    ] = False
    metrics_port: Annotated[
        kinds.Port, Variable(("METRICS_PORT",), "Port on which metrics are served.")
    ] = 9090
