"""What is learned of a message after it was offered: by a report, a bounce mail, or a person.

One way for all of them: suppress first, then the ledger, then wake the campaign, which tells the
conversation. Doing it again changes nothing; a process that dies between the steps leaves what led
here unsettled, and it is done again.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DELIVERY_TRANSITIONS, DeliveryStatus
from comm_pipeline.domain.suppressions import SuppressionKind
from comm_pipeline.storage.repositories import Repositories

#: What a conversation has to be told.
REFUSALS: Final = frozenset(
    {DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED, DeliveryStatus.FAILED}
)
#: The answer to its offer is still to come.
_NOT_SETTLED: Final = frozenset(
    {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED}
)
_SOURCE: Final = "delivery_report"


class Learned(StrEnum):
    """What an outcome changed; TOO_EARLY: the message has no answer yet, so try again later."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    TOO_EARLY = "too_early"


async def learn_outcome(
    repositories: Repositories,
    message: OutboundMessage,
    status: DeliveryStatus,
    reason: str,
    now: datetime,
) -> Learned:
    """Write what became of a message that was offered, if that may follow what is known of it.

    ``message`` is its ledger entry as it was read. A bounce suppresses its address, a complaint
    every address of its recipient, whether or not the ledger changes.
    """
    if message.status in _NOT_SETTLED:
        return Learned.TOO_EARLY
    await _suppress(repositories, message, status, reason, now)
    changed = status in DELIVERY_TRANSITIONS[message.status] and await repositories.ledger.report(
        message.id, status, reason, now, is_handled=status not in REFUSALS
    )
    if status in REFUSALS and (changed or message.status is status):
        await repositories.campaigns.look_again(message.campaign_id, now)
    return Learned.CHANGED if changed else Learned.UNCHANGED


async def _suppress(
    repositories: Repositories,
    message: OutboundMessage,
    status: DeliveryStatus,
    reason: str,
    now: datetime,
) -> None:
    suppressions = repositories.suppressions
    if status is DeliveryStatus.BOUNCED:
        kind = SuppressionKind.BOUNCE
        await suppressions.add(message.address, f"bounced: {reason}", _SOURCE, now, kind)
    if status is DeliveryStatus.COMPLAINED:
        loaded = await repositories.conversations.load([message.conversation_id])
        known = loaded[message.conversation_id].addresses if loaded else ()
        kind = SuppressionKind.COMPLAINT
        for address in {*known, message.address}:
            await suppressions.add(address, f"complained: {reason}", _SOURCE, now, kind)
