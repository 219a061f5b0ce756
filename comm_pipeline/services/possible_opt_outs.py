"""What may be an opt-out holds all that is for its person, in every campaign, until decided.

The doubt stands on the suppression list, which every gate asks, so that it also holds what is
planned later, and what other conversations with the same address say.
"""

from collections.abc import Iterable
from datetime import datetime

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import ConversationId, campaign_of
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.inbox_opt_outs import OPT_OUT_SOURCE
from comm_pipeline.storage.repositories import Repositories


async def hold_addresses(
    repositories: Repositories, conversation: Conversation, addresses: Iterable[str], now: datetime
) -> None:
    """Let everything wait that is for these addresses; doing it again changes nothing."""
    reason = f"may have opted out in campaign {conversation.campaign_id}; a person has to look"
    for address in addresses:
        await repositories.suppressions.doubt(address, conversation.id, reason, OPT_OUT_SOURCE, now)


async def let_addresses_go(
    repositories: Repositories, conversation_id: ConversationId, now: datetime
) -> None:
    """Have looked at again what waited because of a conversation in which nobody said stop."""
    addresses = await repositories.suppressions.find_doubted(conversation_id)
    if not addresses:
        return
    await repositories.suppressions.end_doubt(conversation_id)
    for key in await repositories.conversations.ids_of_addresses(addresses):
        if await repositories.ledger.release(key, POSSIBLE_OPT_OUT, now):
            await repositories.campaigns.look_again(campaign_of(key), now)


async def stop_doubted(
    repositories: Repositories, conversation_id: ConversationId, now: datetime
) -> None:
    """Write no more to what waits because of a conversation in which somebody did say stop."""
    reason = f"opted out in campaign {campaign_of(conversation_id)}"
    stop = AddressStop(Outcome.OPTED_OUT, "opt_out", reason, OPT_OUT_SOURCE)
    for address in await repositories.suppressions.find_doubted(conversation_id):
        await stop_address(repositories, address, stop, now)
