"""Telling people of hand-offs: by mail, by a call, until it has worked.

A notice that fails raises an alert and is tried again later, for as long as the hand-off is open.
It may be given twice if the process dies right after it: its Message-ID and its key are the same.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from comm_pipeline.channels.base import Channel, ChannelMessage
from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.escalations import (
    Escalation,
    EscalationKind,
    is_needed,
)
from comm_pipeline.domain.ids import CampaignId, MessageKey, rfc_message_id
from comm_pipeline.domain.statuses import DeliveryStatus, Outcome
from comm_pipeline.errors import CommPipelineError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.escalations import supersede
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 100
_LONGEST_DELAY: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of telling: a channel, made when it is needed, and how it is told."""

    name: str
    open_channel: Callable[[], Channel]
    message: Callable[[Escalation], ChannelMessage]


@dataclass(frozen=True, slots=True)
class EscalationNotices:
    """Tells people of a campaign's new hand-offs; without ``ways`` they are only listed."""

    repositories: Repositories
    ways: Sequence[Way]
    retry_delay: timedelta
    clock: Clock

    async def give(self, campaign_id: CampaignId) -> int:
        """Tell of everything that is new or is to be tried again; return how many were told."""
        found = await self.repositories.escalations.find_to_be_told(
            campaign_id, self.clock(), _AT_ONCE
        )
        if not found:
            return 0
        ids = [one.conversation_id for one in found]
        conversations = await self.repositories.conversations.load(ids)
        needed = []
        for one in found:
            if is_needed(one, conversations.get(one.conversation_id)):
                needed.append(one)
            else:
                conversation = conversations.get(one.conversation_id)
                await supersede(self.repositories, one, conversation, self.clock())
        return await self._tell_all(needed)

    async def _tell_all(self, escalations: Sequence[Escalation]) -> int:
        told: dict[str, list[str]] = {one.id: list(one.told) for one in escalations}
        for way in self.ways:
            waiting = [one for one in escalations if way.name not in told[one.id]]
            for key in await self._tell(way, waiting):
                told[key].append(way.name)
        complete = 0
        for one in escalations:
            is_complete = len(told[one.id]) >= len(self.ways)
            complete += is_complete
            attempts = one.notify_attempts + 1
            delay = min(self.retry_delay * 2 ** min(attempts - 1, 16), _LONGEST_DELAY)
            again_at = None if is_complete else self.clock() + delay
            await self.repositories.escalations.set_notice(
                one.id, told[one.id], attempts, again_at, one.heard
            )
        return complete

    async def _tell(self, way: Way, escalations: Sequence[Escalation]) -> list[str]:
        """Return the ids of those that were told; what goes wrong becomes an alert."""
        told: list[str] = []
        if not escalations:
            return told
        try:
            async with way.open_channel() as channel:
                for one in escalations:
                    result = await channel.send(way.message(one))
                    if result.status is DeliveryStatus.SENT:
                        told.append(one.id)
                    else:
                        await self._alert(way, one, result.detail)
        except (CommPipelineError, OSError) as error:
            await self._alert(way, escalations[len(told)], str(error))
        return told

    async def _alert(self, way: Way, escalation: Escalation, reason: str) -> None:
        log.warning("escalation_not_told", escalation_id=escalation.id, way=way.name, error=reason)
        await self.repositories.alerts.raise_alert(
            f"escalation_notice:{way.name}",
            f"nobody could be told by {way.name} of {escalation.id}: {reason}; it is tried again, "
            "and listed by comm-pipeline escalations",
            self.clock(),
        )


def mail_about(escalation: Escalation, address: str, domain: str) -> ChannelMessage:
    """Return the mail that tells of a hand-off."""
    what = "Please approve" if escalation.kind is EscalationKind.APPROVAL else "Please take over"
    lines = [escalation.summary, "", *_commands(escalation)]
    if escalation.proposal is not None:
        lines += ["", "The answer that waits:", "", escalation.proposal.text]
    lines += ["", "What was said, the latest last:"]
    for said in escalation.history:
        who = "we" if said.direction == "outbound" else "they"
        lines += ["", f"-- {said.at:%Y-%m-%d %H:%M} UTC, {who} wrote:", said.text]
    again = "Re: " if escalation.heard else ""
    key = _key(escalation)
    return ChannelMessage(
        idempotency_key=key,
        message_id=rfc_message_id(key, domain),
        recipient_address=address,
        subject=f"{again}{what}: {escalation.recipient_id} in {escalation.campaign_id}",
        text="\n".join(lines),
    )


def call_about(escalation: Escalation) -> ChannelMessage:
    """Return the call that tells of a hand-off: its document as JSON."""
    key = _key(escalation)
    document = escalation.model_dump(
        mode="json", by_alias=True, exclude={"notify_at", "notify_attempts", "told"}
    )
    return ChannelMessage(
        idempotency_key=key,
        message_id=key,
        recipient_address="",
        subject=escalation.id,
        text=json.dumps(document, ensure_ascii=False),
    )


def _key(escalation: Escalation) -> MessageKey:
    """Return the key of a notice: another one for each reply that came in the meantime."""
    return MessageKey(f"escalation:{escalation.id}:{escalation.heard}")


def _commands(escalation: Escalation) -> list[str]:
    place = f"{escalation.campaign_id} {escalation.recipient_id}"
    if escalation.kind is EscalationKind.APPROVAL:
        return [f"comm-pipeline approve {place}", f"comm-pipeline reject {place}"]
    answers = [f'comm-pipeline answer {place} "..."', f"comm-pipeline resolve {place}"]
    if escalation.rule == POSSIBLE_OPT_OUT:
        return [f"comm-pipeline resolve {place} --outcome {Outcome.OPTED_OUT}", *answers]
    return answers
