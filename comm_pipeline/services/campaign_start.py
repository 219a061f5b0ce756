"""Taking up one campaign by its id: from its batch request if it does not exist yet."""

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.errors import InvalidRequestError, NotFoundError
from comm_pipeline.services.engine import Engine


async def take_up_campaign(
    engine: Engine, campaign_id: CampaignId, request_id: object | None
) -> Campaign:
    """Return the campaign, made from its batch request if that still waits.

    Raises InvalidRequestError if the request cannot become a campaign, and NotFoundError if there
    is neither request nor campaign.
    """
    if request_id is None:
        request = await engine.repositories.requests.find_for_campaign(campaign_id)
        request_id = None if request is None else request["_id"]
    if request_id is not None:
        result = await engine.poller.process(request_id, engine.passes.owner, engine.clock())
        if result is not None and result.status is BatchRequestStatus.FAILED:
            raise InvalidRequestError(f"batch request {request_id}: {result.reason}")
    try:
        return await engine.repositories.campaigns.get(campaign_id)
    except NotFoundError:
        raise NotFoundError(
            f"there is no campaign {campaign_id!r} and no batch request waiting to become it"
        ) from None
