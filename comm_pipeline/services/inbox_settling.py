"""Saying in its document what became of a message from outside."""

from collections.abc import Sequence
from typing import Any

from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

_LONGEST_REASON = 4_000


class InboxSettling:
    """Settles messages; those without room for it are left alone from then on."""

    def __init__(self, repositories: Repositories, clock: Clock) -> None:
        self._repositories = repositories
        self._clock = clock
        self._full: list[Any] = []

    @property
    def full(self) -> Sequence[Any]:
        """Ids of messages that are done, but whose documents have no room to say so."""
        return self._full

    async def settle_all(
        self, status: InboundStatus, report: InboxReport, replies: Sequence[tuple[Any, Doc]]
    ) -> None:
        """Write one status of many messages, given as ids and details, and count them."""
        if not replies:
            return
        full = await self._repositories.inbound.settle_all(status, self._clock(), replies)
        report.count(status, len(replies) - len(full))
        for reply_id, details in (replies[position] for position in full):
            await self.settle(reply_id, status, report, **details)

    async def settle(
        self, reply_id: Any, status: InboundStatus, report: InboxReport, /, **details: Any
    ) -> None:
        """Write the status of a message, with details, and count it."""
        now = self._clock()
        report.count(status)
        if "reason" in details:
            details["reason"] = details["reason"][:_LONGEST_REASON]
        if await self._repositories.inbound.settle(reply_id, status, now, **details):
            return
        self._full.append(reply_id)
        await self._repositories.alerts.raise_alert(
            f"reply:{reply_id}",
            f"the reply is {status}, but its document is full and cannot say so; delete it or make "
            "it smaller",
            now,
        )
