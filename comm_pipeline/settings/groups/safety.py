"""What keeps a campaign from doing harm: when it is paused by itself, and how it catches up."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class SafetySettings(BaseModel):
    """Pauses by themselves, and messages that are overdue."""

    pause_bounce_share: Annotated[
        kinds.Share,
        Variable(
            ("PAUSE_BOUNCE_SHARE",),
            "A campaign of whose messages a larger share bounces is paused.",
        ),
    ] = 0.1
    pause_min_bounces: Annotated[
        kinds.Count,
        Variable(("PAUSE_MIN_BOUNCES",), "So many must have bounced for that."),
    ] = 20
    pause_complaint_share: Annotated[
        kinds.Share,
        Variable(
            ("PAUSE_COMPLAINT_SHARE",),
            "A campaign of whose messages a larger share is complained of is paused.",
        ),
    ] = 0.003
    pause_min_complaints: Annotated[
        kinds.Count,
        Variable(("PAUSE_MIN_COMPLAINTS",), "So many complaints must have come for that."),
    ] = 5
    catch_up_after_hours: Annotated[
        kinds.Hours,
        Variable(
            ("CATCH_UP_AFTER_HOURS",),
            "A message that is overdue for longer, after an outage, leaves at the pace of "
            "CATCH_UP_RATE_LIMIT.",
            unit="hours",
        ),
    ] = 6.0
    catch_up_rate_limit: Annotated[
        kinds.RateLimit,
        Variable(("CATCH_UP_RATE_LIMIT",), "Most that leaves of one campaign's overdue messages."),
    ] = "500/hour"
