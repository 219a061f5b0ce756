"""The one place where an SMTP server's words become a DeliveryStatus.

========================  ==============================================  ========  ============
where                     what                                            status    the provider
========================  ==============================================  ========  ============
before MAIL               refused, unreachable, no TLS, no login          DEFERRED  BAD
before MAIL               no SMTPUTF8, which an address of ours needs     DEFERRED  BAD *
any command               421; 530, 534, 535, 538 (login or TLS wanted)   DEFERRED  BAD
any command               our login, right to relay or machine is         DEFERRED  BAD
                          refused
MAIL                      any other 4xx or 5xx                            DEFERRED  BAD *
RCPT, DATA, after body    our sender is refused                           DEFERRED  BAD *
any command               other 4xx                                       DEFERRED  NEUTRAL
RCPT                      no such recipient, by code or words             BOUNCED   GOOD
DATA, after the body      no such recipient, by an enhanced code          BOUNCED   GOOD
RCPT, DATA, after body    other 5xx: content, reputation, quota, or       FAILED    GOOD
                          nothing that says why
before the body           connection lost, time out                       DEFERRED  BAD
after the body            2xx                                             SENT      GOOD
after the body            connection lost, time out, no SMTP answer       UNKNOWN   BAD
========================  ==============================================  ========  ============

``*`` NEUTRAL if there are several senders: what one of them is told, the others need not be told.

Why a server refuses is read in ``domain.mail_refusals``. A bounce suppresses the address in all
campaigns, so it takes a code or words on the recipient. A bare 550 has none: RFC 5321 also means
"rejected for policy reasons" by it, and a server that relays for us mostly does not know other
domains' mailboxes; such a message has failed, and its address stays. After the body only codes
count, because by then words may be about anything in the mail.

What every message would be told (MAIL names no recipient; relay, login, sender) waits for somebody
to correct the settings, and stops the provider. What may be about one recipient's domain, such as
its opinion of us, even as our server repeats it ("host ... said: ..."), ends that message alone.

A message is accepted by the answer to its body and by nothing before it. So what goes wrong earlier
may be tried again, and what goes wrong between body and answer may not.
"""

import re
from enum import StrEnum

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.mail_refusals import RefusalCause, read_refusal
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
#: "Non-ASCII addresses not permitted" and the like (RFC 6531): of this message, also at MAIL.
_OF_THE_MESSAGE = "5.6."
#: What to correct, by what is refused.
_HINTS = {
    RefusalCause.SENDER: (
        "the mail server does not take this sender: correct SMTP_SENDER or SMTP_MORE_SENDERS, or "
        "let SMTP_USERNAME send as it"
    ),
    RefusalCause.RELAY: (
        "the mail server takes nothing from us: look at its limits for our account, correct "
        "SMTP_USERNAME, SMTP_PASSWORD and SMTP_SECURITY, or let this machine and SMTP_SENDER relay "
        "there"
    ),
}
_ASCII_ONLY = (
    "only ASCII may stand before the @ of an address in SMTP_SENDER, SMTP_MORE_SENDERS or "
    "SMTP_REPLY_TO"
)
_QUEUE_ID = re.compile(r"queued as <?([\w.@-]+)", re.IGNORECASE)
_MOST_CHARACTERS = 1_000


def answered(
    phase: Phase, code: int, words: str, *, has_several_senders: bool = False
) -> SendResult:
    """Translate the server's answer that ended the transaction."""
    words = _storable(words)
    queue_id = _QUEUE_ID.search(words)
    cause = _cause(phase, code, words)
    correction = _correction(phase, code, cause)
    return SendResult(
        status=_status(phase, code, cause),
        detail=_detail(phase, f"{code} {words}", correction),
        provider_message_id=queue_id.group(1) if queue_id else None,
        provider_answer=_about_the_server(code, cause, has_several_senders=has_several_senders),
        to_correct=correction,
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


def without_smtputf8(*, has_several_senders: bool) -> SendResult:
    """Say that the server does not take an address of ours, which is in more than this message."""
    answer = ProviderAnswer.NEUTRAL if has_several_senders else ProviderAnswer.BAD
    return SendResult(
        status=DeliveryStatus.DEFERRED,
        detail=f"the mail server does not know SMTPUTF8; {_ASCII_ONLY}",
        provider_answer=answer,
        to_correct=_ASCII_ONLY,
    )


def _cause(phase: Phase, code: int, words: str) -> RefusalCause | None:
    """Return why the server refuses; None if it does not, or not this message."""
    if phase is Phase.CONNECT or code == _SERVICE_CLOSING or not 400 <= code < 600:
        return None
    if code in _LOGIN_OR_TLS_WANTED:
        return RefusalCause.RELAY
    refusal = read_refusal(words)
    if phase is Phase.MAIL:
        is_of_message = refusal.code.startswith(_OF_THE_MESSAGE)
        is_of_relay = refusal.cause is RefusalCause.RELAY
        return refusal.cause if is_of_message or is_of_relay else RefusalCause.SENDER
    if refusal.cause is RefusalCause.RECIPIENT and phase is not Phase.RCPT:
        return refusal.cause if refusal.is_by_code else RefusalCause.OTHER
    return refusal.cause


def _correction(phase: Phase, code: int, cause: RefusalCause | None) -> str | None:
    """Return what somebody has to correct; a 4xx to MAIL mostly is a matter of time."""
    if cause is None or (phase is Phase.MAIL and code < 500):
        return None
    return _HINTS.get(cause)


def _detail(phase: Phase, said: str, correction: str | None) -> str:
    where = "" if phase is Phase.BODY else f" (to {phase})"
    return f"{said}{where}; {correction}" if correction else f"{said}{where}"


def _status(phase: Phase, code: int, cause: RefusalCause | None) -> DeliveryStatus:
    is_passing = phase is Phase.CONNECT or 400 <= code < 500
    if is_passing or cause in _HINTS:
        return DeliveryStatus.DEFERRED
    if 500 <= code < 600:
        is_bounce = cause is RefusalCause.RECIPIENT
        return DeliveryStatus.BOUNCED if is_bounce else DeliveryStatus.FAILED
    if phase is Phase.BODY:
        return DeliveryStatus.SENT if 200 <= code < 300 else DeliveryStatus.UNKNOWN
    return DeliveryStatus.DEFERRED


def _about_the_server(
    code: int, cause: RefusalCause | None, *, has_several_senders: bool
) -> ProviderAnswer:
    """Return what an answer says of the server: a 450 for one recipient says nothing."""
    if 200 <= code < 300:
        return ProviderAnswer.GOOD
    if cause is RefusalCause.SENDER and has_several_senders:
        return ProviderAnswer.NEUTRAL
    if cause is None or cause in _HINTS:
        return ProviderAnswer.BAD
    return ProviderAnswer.GOOD if code >= 500 else ProviderAnswer.NEUTRAL


def _storable(words: str) -> str:
    # Bytes that are not UTF-8 arrive as lone surrogates, which no database takes.
    return words.encode("utf-8", "replace").decode("utf-8")[:_MOST_CHARACTERS]
