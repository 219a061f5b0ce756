"""The one place where the words of HTTP providers become a DeliveryStatus.

First a provider's code or word becomes a ``Meaning``, which is the same for all providers; a
meaning has one status. Codes that are not listed here are judged by the HTTP status
(``http_answers``) or, in a report, count as refused: providers add codes without notice.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import InvalidInputError


class Meaning(StrEnum):
    """What a provider has told us.

    ACCEPTED      it has the message
    LATER         not accepted, and may be later
    THROTTLED     not accepted: we are too fast
    SETTINGS      not accepted: our account or settings are wrong, which concerns every message
    ADDRESS       never: the address cannot be reached
    UNSUBSCRIBED  never: the recipient has said stop, at the provider
    MESSAGE       never: this message cannot be sent
    UNCLEAR       it may have accepted the message
    """

    ACCEPTED = "accepted"
    LATER = "later"
    THROTTLED = "throttled"
    SETTINGS = "settings"
    ADDRESS = "address"
    UNSUBSCRIBED = "unsubscribed"
    MESSAGE = "message"
    UNCLEAR = "unclear"


STATUS_OF_MEANING: Final[Mapping[Meaning, DeliveryStatus]] = {
    Meaning.ACCEPTED: DeliveryStatus.SENT,
    Meaning.LATER: DeliveryStatus.DEFERRED,
    Meaning.THROTTLED: DeliveryStatus.DEFERRED,
    # Deferred, not failed: nothing is lost while somebody corrects the settings.
    Meaning.SETTINGS: DeliveryStatus.DEFERRED,
    Meaning.ADDRESS: DeliveryStatus.BOUNCED,
    # Like a bounce it ends writing to the address.
    Meaning.UNSUBSCRIBED: DeliveryStatus.BOUNCED,
    Meaning.MESSAGE: DeliveryStatus.FAILED,
    Meaning.UNCLEAR: DeliveryStatus.UNKNOWN,
}

#: What an answer says about the provider: BAD is what every message would be told now.
SAYS_OF_PROVIDER: Final[Mapping[Meaning, ProviderAnswer]] = {
    Meaning.ACCEPTED: ProviderAnswer.GOOD,
    Meaning.LATER: ProviderAnswer.BAD,
    Meaning.THROTTLED: ProviderAnswer.BAD,
    Meaning.SETTINGS: ProviderAnswer.BAD,
    Meaning.ADDRESS: ProviderAnswer.GOOD,
    Meaning.UNSUBSCRIBED: ProviderAnswer.GOOD,
    Meaning.MESSAGE: ProviderAnswer.GOOD,
    Meaning.UNCLEAR: ProviderAnswer.BAD,
}

_TWILIO_CODES: Final[Mapping[Meaning, tuple[int, ...]]] = {
    # Concurrent calls; rate of the sender; its queue; WhatsApp's rate; daily limits.
    Meaning.THROTTLED: (20429, 14107, 21611, 30001, 30022, 30023, 63018, 63038),
    # Account, credentials, permissions, trial accounts; sender; region; registration; service.
    Meaning.SETTINGS: (
        *(10001, 20003, 20005, 20008, 20403, 20404, 21210, 21219, 21608, 30002),
        *(21212, 21603, 21606, 21659, 21660, 21661, 63007),
        *(21408, 30034, 21703, 21705, 63001, 63020),
    ),
    # No such number; not one that takes messages; a landline; a short code; no WhatsApp there.
    Meaning.ADDRESS: (21211, 21217, 21265, 21407, 21421, 21614, 21635, 30005, 30006, 63003, 63024),
    Meaning.UNSUBSCRIBED: (21610, 63014),
}
TWILIO_MEANINGS: Final[Mapping[int, Meaning]] = {
    code: meaning for meaning, codes in _TWILIO_CODES.items() for code in codes
}

_TWILIO_WORDS: Final[Mapping[str, DeliveryStatus]] = {
    "accepted": DeliveryStatus.SENT,
    "scheduled": DeliveryStatus.SENT,
    "queued": DeliveryStatus.SENT,
    "sending": DeliveryStatus.SENT,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "partially_delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
}
#: Words that end a message undelivered; why, only the error code says.
TWILIO_REFUSALS: Final = frozenset({"undelivered", "failed", "canceled"})


class ReportedStatus(NamedTuple):
    """What a report says of a message; ``meaning`` only if it was refused."""

    status: DeliveryStatus
    meaning: Meaning | None = None


#: What services and other providers call what became of a message, in small letters.
_PLAIN_WORDS: Final[Mapping[str, ReportedStatus]] = {
    "accepted": ReportedStatus(DeliveryStatus.SENT),
    "sent": ReportedStatus(DeliveryStatus.SENT),
    "delivered": ReportedStatus(DeliveryStatus.DELIVERED),
    "bounced": ReportedStatus(DeliveryStatus.BOUNCED, Meaning.ADDRESS),
    "complained": ReportedStatus(DeliveryStatus.COMPLAINED),
    "failed": ReportedStatus(DeliveryStatus.FAILED, Meaning.MESSAGE),
    "rejected": ReportedStatus(DeliveryStatus.FAILED, Meaning.MESSAGE),
}


def reported(provider: str | None, word: str, error_code: int | None = None) -> ReportedStatus:
    """Translate a report of a provider: ``twilio``, or one that uses our own words.

    Raises InvalidInputError for another word, which it names.
    """
    if (provider or "").lower() == "twilio":
        return twilio_report(word, error_code)
    found = _PLAIN_WORDS.get(word.lower())
    if found is None:
        raise InvalidInputError(f"event: {word[:40]!r} is none of {', '.join(_PLAIN_WORDS)}")
    return found


def twilio_report(word: str, error_code: int | None = None) -> ReportedStatus:
    """Translate ``MessageStatus`` and ``ErrorCode`` of a status callback.

    A refusal is BOUNCED if it is about the address, else FAILED: the message is over then, whatever
    the reason, because the provider had accepted it. Raises InvalidInputError for another word.
    """
    word = word.lower()
    if word in TWILIO_REFUSALS:
        meaning = TWILIO_MEANINGS.get(error_code or 0, Meaning.MESSAGE)
        is_over = STATUS_OF_MEANING[meaning] is not DeliveryStatus.BOUNCED
        return ReportedStatus(DeliveryStatus.FAILED if is_over else DeliveryStatus.BOUNCED, meaning)
    if word not in _TWILIO_WORDS:
        known = ", ".join(sorted({*_TWILIO_WORDS, *TWILIO_REFUSALS}))
        raise InvalidInputError(f"MessageStatus: {word[:40]!r} is none of {known}")
    return ReportedStatus(_TWILIO_WORDS[word])
