import pytest

from comm_pipeline.channels.smtp_answers import Phase, answered, unanswered
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.statuses import DeliveryStatus

COMMANDS = (Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY)


@pytest.mark.parametrize("phase", [Phase.CONNECT, *COMMANDS])
@pytest.mark.parametrize("code", [400, 421, 450, 451, 452, 454, 499, 530, 534, 535, 538])
def test_what_may_pass_is_deferred(phase: Phase, code: int) -> None:
    assert answered(phase, code, "words").status is DeliveryStatus.DEFERRED


@pytest.mark.parametrize(
    ("phase", "code", "words", "status"),
    [
        (Phase.CONNECT, 554, "go away", "deferred"),
        (Phase.BODY, 250, "ok", "sent"),
        (Phase.BODY, 200, "ok", "sent"),
        (Phase.BODY, 354, "go on", "unknown"),
        (Phase.BODY, -1, "gibberish", "unknown"),
        (Phase.MAIL, 354, "go on", "deferred"),
        (Phase.RCPT, 550, "5.1.1 unknown user", "bounced"),
        (Phase.RCPT, 550, "5.2.1 disabled", "bounced"),
        (Phase.RCPT, 554, "5.1.1 unknown user", "bounced"),
        (Phase.RCPT, 554, "5.2.1 disabled", "bounced"),
        (Phase.RCPT, 550, "5.2.1 mail comes at a rate that prevents delivery", "failed"),
        (Phase.RCPT, 553, "sorry, no mailbox here by that name (#5.1.1)", "bounced"),
        # Everybody would be told so: it waits for somebody who corrects the settings.
        (Phase.RCPT, 554, "5.7.1 relaying denied", "deferred"),
        (Phase.RCPT, 550, "5.7.1 blocked: see https://x.example/5.1.1", "failed"),
        (Phase.RCPT, 550, "unknown user", "bounced"),
        # Nothing says that the recipient is meant, and a bounce would be for good.
        (Phase.RCPT, 550, "", "failed"),
        (Phase.RCPT, 551, "", "failed"),
        (Phase.RCPT, 553, "", "failed"),
        (Phase.RCPT, 550, "Administrative prohibition", "failed"),
        (Phase.RCPT, 552, "5.2.2 full", "failed"),
        (Phase.BODY, 550, "content refused", "failed"),
        (Phase.BODY, 550, "5.1.1 unknown user", "bounced"),
        # Words after the body may be about a link in it.
        (Phase.BODY, 554, "invalid domain", "failed"),
        (Phase.BODY, 554, "5.0.0 invalid domain", "failed"),
        (Phase.MAIL, 550, "5.1.8 bad sender", "deferred"),
        (Phase.MAIL, 552, "", "deferred"),
        (Phase.MAIL, 550, "5.6.7 non-ASCII addresses not permitted", "failed"),
        (Phase.DATA, 503, "no recipients", "failed"),
    ],
)
def test_the_table(phase: Phase, code: int, words: str, status: str) -> None:
    result = answered(phase, code, words)
    assert result.status == status
    assert result.detail.startswith(f"{code} {words}")
    assert result.raw == {"phase": phase.value, "code": code, "words": words}


OF_SENDER = (
    "5.1.8 <sales@acme.example>: Sender address rejected: Domain not found",
    "5.1.0 <sales@acme.example>: Sender address rejected: User unknown in local table",
    "5.1.7 bad syntax",
    "Sender verify failed",
    "5.7.60 Client does not have permissions to send as this sender",
)
OF_RELAY = ("relay not permitted", "5.7.1 <ada@example.com>: Relay access denied")


@pytest.mark.parametrize("phase", COMMANDS)
@pytest.mark.parametrize("code", [550, 553, 554])
@pytest.mark.parametrize("words", [*OF_SENDER, *OF_RELAY])
def test_a_refusal_of_our_sender_or_rights_waits_for_a_person(
    phase: Phase, code: int, words: str
) -> None:
    for has_several_senders in (False, True):
        result = answered(phase, code, words, has_several_senders=has_several_senders)
        is_of_one = has_several_senders and words in OF_SENDER
        says = ProviderAnswer.NEUTRAL if is_of_one else ProviderAnswer.BAD
        assert (result.status, result.provider_answer) == (DeliveryStatus.DEFERRED, says)
        assert result.to_correct is not None
        assert "SMTP_SENDER" in result.to_correct
        assert "SMTP_USERNAME" in result.to_correct
        assert result.detail.endswith(result.to_correct)


@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.DATA, Phase.BODY])
@pytest.mark.parametrize(
    "words",
    [
        "5.7.1 blocked by policy",
        "5.1.1 blocked using zen.spamhaus.example",
        "5.7.1 your domain has a bad reputation",
        "host mx.example[192.0.2.1] said: 554 5.7.1 Relay access denied",
        "host mx.example[192.0.2.1] said: 550 Client host blocked",
    ],
)
def test_what_is_thought_of_us_ends_one_message_and_suppresses_nobody(
    phase: Phase, words: str
) -> None:
    result = answered(phase, 550, words)
    assert (result.status, result.provider_answer) == (DeliveryStatus.FAILED, ProviderAnswer.GOOD)
    assert result.to_correct is None


@pytest.mark.parametrize(
    ("phase", "code", "words", "of_one", "of_several"),
    [
        (Phase.MAIL, 451, "4.7.1 sender rate exceeded", "bad", "neutral"),
        (Phase.MAIL, 550, "5.7.1 no", "bad", "neutral"),
        (Phase.RCPT, 450, "4.1.8 <a@b.example>: Sender address rejected: later", "bad", "neutral"),
        (Phase.MAIL, 421, "4.7.0 too many", "bad", "bad"),
        (Phase.MAIL, 530, "5.7.0 Authentication required", "bad", "bad"),
        (Phase.MAIL, 550, "Authentication required", "bad", "bad"),
        (Phase.RCPT, 454, "4.7.1 <ada@example.com>: Relay access denied", "bad", "bad"),
        (Phase.RCPT, 450, "4.7.1 greylisted: unverified sender", "neutral", "neutral"),
    ],
)
def test_of_several_senders_one_that_is_refused_says_nothing_of_the_server(
    phase: Phase, code: int, words: str, of_one: str, of_several: str
) -> None:
    one, several = (
        answered(phase, code, words, has_several_senders=several) for several in (False, True)
    )
    assert (one.provider_answer, several.provider_answer) == (of_one, of_several)
    assert {one.status, several.status} == {DeliveryStatus.DEFERRED}


def test_a_throttled_sender_asks_for_nobody() -> None:
    assert answered(Phase.MAIL, 451, "4.7.1 sender rate exceeded").to_correct is None


@pytest.mark.parametrize("phase", [Phase.CONNECT, *COMMANDS])
def test_only_a_body_without_answer_is_unknown(phase: Phase) -> None:
    is_unknown = unanswered(phase, "time out").status is DeliveryStatus.UNKNOWN
    assert is_unknown is (phase is Phase.BODY)


@pytest.mark.parametrize(
    ("words", "queue_id"),
    [
        ("2.0.0 Ok: queued as 4F1A2B", "4F1A2B"),
        ("Message queued as <a.b@c>", "a.b@c"),
        ("OK", None),
    ],
)
def test_the_providers_own_id(words: str, queue_id: str | None) -> None:
    assert answered(Phase.BODY, 250, words).provider_message_id == queue_id


def test_long_words_are_cut() -> None:
    assert len(answered(Phase.RCPT, 550, "x" * 10_000).detail) < 1_100
