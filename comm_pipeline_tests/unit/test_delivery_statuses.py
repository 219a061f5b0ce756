import pytest

from comm_pipeline.channels.delivery_statuses import (
    _TWILIO_CODES,
    STATUS_OF_MEANING,
    TWILIO_MEANINGS,
    Meaning,
    ReportedStatus,
    twilio_report,
)
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import InvalidInputError

BOUNCED, FAILED = DeliveryStatus.BOUNCED, DeliveryStatus.FAILED


def test_every_meaning_has_one_status() -> None:
    assert set(STATUS_OF_MEANING) == set(Meaning)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((word, DeliveryStatus.SENT) for word in ("accepted", "scheduled", "queued", "sending")),
        *((word, DeliveryStatus.DELIVERED) for word in ("delivered", "read", "Read")),
        ("sent", DeliveryStatus.SENT),
        ("partially_delivered", DeliveryStatus.DELIVERED),
    ],
)
def test_words_of_a_message_under_way(word: str, status: DeliveryStatus) -> None:
    assert twilio_report(word) == ReportedStatus(status)


@pytest.mark.parametrize("word", ["undelivered", "failed", "canceled"])
@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        (30005, BOUNCED, Meaning.ADDRESS),
        (30006, BOUNCED, Meaning.ADDRESS),
        (63024, BOUNCED, Meaning.ADDRESS),
        (21610, BOUNCED, Meaning.UNSUBSCRIBED),
        # Switched off, filtered, unknown: the number is not to blame.
        (30003, FAILED, Meaning.MESSAGE),
        (30007, FAILED, Meaning.MESSAGE),
        (63016, FAILED, Meaning.MESSAGE),
        (30001, FAILED, Meaning.THROTTLED),
        (30034, FAILED, Meaning.SETTINGS),
        (99999, FAILED, Meaning.MESSAGE),
        (None, FAILED, Meaning.MESSAGE),
    ],
)
def test_words_of_a_message_that_was_not_delivered(
    word: str, code: int | None, status: DeliveryStatus, meaning: Meaning
) -> None:
    assert twilio_report(word, code) == ReportedStatus(status, meaning)


@pytest.mark.parametrize("word", ["", "received", "nonsense" * 100])
def test_a_word_that_is_none_is_named(word: str) -> None:
    with pytest.raises(InvalidInputError, match="MessageStatus") as error:
        twilio_report(word)
    assert len(str(error.value)) < 300


def test_no_code_has_two_meanings() -> None:
    # A second one would silently replace the first.
    assert len(TWILIO_MEANINGS) == sum(len(codes) for codes in _TWILIO_CODES.values())
