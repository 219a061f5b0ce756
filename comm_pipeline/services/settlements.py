"""What is written of a message that was offered, or must not be: its settlement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.gates import Withheld
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.retry_delays import retry_delay
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.provider_answers import asked_wait
from comm_pipeline.storage.outbound_messages import Settlement

#: Why a message whose answer was lost may come twice.
OFFERED_AGAIN: Final = "offered again, as ON_UNKNOWN=retry says, so it may arrive twice"
#: Endings that the conversation has to be told: it cannot go on as if its message had left.
_REFUSALS: Final = frozenset(
    {DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED}
)


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """How messages are read and tried again.

    ``batch_size`` are read at once; a deferred one is offered ``max_attempts`` times at most, and
    not after ``max_age`` since it was first deferred, with the delays of ``domain.retry_delays``
    from ``retry_delay`` on. ``retry_unknown`` are the channels on which a message whose answer was
    lost is offered again, although it may arrive twice.
    """

    batch_size: int
    max_attempts: int
    retry_delay: timedelta
    max_age: timedelta
    retry_unknown: frozenset[str] = frozenset()


def answered(
    message: OutboundMessage, result: SendResult, rules: DeliveryRules, now: datetime
) -> Settlement:
    """Return the settlement of a message that was offered and answered at ``now``."""
    is_retried = message.channel in rules.retry_unknown
    if result.status is DeliveryStatus.UNKNOWN and is_retried:
        return _again(message, f"{result.detail}; {OFFERED_AGAIN}", result, rules, now)
    if result.status is DeliveryStatus.DEFERRED:
        return _again(message, result.detail, result, rules, now)
    return _settled(message, result.status, result.detail, now, result)


def _again(
    message: OutboundMessage, reason: str, result: SendResult, rules: DeliveryRules, now: datetime
) -> Settlement:
    """Let a message wait for its next attempt; if that was the last one, it has failed."""
    attempts = message.attempts + 1
    since = message.deferred_since or now
    age = now - since
    if attempts >= rules.max_attempts or age >= rules.max_age:
        hours = f" within {age / timedelta(hours=1):.0f} hours" if age >= rules.max_age else ""
        reason = f"deferred {attempts} times{hours}; the last: {reason}"
        return _settled(message, DeliveryStatus.FAILED, reason, now, result)
    delay = retry_delay(rules.retry_delay, attempts, message.id)
    return Settlement(
        message.id,
        DeliveryStatus.DEFERRED,
        reason,
        now,
        next_attempt_at=now + max(delay, asked_wait(result)),
        raw=result.raw,
        deferred_since=since,
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
