"""What an HTTP answer means, or that there was none; the same for all HTTP providers.

=================================================================  ============================
answer                                                             status
=================================================================  ============================
no connection, no TLS, a certificate that is not trusted           DEFERRED: nothing was sent
connection lost or time over after that, an answer that is none    UNKNOWN *
2xx                                                                for the channel to say
301, 307, 308; 401, 402, 403, 404, 405, 407, 410; 501, 505, 511    DEFERRED: check the settings
408, 421, 425; 503 with Retry-After                                DEFERRED
429                                                                DEFERRED: throttled
409                                                                FAILED; DEFERRED if *
other 4xx                                                          FAILED, DEFERRED if cut off
other 3xx, other 5xx                                               UNKNOWN *
=================================================================  ============================

``*`` If the provider itself refuses second copies, what would be UNKNOWN is DEFERRED, and 409 says
that the first copy is still being worked on.

Of the 5xx only those count as "not accepted" that say so. 500 comes from a program that failed
somewhere in its work, 502 and 504 from a gateway that has lost the answer, and gateways also say
503 then; with Retry-After it is the refusal that RFC 9110 describes. Of the 3xx, 302 and 303 are
what a form answers that has been accepted.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.delivery_statuses import (
    SAYS_OF_PROVIDER,
    STATUS_OF_MEANING,
    Meaning,
)
from comm_pipeline.channels.http_client import HttpAnswer, LostAnswerError
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus

_NOT_NOW: Final = frozenset({408, 421, 425})
_THROTTLED: Final = 429
_UNAVAILABLE: Final = 503
_CONFLICT: Final = 409
_CONCERNS_EVERYBODY: Final = frozenset(
    {301, 307, 308, 401, 402, 403, 404, 405, 407, 410, 501, 505, 511}
)
_MOST_DETAIL: Final = 500
_MOST_RAW: Final = 8_000


def is_success(answer: HttpAnswer) -> bool:
    """Whether the answer is a 2xx."""
    return 200 <= answer.status < 300


def meaning_of(answer: HttpAnswer, *, refuses_copies: bool) -> Meaning:
    """Return what the status says of an answer that is no 2xx; see the table above."""
    status = answer.status
    if status == _THROTTLED:
        return Meaning.THROTTLED
    if status in _CONCERNS_EVERYBODY:
        return Meaning.SETTINGS
    if status in _NOT_NOW or (status == _UNAVAILABLE and answer.retry_after):
        return Meaning.LATER
    if 400 <= status < 500:
        is_for_later = not answer.is_complete or (status == _CONFLICT and refuses_copies)
        return Meaning.LATER if is_for_later else Meaning.MESSAGE
    return Meaning.UNCLEAR


def answered(
    answer: HttpAnswer,
    meaning: Meaning,
    now: datetime,
    *,
    refuses_copies: bool,
    words: str | None = None,
    hint: str = "",
    provider_message_id: str | None = None,
) -> SendResult:
    """Return the result of an answer that means ``meaning``.

    ``words`` are the provider's, where they are not simply the body; ``hint`` is added to them.
    """
    said = " ".join((answer.text if words is None else words).split())[:_MOST_DETAIL]
    return SendResult(
        status=_status(meaning, refuses_copies=refuses_copies),
        detail=f"{answer.status} {said}".rstrip() + (f" ({hint})" if hint else ""),
        provider_message_id=provider_message_id,
        retry_after_seconds=retry_after_seconds(answer.retry_after, now),
        provider_answer=ProviderAnswer.NEUTRAL
        if answer.status == _CONFLICT
        else SAYS_OF_PROVIDER[meaning],
        raw=_raw(answer) | {"meaning": meaning.value},
    )


def unanswered(error: LostAnswerError, *, refuses_copies: bool) -> SendResult:
    """Return the result of a call that ended without an answer."""
    meaning = Meaning.UNCLEAR if error.may_have_arrived else Meaning.LATER
    consequence = (
        "the message was not sent"
        if not error.may_have_arrived
        else "it may have been accepted, and the provider refuses a second copy"
        if refuses_copies
        else "it may have been accepted"
    )
    return SendResult(
        status=_status(meaning, refuses_copies=refuses_copies),
        detail=f"{error}: {consequence}",
        provider_answer=ProviderAnswer.BAD,
        raw={"meaning": meaning.value, "reason": str(error)},
    )


def unsendable(reason: str) -> SendResult:
    """Say that this message cannot be offered to the provider."""
    detail = reason.encode("utf-8", "replace").decode("utf-8")
    return SendResult(
        status=DeliveryStatus.FAILED, detail=detail, provider_answer=ProviderAnswer.NEUTRAL
    )


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Read Retry-After, in seconds or as a date; None if it is neither or already over."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # OverflowError: an offset that no zone has
        return None
    # "-0000" is read as a date without zone; HTTP knows no other than GMT.
    seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return seconds if seconds > 0 else None


def _status(meaning: Meaning, *, refuses_copies: bool) -> DeliveryStatus:
    if meaning is Meaning.UNCLEAR and refuses_copies:
        return DeliveryStatus.DEFERRED
    return STATUS_OF_MEANING[meaning]


def _raw(answer: HttpAnswer) -> dict[str, Any]:
    raw: dict[str, Any] = {"http_status": answer.status, "body": answer.text[:_MOST_RAW]}
    if not answer.is_complete:
        raw["is_complete"] = False
    if answer.retry_after:
        raw["retry_after"] = answer.retry_after[:100]
    return raw
