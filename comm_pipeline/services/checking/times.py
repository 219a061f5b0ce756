"""Whether a campaign can begin, and says something before it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.domain.batch_requests import BatchRequest
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.findings import Finding, warning
from comm_pipeline.errors import InvalidRequestError

#: A request without ``created_at`` may lie about for this long before its time counts as past.
_TOLERANCE: Final = timedelta(hours=1)
#: How far ahead a campaign may start.
_FURTHEST: Final = timedelta(days=3_660)


def check_times(request: BatchRequest, now: datetime) -> None:
    """Refuse a campaign that could not start or would have ended.

    A start that was ahead when the request was made is merely late: the campaign starts at once.
    Raises InvalidRequestError.
    """
    made_at = request.created_at or now - _TOLERANCE
    starts_at = request.scheduled_at or request.schedule.start_date
    field = "scheduled_at" if request.scheduled_at else "schedule.start_date"
    if starts_at is not None and starts_at < min(made_at, now):
        raise InvalidRequestError(
            f"{field}: {starts_at.isoformat()} lies before the request was made "
            f"({made_at.isoformat()}); give a time ahead, or leave it out to start at once"
        )
    if starts_at is not None and starts_at > now + _FURTHEST:
        raise InvalidRequestError(f"{field}: {starts_at.isoformat()} lies more than 10 years ahead")
    ends_at = request.schedule.end_date
    if ends_at is not None and ends_at <= max(now, starts_at or now):
        raise InvalidRequestError(
            f"schedule.end_date: {ends_at.isoformat()} is over before the campaign would start"
        )


def find_starts_that_do_not_count(campaign: Campaign) -> Iterator[Finding]:
    """Yield what is said of the campaign's time beside what counts."""
    start, planned = campaign.scheduled_at, campaign.schedule.start_date
    if start is not None and planned is not None and start != planned:
        yield warning(
            "two_starts",
            "schedule.start_date",
            f"is {planned.isoformat()}, but scheduled_at is {start.isoformat()}, which counts",
            "remove one of them, or write the same time in both",
        )
    for field in ("schedule", "scheduled_at"):
        if campaign.template_document.get(field):
            yield warning(
                "start_in_template",
                f"template.{field}",
                "has no effect: when a campaign runs is said by its request",
                f"move it out of the template, into the request's {field}",
            )
