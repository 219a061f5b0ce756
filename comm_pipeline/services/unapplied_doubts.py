"""What may be an opt-out in a message that cannot be applied: a person is called all the same."""

import uuid
from datetime import datetime
from typing import Final

from comm_pipeline.bot.doubts import may_be_opt_out_in
from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.escalations import heard_from
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage, hold, possible_opt_out
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.committing import commit_each, set_aside
from comm_pipeline.services.escalations import open_escalations
from comm_pipeline.services.inbox_opt_outs import addresses_of
from comm_pipeline.services.possible_opt_outs import hold_addresses
from comm_pipeline.services.reply_matching import is_report, match_replies
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

#: Times that a conversation is tried which somebody else changes; its addresses are held anyway.
_ATTEMPTS: Final = 3


async def call_a_person_if_in_doubt(
    repositories: Repositories, reply: InboundMessage | None, own: OwnMail, now: datetime
) -> None:
    """Hold whoever may have said stop, and call a person who reads what they wrote.

    Doing it again changes nothing. Nobody is called where it cannot be told which conversation it
    is: the message is shown among those that are unmatched or malformed.
    """
    if reply is None or is_report(reply) or reply.kind in {MailKind.OWN, MailKind.OPT_OUT}:
        return
    if not may_be_opt_out_in(reply.text, reply.subject):
        return
    (match,) = await match_replies(repositories, [reply], own)
    key = None if match.is_own else match.conversation_id
    if key is None:
        return
    for _ in range(_ATTEMPTS):
        if await _is_called(repositories, key, reply, own, now):
            return


async def _is_called(
    repositories: Repositories,
    key: ConversationId,
    reply: InboundMessage,
    own: OwnMail,
    now: datetime,
) -> bool:
    """Return False if somebody else has changed the conversation meanwhile."""
    conversation = (await repositories.conversations.load([key])).get(key)
    if conversation is None or conversation.outcome is Outcome.OPTED_OUT:
        return True
    await hold_addresses(repositories, conversation, addresses_of(conversation, reply, own), now)
    if await _is_known(repositories, reply, key):
        return True
    decision = possible_opt_out(None, now)
    commit = Commit(conversation, hold(conversation, decision), (), (decision,))
    await open_escalations(repositories, [commit])
    refuse = set_aside(repositories, now)
    if not await commit_each(repositories, [commit], uuid.uuid4().hex, refuse):
        return False
    await _show(repositories, conversation, reply, now)
    return True


async def _is_known(repositories: Repositories, reply: InboundMessage, key: ConversationId) -> bool:
    """Return whether somebody has been called because of this reply."""
    open_ones = await repositories.escalations.find_open_of(key)
    return any(
        one.rule == POSSIBLE_OPT_OUT and said.message_id == str(reply.id)
        for one in open_ones
        for said in one.history
    )


async def _show(
    repositories: Repositories, conversation: Conversation, reply: InboundMessage, now: datetime
) -> None:
    """Add the reply to what the person is shown, which the history does not hold."""
    await repositories.escalations.add_reply(conversation.id, heard_from(reply), now)
    await repositories.campaigns.look_again(conversation.campaign_id, now)
