"""Reads the mails that a catcher has kept, on behalf of their recipients, and writes the replies.

A reply goes into ``inbound_messages`` as a service of the platform would write it: with the headers
of a real answer and the quoted mail below, and without a word about campaign or conversation.
"""

import hashlib
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Literal

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.services.clock import Clock
from comm_pipeline.simulation.behaviour import Behaviour
from comm_pipeline.simulation.recipients import ReceivedMail, SimulatedReply, reply_to
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that somebody received, or a reply that somebody wrote; ``what`` is its first line."""

    kind: Literal["mail", "reply"]
    at: datetime
    conversation_id: str
    stage: str
    what: str


@dataclass(frozen=True, slots=True, order=True)
class _Planned:
    """A reply that will be written; ordered by time, and where that is equal by Message-ID."""

    due_at: datetime
    message_id: str
    entry: OutboundMessage = field(compare=False)
    mail: EmailMessage = field(compare=False)
    reply: SimulatedReply = field(compare=False)


class MailReaders:
    """All recipients of one catcher's folder.

    ``seed`` decides who does what; ``delay_factor`` multiplies the time that replies take, as it
    multiplies the timing of stages.
    """

    def __init__(
        self,
        repositories: Repositories,
        directory: Path,
        behaviour: Behaviour,
        seed: str,
        delay_factor: float,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._directory = directory
        self._behaviour = behaviour
        self._seed = seed
        self._delay_factor = delay_factor
        self._clock = clock
        self._seen: set[str] = set()
        self._planned: list[_Planned] = []
        self._answered: set[tuple[str, str]] = set()
        self._silent_for_good: set[str] = set()
        self._template_ids: dict[CampaignId, str] = {}

    @property
    def next_due_at(self) -> datetime | None:
        """When the next reply is written; None if nobody has one in mind."""
        return self._planned[0].due_at if self._planned else None

    async def read_new(self) -> list[Letter]:
        """Read each mail that has come in since the last call, and decide who will answer it.

        Mails that are not in the ledger are somebody else's and are left alone.
        """
        mails = dict(_new_mails(self._directory, self._seen))
        found = await self._repositories.ledger.find_by_message_ids(list(mails))
        read = []
        for message_id, mail in mails.items():
            if message_id in found:
                entry = await self._repositories.ledger.get(found[message_id]["_id"])
                assert entry is not None
                await self._decide(entry, mail)
                subject = str(mail["Subject"])
                read.append(
                    Letter("mail", self._clock(), entry.conversation_id, entry.stage, subject)
                )
        return read

    async def write_due(self) -> list[Letter]:
        """Write every reply whose time has come, and return those that were not there already."""
        written, now = [], self._clock()
        while self._planned and self._planned[0].due_at <= now:
            planned = heapq.heappop(self._planned)
            entry, reply = planned.entry, planned.reply
            if entry.address in self._silent_for_good:
                continue
            if reply.is_last:
                self._silent_for_good.add(entry.address)
            message = inbound_message(entry, planned.mail, reply, now)
            if await self._repositories.inbound.add(message):
                first_line = reply.text.splitlines()[0]
                written.append(Letter("reply", now, entry.conversation_id, entry.stage, first_line))
        return written

    async def _decide(self, entry: OutboundMessage, mail: EmailMessage) -> None:
        template_id = await self._template_id(entry.campaign_id)
        received = ReceivedMail(
            entry.address, template_id, entry.stage, entry.message_index, entry.follow_up
        )
        reply = reply_to(received, self._behaviour, self._seed)
        stage = (entry.conversation_id, entry.stage)
        if reply is None or stage in self._answered:
            return
        self._answered.add(stage)
        due_at = self._clock() + reply.after * self._delay_factor
        heapq.heappush(self._planned, _Planned(due_at, entry.message_id, entry, mail, reply))

    async def _template_id(self, campaign_id: CampaignId) -> str:
        if campaign_id not in self._template_ids:
            campaign = await self._repositories.campaigns.get(campaign_id)
            self._template_ids[campaign_id] = campaign.template_id
        return self._template_ids[campaign_id]


def inbound_message(
    entry: OutboundMessage, mail: EmailMessage, reply: SimulatedReply, now: datetime
) -> InboundMessage:
    """Return a reply to a mail as it comes in at ``now``; its ids follow from the mail's."""
    digest = hashlib.sha256(f"reply to {entry.message_id}".encode()).hexdigest()[:32]
    subject = str(mail["Subject"])
    fields = {
        "_id": f"simulated:{digest}",
        "provider_id": f"simulated:{digest}",
        "from_address": entry.address,
        "subject": subject if subject.lower().startswith("re:") else f"Re: {subject}",
        "message_id": f"<{digest}@{entry.address.rpartition('@')[2]}>",
        "in_reply_to": entry.message_id,
        "references": (*entry.references, entry.message_id),
        "text": f"{reply.text}\n\n{_quoted(mail)}",
        "received_at": now,
    }
    return InboundMessage.model_validate(fields)


def _quoted(mail: EmailMessage) -> str:
    """Return the mail's text as mail programs quote it below an answer."""
    body = mail.get_body(preferencelist=("plain",))
    text = str(body.get_content()) if body is not None else ""
    written = mail["Date"].datetime.strftime("%a, %d %b %Y at %H:%M")
    lines = (f"> {line}".rstrip() for line in text.strip().splitlines())
    return "\n".join((f"On {written}, {mail['From']} wrote:", *lines))


def _new_mails(directory: Path, seen: set[str]) -> Iterator[tuple[str, EmailMessage]]:
    """Yield Message-ID and mail of each file that is not in ``seen``, and put it there."""
    parser = BytesParser(policy=default)
    for path in sorted(directory.glob("*.eml")):
        if path.name not in seen:
            seen.add(path.name)
            mail = parser.parsebytes(path.read_bytes())
            yield str(mail["Message-ID"]).strip(), mail
