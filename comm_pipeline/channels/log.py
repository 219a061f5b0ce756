"""A channel for trying things out: writes into the log what it would send."""

from types import TracebackType
from typing import Final, Self

import structlog

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.statuses import DeliveryStatus

logger = structlog.get_logger()

#: For whoever looks at alerts, because logs may be quieter than the warning.
NOTHING_IS_SENT: Final = (
    "nothing is really sent: messages are only written to the log. Set SMTP_HOST and SMTP_SENDER, "
    "or another channel, and COMM_PIPELINE_CHANNEL"
)


class LogChannel:
    """Sends nothing, reports everything as sent, and says so loudly when it is opened."""

    name = "log"
    accepts_idempotency_key = True

    def __init__(self, max_in_flight: int = 32) -> None:
        """Open nothing; ``max_in_flight`` is how many messages it is offered at once."""
        self.max_in_flight = max_in_flight

    async def __aenter__(self) -> Self:
        """Warn that nothing will be sent."""
        logger.warning(
            "NOTHING IS REALLY SENT: messages go to this log only",
            channel=self.name,
            fix="set SMTP_HOST and COMM_PIPELINE_CHANNEL=email to send",
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Have nothing to close."""

    async def send(self, message: ChannelMessage) -> SendResult:
        """Write the message into the log."""
        logger.info(
            "message not sent, only logged",
            message_id=message.message_id,
            recipient=message.recipient_address,
            subject=message.subject,
            text=message.text,
        )
        return SendResult(status=DeliveryStatus.SENT, detail="written to the log only")

    async def check(self) -> str:
        """Say what this channel does."""
        return "messages are written to the log only; nothing is sent"
