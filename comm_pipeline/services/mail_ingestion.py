"""Mail ingestion: what is new in a mailbox becomes documents in ``inbound_messages``.

Each mail is stored first, then flagged or moved if so configured, then the position is advanced. A
process that dies in between does the rest again, and a mail that is stored is known again by its
identity, whatever its number or folder has become. Two that read at once do no harm either.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import structlog
from bson.errors import InvalidDocument
from pymongo.errors import DocumentTooLarge

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.mailbox.imap_answers import FetchedMail, MailHead
from comm_pipeline.mailbox.imap_source import ImapSource
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.mail_documents import Place, inbound_document, malformed_document
from comm_pipeline.storage.inbound_messages import InboundMessageRepository
from comm_pipeline.storage.mailbox_positions import MailboxPositionRepository

log = structlog.get_logger(__name__)

#: Mails after which the position is advanced.
_CHUNK: Final = 50
#: After so many refusals of a mail, or connections lost over it, it is stored as malformed.
MOST_REFUSALS: Final = 5
_REFUSED: Final = (InvalidDocument, DocumentTooLarge, OverflowError)


@dataclass
class MailIngestionReport:
    """What a run found. ``stored`` is new; ``seen_before`` was stored by an earlier run.

    ``removed`` is gone before it could be fetched; ``held_back`` was refused by the server and will
    be asked for again. ``not_put_away`` is why stored mail could not be flagged or moved.
    ``has_more`` says that another run has something to do at once.
    """

    stored: int = 0
    seen_before: int = 0
    malformed: int = 0
    removed: int = 0
    held_back: int = 0
    kinds: Counter[MailKind] = field(default_factory=Counter)
    is_renumbered: bool = False
    has_more: bool = False
    not_put_away: str | None = None

    def __add__(self, later: Self) -> Self:
        """Return both together; whether there is more is what the later one says."""
        return type(self)(
            stored=self.stored + later.stored,
            seen_before=self.seen_before + later.seen_before,
            malformed=self.malformed + later.malformed,
            removed=self.removed + later.removed,
            held_back=later.held_back,
            kinds=self.kinds + later.kinds,
            is_renumbered=self.is_renumbered or later.is_renumbered,
            has_more=later.has_more,
            not_put_away=self.not_put_away or later.not_put_away,
        )


class MailIngestion:
    """Reads mailboxes; the repositories' writes are durable when they return."""

    def __init__(
        self,
        inbound: InboundMessageRepository,
        positions: MailboxPositionRepository,
        own: OwnMail,
        clock: Clock,
    ) -> None:
        self._inbound = inbound
        self._positions = positions
        self._own = own
        self._clock = clock

    async def ingest(self, source: ImapSource, most: int = 1_000) -> MailIngestionReport:
        """Store what is new in an open mailbox, at most so many mails, oldest first.

        Raises EnvironmentFailure if the server drops the connection; what was stored stays.
        """
        report = MailIngestionReport()
        start = await self._start(source, report)
        uids = await source.uids_above(start)
        report.has_more = len(uids) > most
        place = Place(source.name, source.uidvalidity)
        refused = await self._positions.refused(place.mailbox, place.uidvalidity)
        reading = _Reading(source, place, report, refused)
        for first in range(0, min(len(uids), most), _CHUNK):
            await self._take(uids[first : min(first + _CHUNK, most)], reading)
        log.info("mail_read", mailbox=source.name, stored=report.stored, held=report.held_back)
        return report

    async def has_new(self, source: ImapSource) -> bool:
        """Return whether there is something to store in an open mailbox; writes nothing.

        Raises EnvironmentFailure as ``ingest`` does.
        """
        position = await self._positions.last_uid(source.name, source.uidvalidity)
        is_renumbered = source.uidnext is not None and source.uidnext <= position
        return bool(await source.uids_above(0 if is_renumbered else position))

    async def _start(self, source: ImapSource, report: MailIngestionReport) -> int:
        """Return the UID after which to read."""
        name, validity = source.name, source.uidvalidity
        position = await self._positions.begin(name, validity, self._clock())
        # Some servers begin their numbers anew, after a restore, and do not say so.
        if source.uidnext is not None and source.uidnext <= position:
            await self._positions.restart(name, validity, self._clock())
            report.is_renumbered = True
            return 0
        return position

    async def _take(self, uids: Sequence[int], reading: "_Reading") -> None:
        """Store some mails, put them away, advance the position."""
        heads = await reading.source.heads(uids)
        reading.report.removed += len(uids) - len(heads)
        stored = [head.uid for head in heads if await self._take_one(head, reading)]
        problem = await reading.source.put_away(stored)
        reading.report.not_put_away = reading.report.not_put_away or problem
        reached = uids[-1] if reading.held_at is None else min(uids[-1], reading.held_at - 1)
        place = reading.place
        await self._positions.advance(place.mailbox, place.uidvalidity, reached, self._clock())

    async def _take_one(self, head: MailHead, reading: "_Reading") -> bool:
        """Store a mail; False if there is nothing of it to be put away."""
        mail = await self._fetch(head, reading)
        if mail is None:
            reading.report.removed += 1
            return False
        if mail.refusal is not None and not await self._is_given_up(head, reading.place):
            reading.hold_at(head.uid)
            return False
        await self._store(mail, reading)
        return mail.refusal is None

    async def _fetch(self, head: MailHead, reading: "_Reading") -> FetchedMail | None:
        place = reading.place
        times = reading.refused.get(head.uid, 0)
        if times >= MOST_REFUSALS:
            return FetchedMail(head, b"", refusal=f"it was asked for {times} times")
        try:
            return await reading.source.fetch(head)
        except EnvironmentFailure:
            # One mail that makes the server fall over must not do so for ever.
            await self._positions.count_refusal(place.mailbox, place.uidvalidity, head.uid)
            raise

    async def _is_given_up(self, head: MailHead, place: Place) -> bool:
        times = await self._positions.count_refusal(place.mailbox, place.uidvalidity, head.uid)
        return times >= MOST_REFUSALS

    async def _store(self, mail: FetchedMail, reading: "_Reading") -> None:
        now, place, report = self._clock(), reading.place, reading.report
        # Reading a large mail takes long enough to keep others waiting.
        document = await asyncio.to_thread(inbound_document, mail, place, self._own, now)
        try:
            is_new = await self._inbound.add(document)
        except _REFUSED as error:
            reason = f"the database does not take it: {error}"
            document = malformed_document(mail, place, reason, now)
            is_new = await self._inbound.add(document)
        if is_new:
            _count(document, report)
        else:
            report.seen_before += 1


@dataclass
class _Reading:
    """One run over one mailbox.

    ``refused`` counts how often earlier runs were refused a mail; ``held_at`` is the first UID that
    this one was refused.
    """

    source: ImapSource
    place: Place
    report: MailIngestionReport
    refused: Mapping[int, int]
    held_at: int | None = None

    def hold_at(self, uid: int) -> None:
        """Keep the position below a mail that has to be asked for again."""
        self.held_at = uid if self.held_at is None else min(self.held_at, uid)
        self.report.held_back += 1


def _count(document: InboundMessage, report: MailIngestionReport) -> None:
    report.stored += 1
    if document.status is InboundStatus.MALFORMED:
        report.malformed += 1
    else:
        report.kinds[document.kind or MailKind.GENUINE] += 1
