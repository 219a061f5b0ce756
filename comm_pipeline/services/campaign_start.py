"""Taking up one campaign by its id: from its batch request if it does not exist yet."""

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.errors import InvalidRequestError, NotFoundError
from comm_pipeline.services.due_work import find_waiting_requests
from comm_pipeline.services.engine import Engine


async def take_up_campaign(
    engine: Engine, campaign_id: CampaignId, request_id: object | None
) -> Campaign:
    """Return the campaign, made from its batch request if that still waits.

    Raises InvalidRequestError if the request cannot become a campaign, and NotFoundError if there
    is neither request nor campaign.
    """
    request_id = await _request_id(engine, campaign_id, request_id)
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


async def _request_id(
    engine: Engine, campaign_id: CampaignId, request_id: object | None
) -> object | None:
    """Return the id of the campaign's request as it is in the collection.

    A run knows it as text only, and an id may be anything.
    """
    claimed = await engine.repositories.requests.find_for_campaign(campaign_id)
    waiting = await find_waiting_requests(engine.repositories, engine.clock())
    known: list[object] = [document["_id"] for document in (claimed, *waiting) if document]
    matching = (one for one in known if campaign_id_for_request(one) == campaign_id)
    return next(matching, request_id)
