import pytest

from comm_pipeline.channels.smtp_answers import Phase, answered, unanswered
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
        (Phase.RCPT, 554, "5.7.1 relaying denied", "failed"),
        (Phase.RCPT, 550, "5.7.1 blocked: see https://x.example/5.1.1", "failed"),
        (Phase.RCPT, 550, "unknown user", "bounced"),
        (Phase.RCPT, 551, "", "bounced"),
        (Phase.RCPT, 553, "", "bounced"),
        (Phase.RCPT, 552, "5.2.2 full", "failed"),
        (Phase.BODY, 550, "content refused", "failed"),
        (Phase.BODY, 550, "5.1.1 unknown user", "bounced"),
        (Phase.MAIL, 550, "5.1.8 bad sender", "failed"),
        (Phase.DATA, 503, "no recipients", "failed"),
    ],
)
def test_the_table(phase: Phase, code: int, words: str, status: str) -> None:
    result = answered(phase, code, words)
    assert result.status == status
    assert result.detail.startswith(f"{code} {words}")
    assert result.raw == {"phase": phase.value, "code": code, "words": words}


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
