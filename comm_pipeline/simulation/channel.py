"""The channel of a simulation: it records every message and answers as a mail server would."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.statuses import DeliveryStatus

_ACCEPTED = SendResult(status=DeliveryStatus.SENT, detail="250 kept (simulated)")
_NO_MAILBOX = SendResult(
    status=DeliveryStatus.BOUNCED, detail="550 5.1.1 no such mailbox (simulated)"
)


class SimulatedChannel:
    """Accepts messages to people who have a mailbox, and refuses the others for ever."""

    name = "simulated"
    #: It answers at once: more at a time would only make more tasks.
    max_in_flight = 16
    accepts_idempotency_key = False

    def __init__(self, has_mailbox: Callable[[ChannelMessage], bool]) -> None:
        self._has_mailbox = has_mailbox
        self._accepted: list[ChannelMessage] = []

    async def __aenter__(self) -> Self:
        """Open nothing."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close nothing."""

    async def send(self, message: ChannelMessage) -> SendResult:
        """Accept the message, or say that there is no such mailbox."""
        if not self._has_mailbox(message):
            return _NO_MAILBOX
        self._accepted.append(message)
        return _ACCEPTED

    async def check(self) -> str:
        """Reach nobody."""
        return "simulated: nothing is sent"

    def take_accepted(self) -> list[ChannelMessage]:
        """Return the messages that were accepted since the last call."""
        accepted, self._accepted = self._accepted, []
        return accepted
