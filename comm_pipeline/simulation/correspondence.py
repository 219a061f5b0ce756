"""The letters between a simulated campaign and its audience: what arrived, and what is due back.

Replies are written into ``inbound_messages`` as any service of the platform writes them, many at
once, with the headers by which a real answer finds its conversation.
"""

import hashlib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.domain.document import to_milliseconds
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.simulation.audience import Audience, Reaction, ReceivedMessage
from comm_pipeline.storage.connection import Doc


@dataclass(frozen=True, slots=True, order=True)
class _Planned:
    """A reply that somebody has in mind; ordered by time, and where that is equal by its id."""

    at: datetime
    reply_id: str
    message: ReceivedMessage = field(compare=False)
    reaction: Reaction = field(compare=False)


class Correspondence:
    """Everything that one campaign's audience has received and means to answer.

    ``stage_order`` are the names of the template's stages.
    """

    def __init__(
        self, campaign_id: CampaignId, stage_order: Sequence[str], audience: Audience
    ) -> None:
        self._prefix = len(campaign_id) + 1
        self._stages = {name: position for position, name in enumerate(stage_order)}
        self._audience = audience
        self._planned: list[_Planned] = []
        self._has_answer_in_mind: set[str] = set()
        self._stopped: set[str] = set()

    @property
    def next_due_at(self) -> datetime | None:
        """When the next reply is written; None if nobody has one in mind."""
        return self._planned[0].at if self._planned else None

    def has_mailbox(self, message: ChannelMessage) -> bool:
        """Return whether a message arrives."""
        return self._audience.has_mailbox(self._place_of(message)[0])

    def receive(
        self, messages: Iterable[ChannelMessage], zones: Mapping[str, ZoneInfo], now: datetime
    ) -> None:
        """Hand out messages that arrived at ``now``; their readers decide what to answer."""
        received = [self._received(message, now) for message in messages]
        # Channels work side by side: the order in which they took messages is left to chance.
        received.sort(key=self._order)
        for message in received:
            if message.recipient_id not in self._stopped:
                reactions = self._audience.react(message, zones.get(message.recipient_id))
                for number, reaction in enumerate(reactions):
                    self._plan(message, number, reaction)

    def take_due(self, now: datetime) -> list[Doc]:
        """Return the replies whose time has come, oldest first, as documents of a mailbox."""
        due = []
        while self._planned and self._planned[0].at <= now:
            planned = heapq.heappop(self._planned)
            person = planned.message.recipient_id
            if not planned.reaction.is_automatic:
                self._has_answer_in_mind.discard(person)
                if person in self._stopped:
                    continue
            if planned.reaction.is_last:
                self._stopped.add(person)
            due.append(_document(planned))
        return due

    def _plan(self, message: ReceivedMessage, number: int, reaction: Reaction) -> None:
        person = message.recipient_id
        if not reaction.is_automatic:
            if person in self._has_answer_in_mind:
                return
            self._has_answer_in_mind.add(person)
        digest = hashlib.sha256(f"{number}:{message.message_id}".encode()).hexdigest()[:32]
        # Cut to what MongoDB keeps: the clock, which is cut too, must be able to reach it.
        at = to_milliseconds(reaction.at)
        heapq.heappush(self._planned, _Planned(at, digest, message, reaction))

    def _order(self, message: ReceivedMessage) -> tuple[str, int, int, int]:
        stage = self._stages[message.stage]
        return message.recipient_id, stage, message.message_index, message.follow_up

    def _received(self, message: ChannelMessage, now: datetime) -> ReceivedMessage:
        recipient_id, stage, index, follow_up = self._place_of(message)
        return ReceivedMessage(
            recipient_id=recipient_id,
            stage=stage,
            message_index=index,
            follow_up=follow_up,
            message_id=message.message_id,
            address=message.recipient_address,
            subject=message.subject,
            at=now,
        )

    def _place_of(self, message: ChannelMessage) -> tuple[str, str, int, int]:
        """Return recipient, stage, message index and follow-up, which the idempotency key names."""
        conversation, stage, index, step = message.idempotency_key.rsplit(":", 3)
        if not index.isdecimal():  # an answer, which is none of the stage's messages
            return unquote(conversation[self._prefix :]), unquote(stage), -1, 0
        follow_up = int(step.removeprefix("follow_up_")) if step != "first" else 0
        return unquote(conversation[self._prefix :]), unquote(stage), int(index), follow_up


def _document(planned: _Planned) -> Doc:
    message, reaction = planned.message, planned.reaction
    subject = message.subject
    return {
        "_id": f"simulated:{planned.reply_id}",
        "provider_id": f"simulated:{planned.reply_id}",
        "from_address": message.address,
        "subject": subject if subject.lower().startswith("re:") else f"Re: {subject}",
        "message_id": f"<{planned.reply_id}@{message.address.rpartition('@')[2]}>",
        "in_reply_to": message.message_id,
        "references": [message.message_id],
        "text": reaction.text,
        "received_at": planned.at,
        "status": "new",
    }
