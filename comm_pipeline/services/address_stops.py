"""Never writing to an address again: suppressed, and whatever is open with it ends, everywhere.

The suppression is written first: from then on no gate lets anything pass, whatever dies.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Complete
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.suppressions import SuppressionKind
from comm_pipeline.domain.transition import record, without_message
from comm_pipeline.services.committing import commit_each, set_aside
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

#: Conversations that are ended in one go.
_AT_ONCE = 100
#: Times that a conversation is tried again which somebody else changes; the gates know anyway.
_ATTEMPTS = 3
_OPEN = frozenset({ConversationStatus.ACTIVE, ConversationStatus.ESCALATED})


@dataclass(frozen=True, slots=True)
class AddressStop:
    """Why an address is not written to any more; ``source`` is kept with the suppression."""

    outcome: Outcome
    rule: str
    reason: str
    source: str
    kind: SuppressionKind = SuppressionKind.OPT_OUT


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
    await repositories.suppressions.add(address, stop.reason, stop.source, now, stop.kind)
    reason = f"suppression: {stop.reason}"
    if besides is not None:
        await repositories.ledger.stop_waiting(
            [besides], DeliveryStatus.SUPPRESSED, reason, now, address=address
        )
    ids = sorted({*await repositories.conversations.ids_of_addresses([address])} - {besides})
    return await stop_conversations(repositories, ids, stop, now)


async def stop_conversations(
    repositories: Repositories, ids: Sequence[ConversationId], stop: AddressStop, now: datetime
) -> set[CampaignId]:
    """End those of some conversations that are open, and settle what waits of all of them.

    Return the campaigns in which something ended; they are awake.
    """
    reason, campaigns = f"suppression: {stop.reason}", set[CampaignId]()
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
        refuse = set_aside(repositories, now)
        written = await commit_each(repositories, commits, uuid.uuid4().hex, refuse)
        ended |= {one.before.campaign_id for one in commits if one.before.id in written}
        left = [one.before.id for one in commits if one.before.id not in written]
        if not left:
            break
    return ended


def _ended(conversation: Conversation, stop: AddressStop, now: datetime) -> Commit:
    decision = Complete(stop.rule, stop.reason, stop.outcome)
    after = without_message(conversation, decision, now)
    return Commit(conversation, after, (), (record(decision, now),))
