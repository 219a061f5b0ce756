"""Who messages are from: asked of their channel, which is told who their conversations know.

The mark that precedes the offer writes it into the ledger, so that a conversation keeps its sender
also if the answer is lost or the process dies, and whatever other senders come along.
"""

from collections.abc import Sequence

from comm_pipeline.channels.base import Channel, has_several_senders, names_senders
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.services.provider_gates import Passed
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository


class SenderChoice:
    """Gives messages their senders."""

    def __init__(self, ledger: OutboundMessageRepository) -> None:
        self._ledger = ledger

    async def with_senders(self, channel: Channel, group: Sequence[Passed]) -> Sequence[Passed]:
        """Return the messages of a group with who they are to be from, if the channel says.

        Asks the ledger, once for all of them, only if the channel has several senders, and not for
        the first messages of conversations.
        """
        ids = [one.message.conversation_id for one in group]
        if has_several_senders(channel):
            used = await self._ledger.senders_used(
                [one.message.conversation_id for one in group if not _is_the_first(one.message)]
            )
            senders = [channel.sender_for(one, used.get(one, ())) for one in ids]
        elif names_senders(channel):
            senders = [channel.sender_for(one) for one in ids]
        else:
            return group
        return [one._replace(sender=sender) for one, sender in zip(group, senders, strict=True)]


def _is_the_first(message: OutboundMessage) -> bool:
    """Return whether nothing was offered in a conversation before: its thread begins here."""
    return message.in_reply_to is None and message.attempts == 0
