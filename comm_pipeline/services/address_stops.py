"""Never writing to an address again: suppressed, and whatever is open with it ends, everywhere.

The suppression is written first: from then on no gate lets anything pass, whatever dies.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Complete
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.transition import record, without_message
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories

#: Conversations that are ended in one go.
_AT_ONCE = 100
#: Times that a conversation is tried again which somebody else changes; the gates know anyway.
_ATTEMPTS = 3
#: What a commit raises because of what is to be written, and not of how the database is.
_REFUSED = (BulkWriteError, InvalidDocument, OverflowError)
_LONGEST_REASON = 1_000
_OPEN = frozenset({ConversationStatus.ACTIVE, ConversationStatus.ESCALATED})


@dataclass(frozen=True, slots=True)
class AddressStop:
    """Why an address is not written to any more; ``source`` is kept with the suppression."""

    outcome: Outcome
    rule: str
    reason: str
    source: str


async def stop_address(
    repositories: Repositories,
    address: str,
    stop: AddressStop,
    now: datetime,
    *,
    besides: ConversationId | None = None,
) -> set[CampaignId]:
    """Suppress an address, end its open conversations, and settle what waits for it.

    Doing it again changes nothing. Return the campaigns in which something ended; they are awake.
    The conversation ``besides`` goes on, but what of it waits for this address is settled too.
    """
    await repositories.suppressions.add(address, stop.reason, stop.source, now)
    reason = f"suppression: {stop.reason}"
    if besides is not None:
        await repositories.ledger.stop_waiting(
            [besides], DeliveryStatus.SUPPRESSED, reason, now, address=address
        )
    ids = sorted({*await repositories.conversations.ids_of_addresses([address])} - {besides})
    campaigns = set[CampaignId]()
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        campaigns |= await _end_open(repositories, some, stop, now)
        await repositories.ledger.stop_waiting(some, DeliveryStatus.SUPPRESSED, reason, now)
    await repositories.campaigns.wake(sorted(campaigns), now)
    return campaigns


async def _end_open(
    repositories: Repositories, ids: Sequence[ConversationId], stop: AddressStop, now: datetime
) -> set[CampaignId]:
    ended, left = set[CampaignId](), list(ids)
    for _ in range(_ATTEMPTS):
        loaded = await repositories.conversations.load(left)
        commits = [_ended(one, stop, now) for one in loaded.values() if one.status in _OPEN]
        written, refused = await _commit_each(repositories, commits, now)
        ended |= {one.before.campaign_id for one in commits if one.before.id in written}
        left = [one.before.id for one in commits if one.before.id not in written | refused]
        if not left:
            break
    return ended


async def _commit_each(
    repositories: Repositories, commits: Sequence[Commit], now: datetime
) -> tuple[set[ConversationId], set[ConversationId]]:
    """Return the conversations that were written, and those that the database does not take.

    Of these nothing leaves any more either: their address is suppressed.
    """
    written, refused = set[ConversationId](), set[ConversationId]()
    try:
        return await repositories.conversations.commit(commits, uuid.uuid4().hex), refused
    except _REFUSED:  # by one of them: which one is found by trying each alone
        for one in commits:
            try:
                written |= await repositories.conversations.commit([one], uuid.uuid4().hex)
            except _REFUSED as error:
                refused.add(one.before.id)
                alert, reason = f"conversation:{one.before.id}", f"it cannot be ended: {error}"
                await repositories.alerts.raise_alert(alert, reason[:_LONGEST_REASON], now)
    return written, refused


def _ended(conversation: Conversation, stop: AddressStop, now: datetime) -> Commit:
    decision = Complete(stop.rule, stop.reason, stop.outcome)
    after = without_message(conversation, decision, now)
    return Commit(conversation, after, (), (record(decision, now),))
