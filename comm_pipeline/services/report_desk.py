"""Report desk: takes up what providers report of messages that they have accepted.

A report is settled after its effect is written, so it is taken up again if the process dies between
the two. One that belongs to no message or cannot be read stays with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import structlog
from pydantic import ValidationError

from comm_pipeline.channels.delivery_statuses import ReportedStatus, reported
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.erasure import ABOUT_SOMEBODY_FORGOTTEN, left_of_late_report
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.personal_text import addresses_in
from comm_pipeline.domain.provider_reports import (
    LOOK_AGAIN,
    MOST_LOOKS,
    TWILIO,
    ProviderReport,
    ReportStatus,
)
from comm_pipeline.domain.pseudonyms import is_pseudonym
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.delivery_outcomes import Learned, learn_outcome
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: Channels whose providers speak Twilio's words, where a report does not name its provider.
_SPEAK_TWILIO: Final = frozenset({"sms", "whatsapp"})
_NOT_SETTLED: Final = "its message has no answer of its own yet"


@dataclass(frozen=True, slots=True)
class ReportsTaken:
    """What became of reports, in counts; ``unchanged`` said nothing new."""

    applied: int = 0
    unchanged: int = 0
    waiting: int = 0
    unmatched: int = 0
    malformed: int = 0

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(
            self.applied + other.applied,
            self.unchanged + other.unchanged,
            self.waiting + other.waiting,
            self.unmatched + other.unmatched,
            self.malformed + other.malformed,
        )


_APPLIED: Final = ReportsTaken(applied=1)
_UNCHANGED: Final = ReportsTaken(unchanged=1)
_WAITING: Final = ReportsTaken(waiting=1)
_UNMATCHED: Final = ReportsTaken(unmatched=1)
_MALFORMED: Final = ReportsTaken(malformed=1)


class ReportDesk:
    """Takes up delivery reports."""

    def __init__(self, repositories: Repositories, clock: Clock) -> None:
        self._repositories = repositories
        self._clock = clock

    async def take_up(self, batch_size: int) -> ReportsTaken:
        """Take up every report that is due, ``batch_size`` at a time."""
        taken, reports = ReportsTaken(), self._repositories.provider_reports
        while documents := await reports.find_due(self._clock(), batch_size):
            for document in documents:
                taken += await self._take(document)
        return taken

    async def _take(self, document: Doc) -> ReportsTaken:
        suppressions = self._repositories.suppressions
        if await suppressions.are_forgotten(addresses_in(document)):
            return await self._take_late(document)
        return await self._take_usual(document)

    async def _take_usual(self, document: Doc) -> ReportsTaken:
        try:
            report = _read(document)
            messages = await self._messages_of(report)
            if len(messages) != 1:
                return await self._look_later(report, _why_not_one(messages))
            said = _translated(report, messages[0])
        except ValidationError as error:
            return await self._keep_malformed(document, explain_validation_error(error))
        except InvalidInputError as error:
            return await self._keep_malformed(document, str(error))
        if is_pseudonym(messages[0].address):
            return await self._take_late(document)
        return await self._apply(report, messages[0], said)

    async def _take_late(self, document: Doc) -> ReportsTaken:
        """Take up a report on somebody who was forgotten; nothing of the person is written."""
        try:
            report = _read(document)
            messages = await self._messages_of(report)
            said = _translated(report, messages[0]) if len(messages) == 1 else None
        except (ValidationError, InvalidInputError):
            said = None
        left = left_of_late_report(document)
        if said is None:
            await self._repositories.provider_reports.settle(
                document["_id"],
                ReportStatus.UNMATCHED,
                self._clock(),
                left=left,
                reason=ABOUT_SOMEBODY_FORGOTTEN,
            )
            return _UNMATCHED
        return await self._apply(
            report.model_copy(update={"detail": None}), messages[0], said, left
        )

    async def _apply(
        self,
        report: ProviderReport,
        message: OutboundMessage,
        said: ReportedStatus,
        left: Doc | None = None,
    ) -> ReportsTaken:
        now = self._clock()
        reason = _reason(report, said)
        learned = await learn_outcome(self._repositories, message, said.status, reason, now)
        if learned is Learned.TOO_EARLY:
            return await self._look_later(report, f"{_NOT_SETTLED}: it is {message.status}")
        changed = learned is Learned.CHANGED
        note = None if changed else f"says nothing new: the message is {message.status}"
        await self._repositories.provider_reports.settle(
            report.id, ReportStatus.APPLIED, now, left=left, message_key=message.id, reason=note
        )
        return _APPLIED if changed else _UNCHANGED

    async def _messages_of(self, report: ProviderReport) -> Sequence[OutboundMessage]:
        return await self._repositories.ledger.find_reported(
            report.idempotency_key, report.message_id, report.provider_message_id
        )

    async def _look_later(self, report: ProviderReport, reason: str) -> ReportsTaken:
        """Wait for the message: a report may be faster than the answer that it reports on."""
        now, reports = self._clock(), self._repositories.provider_reports
        if report.looks >= MOST_LOOKS:
            await reports.settle(report.id, ReportStatus.UNMATCHED, now, reason=reason)
            return _UNMATCHED
        await reports.look_again(report.id, report.looks + 1, now + LOOK_AGAIN, reason)
        return _WAITING

    async def _keep_malformed(self, document: Doc, reason: str) -> ReportsTaken:
        await self._repositories.provider_reports.settle(
            document["_id"], ReportStatus.MALFORMED, self._clock(), reason=reason[:4000]
        )
        return _MALFORMED


def _read(document: Doc) -> ProviderReport:
    """Return a report as it was written. Raises ValidationError and InvalidInputError."""
    if document.get("status") not in (None, ReportStatus.NEW, ReportStatus.WAITING):
        raise InvalidInputError(
            f"status: must be {ReportStatus.NEW} or left out; it says what has become of the "
            "report. What happened to the message is its event"
        )
    return ProviderReport.model_validate({**document, "status": ReportStatus.NEW})


def _translated(report: ProviderReport, message: OutboundMessage) -> ReportedStatus:
    """Return what a report says. Raises InvalidInputError for a word that nobody knows."""
    provider = report.provider or (TWILIO if message.channel in _SPEAK_TWILIO else None)
    return reported(provider, report.event, report.error_code)


def _why_not_one(messages: Sequence[OutboundMessage]) -> str:
    if messages:
        return f"{len(messages)} messages have this id; give the idempotency_key"
    return "no message has this idempotency_key, message_id or provider_message_id"


def _reason(report: ProviderReport, said: ReportedStatus) -> str:
    code = f" {report.error_code}" if report.error_code is not None else ""
    detail = f": {report.detail}" if report.detail else ""
    meaning = f" ({said.meaning})" if said.meaning else ""
    return f"reported as {report.event}{code}{meaning}{detail}"
