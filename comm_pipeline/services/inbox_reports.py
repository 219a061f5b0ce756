"""What a report does: on a bounce, a complaint or an arrival of one of our messages.

The address is suppressed first, the ledger follows, then the conversations: a bounced one that may
go on by another channel is left to its campaign's next pass, which is told by the ledger, as it is
of every refusal. Reports come late, in any order and more than once; each of these writes can be
done again.
"""

import uuid
from datetime import datetime

from comm_pipeline.domain.conversations import Conversation, Standstill, last_outbound_key
from comm_pipeline.domain.delivery_reports import DeliveryReport, is_still_tried, ledger_status
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.standstills import AFTER_SOFT_BOUNCE, stand_still
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.suppressions import SuppressionKind
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.delivery_outcomes import REFUSALS
from comm_pipeline.services.reply_matching import Match, address_or_none
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.delivery_reports import OurMessage
from comm_pipeline.storage.repositories import Repositories

#: The source that suppressions by a report name.
_SOURCE = "delivery report"
_ATTEMPTS = 3
_STOPS = {
    MailKind.HARD_BOUNCE: (
        SuppressionKind.BOUNCE,
        "hard_bounce",
        "mail to the address bounced",
    ),
    MailKind.COMPLAINT: (
        SuppressionKind.COMPLAINT,
        "complaint",
        "the recipient called our mail unwanted",
    ),
}


async def take_report(
    repositories: Repositories,
    reply: InboundMessage,
    match: Match,
    now: datetime,
    *,
    falls_back: bool = False,
    is_forgotten: bool = False,
) -> set[CampaignId]:
    """Write what a report on a message of a matched conversation does; return campaigns woken.

    ``falls_back`` says that its template has a bounced message said by another channel,
    ``is_forgotten`` that its person was forgotten, of whom nothing is written again.
    """
    assert match.conversation_id is not None
    if is_forgotten:
        reply = reply.model_copy(update={"report": _without_words(reply.report)})
    kind = reply.kind or MailKind.AUTO_REPLY
    loaded = await repositories.conversations.load([match.conversation_id])
    conversation = loaded.get(match.conversation_id)
    ours = match.ours or await _latest(repositories, conversation)
    stop = _stop(kind, reply)
    addresses = _addresses(kind, ours, conversation) if stop is not None else []
    if stop is not None:
        for address in addresses:
            await repositories.suppressions.add(address, stop.reason, stop.source, now, stop.kind)
    campaigns = set[CampaignId]()
    if ours is not None:
        campaigns |= await _tell_ledger(repositories, ours, kind, reply, now)
    if stop is not None:
        goes_on = falls_back and ours is not None and await _is_bounced(repositories, ours)
        left_alone = match.conversation_id if goes_on else None
        for address in addresses:
            campaigns |= await stop_address(repositories, address, stop, now, besides=left_alone)
    if kind is MailKind.SOFT_BOUNCE and not is_still_tried(reply.report):
        campaigns |= await _wait(repositories, conversation, reply, now)
    return campaigns


async def _tell_ledger(
    repositories: Repositories,
    ours: OurMessage,
    kind: MailKind,
    reply: InboundMessage,
    now: datetime,
) -> set[CampaignId]:
    """Keep the report with its message; a refusal makes the campaign look at it."""
    status, told = ledger_status(kind, reply.report), _told(kind, reply)
    is_refusal = status in REFUSALS
    await repositories.ledger.record_report(
        ours.key, str(reply.id), told, status, now, is_handled=not is_refusal
    )
    if not is_refusal:
        return set()
    await repositories.campaigns.look_again(ours.campaign_id, now)
    return {ours.campaign_id}


async def _is_bounced(repositories: Repositories, ours: OurMessage) -> bool:
    """Return whether the ledger has taken the report, so that the conversation will be told."""
    message = await repositories.ledger.get(ours.key)
    return message is not None and message.status is DeliveryStatus.BOUNCED


def _addresses(
    kind: MailKind, ours: OurMessage | None, conversation: Conversation | None
) -> list[str]:
    """Return what is not written to any more: what bounced; all addresses of who complains."""
    known = conversation.addresses if conversation else ()
    reported = address_or_none(ours.address if ours else None)
    if kind is MailKind.COMPLAINT:
        return sorted({*known, *filter(None, [reported])})
    return [reported] if reported else list(known[:1])


async def _latest(
    repositories: Repositories, conversation: Conversation | None
) -> OurMessage | None:
    """Return the message that a report is on which names none: the latest."""
    key = last_outbound_key(conversation) if conversation else None
    return await repositories.ledger.get_ours(key) if key else None


def _stop(kind: MailKind, reply: InboundMessage) -> AddressStop | None:
    if kind not in _STOPS:
        return None
    why, rule, reason = _STOPS[kind]
    return AddressStop(why.outcome, rule, _with_words(reason, reply), _SOURCE, why)


async def _wait(
    repositories: Repositories,
    conversation: Conversation | None,
    reply: InboundMessage,
    now: datetime,
) -> set[CampaignId]:
    """Say nothing for a while to a mailbox that could not take a message."""
    for _ in range(_ATTEMPTS):
        if conversation is None:
            return set()
        standstill = Standstill(
            rule="soft_bounce",
            reason=_with_words("a message did not arrive", reply),
            until=reply.received_at + AFTER_SOFT_BOUNCE,
            message_id=str(reply.id),
        )
        moved = stand_still(conversation, standstill, now)
        if moved is None:
            return set()
        commit = Commit(conversation, moved[0], (), (moved[1],))
        if await repositories.conversations.commit([commit], uuid.uuid4().hex):
            await repositories.campaigns.wake([conversation.campaign_id], now)
            return {conversation.campaign_id}
        loaded = await repositories.conversations.load([conversation.id])
        conversation = loaded.get(conversation.id)
    return set()


def _without_words(report: DeliveryReport | None) -> DeliveryReport | None:
    changes = {"diagnostic": "", "recipient": None}
    return None if report is None else report.model_copy(update=changes)


def _with_words(reason: str, reply: InboundMessage) -> str:
    words = " ".join((reply.report.diagnostic if reply.report else "").split())[:300]
    return f"{reason}: {words}" if words else reason


def _told(kind: MailKind, reply: InboundMessage) -> dict[str, str | None]:
    report = reply.report
    return {
        "kind": kind.value,
        "status": report.status if report else None,
        "action": report.action if report else None,
        "diagnostic": report.diagnostic[:1_000] if report else None,
    }
