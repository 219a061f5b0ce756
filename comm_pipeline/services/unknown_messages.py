"""Messages whose answers were lost, and what a person decides about them."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from comm_pipeline.domain.ids import CampaignId, MessageKey
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import CAMPAIGN_TRANSITIONS, DeliveryStatus
from comm_pipeline.errors import IllegalTransitionError, NotFoundError
from comm_pipeline.storage.repositories import Repositories


class Verdict(StrEnum):
    """What a person has found out, or wants.

    SENT    the provider has it
    FAILED  the provider does not have it, and it shall not be sent: the conversation is told
    QUEUED  the provider does not have it, and it shall be offered again
    """

    SENT = "sent"
    FAILED = "failed"
    QUEUED = "queued"


_STATUSES: Final = {one: DeliveryStatus(one.value) for one in Verdict}


async def find_unknown(
    repositories: Repositories, campaign_id: str | None, limit: int
) -> list[OutboundMessage]:
    """Return unknown messages, longest ago first; of one campaign or of all.

    Raises NotFoundError for a campaign that does not exist.
    """
    if campaign_id is None:
        return await repositories.ledger.find_unknown(None, limit)
    campaign = await repositories.campaigns.get(CampaignId(campaign_id))
    return await repositories.ledger.find_unknown(campaign.id, limit)


async def settle_unknown(
    repositories: Repositories, key: str, verdict: Verdict, reason: str, now: datetime
) -> OutboundMessage:
    """Say what became of an unknown message; return it as it was.

    Raises NotFoundError for another key, and IllegalTransitionError if the message is not unknown
    (any more), or shall be offered again by a campaign that has ended; nothing is changed then.
    """
    message = await repositories.ledger.get(MessageKey(key))
    if message is None:
        raise NotFoundError(f"there is no message {key!r} in outbound_messages")
    if verdict is Verdict.QUEUED:
        await _check_campaign_goes_on(repositories, message)
    words = f"settled by hand: {reason}"
    settled = await repositories.ledger.settle_unknown(message.id, _STATUSES[verdict], words, now)
    if not settled:
        latest = await repositories.ledger.get(message.id) or message
        raise IllegalTransitionError(
            f"the message {key} is {latest.status} and not unknown, so there is nothing to settle"
        )
    if verdict is not Verdict.SENT:
        await repositories.campaigns.look_again(message.campaign_id, now)
    return message


async def _check_campaign_goes_on(repositories: Repositories, message: OutboundMessage) -> None:
    campaign = await repositories.campaigns.get(message.campaign_id)
    if not CAMPAIGN_TRANSITIONS[campaign.status]:
        raise IllegalTransitionError(
            f"the campaign {campaign.id} is {campaign.status}, so nothing of it is sent again; "
            "settle the message as sent or failed"
        )
