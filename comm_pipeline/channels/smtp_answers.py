"""The one place where an SMTP server's words become a DeliveryStatus.

========================  =================================================  =========
where                     what                                               status
========================  =================================================  =========
before MAIL               refused, unreachable, no TLS, no login             DEFERRED
any command               4xx; 530, 534, 535, 538 (login or TLS wanted)      DEFERRED
any command               5xx with the enhanced code 5.1.x (bad address)     BOUNCED
RCPT                      550, 551, 553 unless 5.7.x (policy, not address)   BOUNCED
any command               other 5xx                                          FAILED
before the body           connection lost, time out                          DEFERRED
after the body            2xx                                                SENT
after the body            connection lost, time out, no SMTP answer          UNKNOWN
========================  =================================================  =========

A message is accepted by the answer to its body and by nothing before it. So what goes wrong earlier
may be tried again, and what goes wrong between body and answer may not.
"""

import re
from enum import StrEnum

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus


class Phase(StrEnum):
    """How far a transaction has come: what the server has been asked last."""

    CONNECT = "connect"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"


_LOGIN_OR_TLS_WANTED = frozenset({530, 534, 535, 538})
_SERVICE_CLOSING = 421
_BAD_RECIPIENT = frozenset({550, 551, 553})
_ENHANCED_CODE = re.compile(r"5\.(\d{1,3})\.\d{1,3}\b")
_QUEUE_ID = re.compile(r"queued as <?([\w.@-]+)", re.IGNORECASE)
_MOST_CHARACTERS = 1_000


def answered(phase: Phase, code: int, words: str) -> SendResult:
    """Translate the server's answer that ended the transaction."""
    words = _storable(words)
    queue_id = _QUEUE_ID.search(words)
    return SendResult(
        status=_status(phase, code, words),
        detail=f"{code} {words}" if phase is Phase.BODY else f"{code} {words} (to {phase})",
        provider_message_id=queue_id.group(1) if queue_id else None,
        provider_answer=_about_the_server(phase, code),
        raw={"phase": phase.value, "code": code, "words": words},
    )


def unanswered(phase: Phase, reason: str) -> SendResult:
    """Translate a transaction that ended without an answer."""
    is_open = phase is Phase.BODY
    reason = _storable(reason)
    return SendResult(
        status=DeliveryStatus.UNKNOWN if is_open else DeliveryStatus.DEFERRED,
        detail=(
            f"{reason}, after the message was sent and before the server had answered: "
            "it may have been accepted"
            if is_open
            else f"{reason} (at {phase}; the server has not accepted the message)"
        ),
        provider_answer=ProviderAnswer.BAD,
        raw={"phase": phase.value, "reason": reason},
    )


def unsendable(reason: str) -> SendResult:
    """Say that this message cannot be offered to any server."""
    return SendResult(
        status=DeliveryStatus.FAILED,
        detail=_storable(reason),
        provider_answer=ProviderAnswer.NEUTRAL,
    )


def _status(phase: Phase, code: int, words: str) -> DeliveryStatus:
    if phase is Phase.CONNECT or code in _LOGIN_OR_TLS_WANTED or 400 <= code < 500:
        return DeliveryStatus.DEFERRED
    if 500 <= code < 600:
        is_bounce = _is_about_the_recipient(phase, code, words)
        return DeliveryStatus.BOUNCED if is_bounce else DeliveryStatus.FAILED
    if phase is Phase.BODY:
        return DeliveryStatus.SENT if 200 <= code < 300 else DeliveryStatus.UNKNOWN
    return DeliveryStatus.DEFERRED


def _about_the_server(phase: Phase, code: int) -> ProviderAnswer:
    """Return what an answer says of the server: a 450 for one recipient says nothing."""
    if 200 <= code < 300:
        return ProviderAnswer.GOOD
    if phase is Phase.CONNECT or code == _SERVICE_CLOSING or code in _LOGIN_OR_TLS_WANTED:
        return ProviderAnswer.BAD
    if 500 <= code < 600:
        return ProviderAnswer.GOOD
    is_about_us = phase is Phase.MAIL or not 400 <= code < 500
    return ProviderAnswer.BAD if is_about_us else ProviderAnswer.NEUTRAL


def _is_about_the_recipient(phase: Phase, code: int, words: str) -> bool:
    enhanced = _ENHANCED_CODE.match(words)
    subject = enhanced.group(1) if enhanced else None
    if subject == "1":
        # 5.1.7 and 5.1.8 speak of the sender's address, which MAIL names.
        return phase is not Phase.MAIL
    return phase is Phase.RCPT and code in _BAD_RECIPIENT and subject != "7"


def _storable(words: str) -> str:
    # Bytes that are not UTF-8 arrive as lone surrogates, which no database takes.
    return words.encode("utf-8", "replace").decode("utf-8")[:_MOST_CHARACTERS]
