"""What answers say about the provider, whatever they say about the message."""

import pytest

from comm_pipeline.channels.delivery_statuses import SAYS_OF_PROVIDER, Meaning
from comm_pipeline.channels.smtp_answers import Phase, answered, unanswered, unsendable
from comm_pipeline.domain.circuit_breaker import ProviderAnswer

GOOD, BAD, NEUTRAL = ProviderAnswer.GOOD, ProviderAnswer.BAD, ProviderAnswer.NEUTRAL


@pytest.mark.parametrize(
    ("phase", "code", "says"),
    [
        (Phase.BODY, 250, GOOD),
        (Phase.RCPT, 550, GOOD),
        (Phase.DATA, 554, GOOD),
        (Phase.CONNECT, 554, BAD),
        (Phase.RCPT, 421, BAD),
        (Phase.MAIL, 535, BAD),
        (Phase.MAIL, 451, BAD),
        # Greylisted, or the mailbox is full: that is about this recipient.
        (Phase.RCPT, 450, NEUTRAL),
        (Phase.BODY, 452, NEUTRAL),
        (Phase.BODY, 999, BAD),
    ],
)
def test_what_a_mail_server_says_of_itself(phase: Phase, code: int, says: ProviderAnswer) -> None:
    assert answered(phase, code, "words").provider_answer is says


def test_silence_is_bad_and_what_was_not_offered_says_nothing() -> None:
    assert {unanswered(phase, "time over").provider_answer for phase in Phase} == {BAD}
    assert unsendable("no address").provider_answer is NEUTRAL


def test_every_meaning_says_something() -> None:
    assert set(SAYS_OF_PROVIDER) == set(Meaning)
