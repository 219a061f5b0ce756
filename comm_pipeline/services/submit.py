"""Submitting a batch request from a file, as the agent service inserts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson.errors import BSONError
from pymongo.errors import DocumentTooLarge

from comm_pipeline.domain.batch_requests import SERVICE_TYPE, parse_request
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.errors import InvalidRequestError
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class SubmittedRequest:
    """The request as it stands in the database, and the campaign that it will become."""

    request_id: Any
    campaign_id: CampaignId
    recipients: int


async def submit_request(
    repositories: Repositories,
    document: Mapping[str, Any],
    now: datetime,
    new_id: str | None = None,
) -> SubmittedRequest:
    """Insert a batch request as new, under ``new_id`` if it is given.

    Raises InvalidRequestError if it is malformed at first sight, or its id is taken.
    """
    request = {
        **document,
        "servicetype": document.get("servicetype", SERVICE_TYPE),
        "status": BatchRequestStatus.NEW.value,
        "created_at": now,
    }
    if new_id is not None:
        request["_id"] = new_id
    _check_is_taken_up(request)
    parse_request(request)
    recipients = request.get("recipients")
    if not isinstance(recipients, list) or not recipients:
        raise InvalidRequestError("recipients: must be a list with at least one recipient")
    if not await _insert(repositories, request):
        raise InvalidRequestError(
            f"_id: there is a batch request {request['_id']!r} already; use --new-id to submit "
            "this one under another id"
        )
    campaign_id = campaign_id_for_request(request["_id"])
    return SubmittedRequest(request["_id"], campaign_id, len(recipients))


def _check_is_taken_up(request: Mapping[str, Any]) -> None:
    if request["servicetype"] != SERVICE_TYPE:
        raise InvalidRequestError(
            f'servicetype: must be "{SERVICE_TYPE}"; requests of other services are left alone'
        )
    if request.get("_id") is None:
        raise InvalidRequestError("_id: is missing; give one, or use --new-id")
    if not isinstance(request["_id"], str) or not request["_id"]:
        raise InvalidRequestError("_id: must be a text; give one, or use --new-id")


async def _insert(repositories: Repositories, request: dict[str, Any]) -> bool:
    try:
        return await repositories.requests.insert(request)
    except DocumentTooLarge as error:
        raise InvalidRequestError(
            "the request is larger than 16 MB: give recipients as ids, and their contacts in a "
            "file of their own (--contacts)"
        ) from error
    except (BSONError, OverflowError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidRequestError(f"MongoDB cannot store the request: {error}") from error
