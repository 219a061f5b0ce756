"""How campaigns stand right now: counted when asked, from indexes, for the command line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CAMPAIGN, CampaignId, RecipientId, conversation_id
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.errors import NotFoundError
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

#: Failed requests, and alerts, that are shown.
_LATEST: Final = 5


@dataclass(frozen=True, slots=True)
class CampaignOverview:
    """One campaign: conversations and messages by status, and who holds it."""

    campaign_id: CampaignId
    name: str
    type: str
    status: str
    recipients: int
    next_due_at: datetime | None
    error: str | None
    pause_reason: str | None
    conversations: dict[str, int]
    messages: dict[str, int]
    held_by: str | None


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A batch request of which no campaign came to be, and why."""

    request_id: str
    reason: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SystemOverview:
    """The whole system: requests, campaigns and replies by status, and the latest of each.

    ``failed`` are the requests that failed last.
    """

    requests: dict[str, int]
    failed: list[FailedRequest]
    campaigns: dict[str, int]
    replies: dict[str, int]
    latest: list[CampaignOverview]
    alerts: list[dict[str, Any]]


async def campaign_overview(repositories: Repositories, campaign_id: str) -> CampaignOverview:
    """Return how a campaign stands.

    Raises NotFoundError as ``find_campaign`` does.
    """
    return await _overview(repositories, await find_campaign(repositories, campaign_id))


async def find_campaign(repositories: Repositories, campaign_id: str) -> Campaign:
    """Return a campaign that somebody names.

    Raises NotFoundError if there is none of that id; it says how its batch request stands.
    """
    try:
        return await repositories.campaigns.get(CampaignId(campaign_id))
    except NotFoundError as error:
        raise NotFoundError(f"{error}{await _of_its_request(repositories, campaign_id)}") from error


async def find_recipient(repositories: Repositories, campaign_id: str, recipient_id: str) -> None:
    """Raise NotFoundError if a campaign, or a recipient in it, is not there.

    Before the conversations of a campaign begin nobody is found to be missing.
    """
    campaign = await find_campaign(repositories, campaign_id)
    key = conversation_id(campaign.id, RecipientId(recipient_id))
    is_there = bool(await repositories.conversations.addresses([key]))
    if campaign.conversation_states_initialized and not is_there:
        raise NotFoundError(
            f"the campaign {campaign_id!r} has no recipient {recipient_id!r}; RECIPIENT is the id "
            "that its batch request gives"
        )


async def system_overview(repositories: Repositories, most: int) -> SystemOverview:
    """Return how everything stands, with the ``most`` latest campaigns."""
    latest = await repositories.campaigns.find_latest(most)
    return SystemOverview(
        requests=await repositories.requests.count_by_status(),
        failed=[_failed(one) for one in await repositories.requests.find_failed(_LATEST)],
        campaigns=await repositories.campaigns.count_by_status(),
        replies=await repositories.inbound.count_by_status(),
        latest=[await _overview(repositories, campaign) for campaign in latest],
        alerts=await repositories.alerts.find_latest(_LATEST),
    )


def _failed(request: Doc) -> FailedRequest:
    reason = str(request.get("error") or "no reason is given")
    failed_at = request.get("processed_at")
    return FailedRequest(
        str(request["_id"]), reason, failed_at if isinstance(failed_at, datetime) else None
    )


async def _of_its_request(repositories: Repositories, campaign_id: str) -> str:
    """Return what there is to say of the request that a campaign would come from."""
    requests, id_ = repositories.requests, campaign_id.removeprefix(CAMPAIGN)
    request = await requests.find_for_campaign(CampaignId(campaign_id)) or await requests.get(id_)
    if request is None:
        return ""
    match request.get("status"):
        case BatchRequestStatus.NEW:
            words = "is new: no sensor has taken it up yet"
        case BatchRequestStatus.PROCESSING:
            words = "is being taken up"
        case BatchRequestStatus.FAILED:
            words = f"has failed: {_failed(request).reason}"
        case other:
            words = f"has the status {other}"
    return f"; its batch request {request['_id']!r} {words}"


async def _overview(repositories: Repositories, campaign: Campaign) -> CampaignOverview:
    holder = await repositories.leases.holder(campaign.id)
    return CampaignOverview(
        campaign_id=campaign.id,
        name=campaign.name,
        type=campaign.type,
        status=campaign.status.value,
        recipients=campaign.total_recipients,
        next_due_at=campaign.next_due_at,
        error=campaign.error,
        pause_reason=campaign.pause_reason,
        conversations=await repositories.conversations.count_by_status(campaign.id),
        messages=await repositories.ledger.count_by_status(campaign.id),
        held_by=holder["owner"] if holder else None,
    )
