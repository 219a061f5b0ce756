"""What is written of a message that was offered, or must not be: its settlement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.gates import Withheld
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.provider_answers import asked_wait
from comm_pipeline.storage.outbound_messages import Settlement

#: However often a message was deferred, it is tried again after this long: a mail server that was
#: down for a night gets it the next morning.
_LONGEST_DELAY: Final = timedelta(hours=6)
#: Endings that the conversation has to be told: it cannot go on as if its message had left.
_REFUSALS: Final = frozenset(
    {DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED}
)


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """How messages are read and tried again.

    ``batch_size`` are read at once; a deferred one is offered ``max_attempts`` times at most, first
    after ``retry_delay``, then after twice as long each time, but never after more than 6 hours.
    """

    batch_size: int
    max_attempts: int
    retry_delay: timedelta


def answered(
    message: OutboundMessage, result: SendResult, rules: DeliveryRules, now: datetime
) -> Settlement:
    """Return the settlement of a message that was offered and answered at ``now``."""
    if result.status is not DeliveryStatus.DEFERRED:
        return _settled(message, result.status, result.detail, now, result)
    attempts = message.attempts + 1
    if attempts >= rules.max_attempts:
        reason = f"deferred {attempts} times; the last: {result.detail}"
        return _settled(message, DeliveryStatus.FAILED, reason, now, result)
    delay = min(rules.retry_delay * 2 ** min(attempts - 1, 16), _LONGEST_DELAY)
    return Settlement(
        message.id,
        DeliveryStatus.DEFERRED,
        result.detail,
        now,
        next_attempt_at=now + max(delay, asked_wait(result)),
        raw=result.raw,
    )


def withheld(message: OutboundMessage, stop: Withheld, now: datetime) -> Settlement:
    """Return the settlement of a message that a gate has stopped; one that may wait stays due."""
    reason = f"{stop.rule}: {stop.reason}"
    if stop.status is DeliveryStatus.DEFERRED:
        return Settlement(message.id, stop.status, reason, now, next_attempt_at=stop.until or now)
    return _settled(message, stop.status, reason, now)


def _settled(
    message: OutboundMessage,
    status: DeliveryStatus,
    reason: str,
    now: datetime,
    result: SendResult | None = None,
) -> Settlement:
    return Settlement(
        message.id,
        status,
        reason,
        now,
        provider_message_id=result.provider_message_id if result else None,
        is_handled=status not in _REFUSALS,
        raw=result.raw if result else None,
    )
