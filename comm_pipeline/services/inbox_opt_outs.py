"""An opt-out in a message that has no other effect: nobody is written to who has said stop."""

from collections.abc import Sequence
from datetime import datetime

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.reply_matching import address_or_none, is_report, match_replies
from comm_pipeline.storage.repositories import Repositories

#: The source that suppressions by opt-out name.
OPT_OUT_SOURCE = "reply"
_STOP = AddressStop(
    Outcome.OPTED_OUT,
    "opt_out",
    "opted out in a reply that could not be applied",
    OPT_OUT_SOURCE,
)


async def honour_opt_out(
    repositories: Repositories,
    reply: InboundMessage | None,
    own: OwnMail,
    report: InboxReport,
    now: datetime,
) -> None:
    """Stop writing to whoever asks for it, as far as it can be told who that is."""
    if reply is None or not _says_stop(reply):
        return
    for address in await _addresses(repositories, reply, own):
        report.campaigns |= await stop_address(repositories, address, _STOP, now)
        report.opted_out += 1


def addresses_of(conversation: Conversation, reply: InboundMessage, own: OwnMail) -> list[str]:
    """Return where somebody is not written to any more who says stop in a conversation.

    That is every address that we could write to, and the one that the answer came from.
    """
    came_from = {address_or_none(reply.from_address)} - own.addresses
    return sorted(address for address in {*conversation.addresses, *came_from} if address)


def _says_stop(reply: InboundMessage) -> bool:
    if is_report(reply) or reply.kind is MailKind.OWN:
        return False  # it repeats what we have written
    return reply.kind is MailKind.OPT_OUT or bool(find_opt_out(reply.text, reply.subject))


async def _addresses(
    repositories: Repositories, reply: InboundMessage, own: OwnMail
) -> Sequence[str]:
    (match,) = await match_replies(repositories, [reply], own)
    key = match.conversation_id
    known = await repositories.conversations.all_addresses(key) if key else set()
    sender = None if match.is_own else address_or_none(reply.from_address)
    return sorted({one for one in (*known, sender) if one is not None})
