"""Secrets and personal data in the middle of texts, and in errors of every kind."""

import pytest
from pydantic import BaseModel, ValidationError
from pymongo.errors import AutoReconnect, BulkWriteError

from comm_pipeline.errors import AnswerRefusedError, InvalidInputError
from comm_pipeline.settings import Masking, Settings, load_settings
from comm_pipeline.settings.secret import secrets_in_uri, without_uri_secrets

URI = "mongodb://worker:S3cr%2Ft-W0rd@db.example:27017/?tls=true&tlsCertificateKeyFilePassword=K3yw0rd"
SECRETS = {
    "MONGODB_URI": URI,
    "SMTP_HOST": "mail.example",
    "SMTP_SENDER": "Acme <hello@acme.example>",
    "SMTP_USERNAME": "acme",
    "SMTP_PASSWORD": "sm7p-p4ss",
    "WEBHOOK_URL": "https://hooks.example/t0ken-in-the-path",
    "WEBHOOK_SECRET": "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY",
    "FORGET_KEY": "k3y of at least thirty-two characters",
}
MASKING = Masking.of(load_settings(SECRETS))
CONTENT = "our budget is 77777"


@pytest.mark.parametrize(
    "secret",
    [
        URI,
        "S3cr%2Ft-W0rd",
        "S3cr/t-W0rd",
        "K3yw0rd",
        "sm7p-p4ss",
        "https://hooks.example/t0ken-in-the-path",
        "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY",
        "k3y of at least thirty-two characters",
    ],
)
def test_no_secret_is_shown(secret: str) -> None:
    for show in (MASKING.text, MASKING.without_secrets):
        assert show(f"what failed: {secret}!") == "what failed: ***!"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("550 <ada@acme.example> unknown", "550 <[redacted]> unknown"),
        ("campaign_1:ada@acme.example:hello", "campaign_1:[redacted]:hello"),
        ("no route to +49 (170) 123-4567", "no route to [redacted]"),
        ("redis://user:pass@host/0", "redis://***@host/0"),
        ("due at 2026-03-02T09:00:00+00:00", "due at 2026-03-02T09:00:00+00:00"),
        (f"<{'a1' * 20}@acme.example> was lost", f"<{'a1' * 20}@acme.example> was lost"),
        (
            "contact_info.email: no @ (given: 'ada'); fix",
            "contact_info.email: no @ (given: [redacted]); fix",
        ),
    ],
)
def test_addresses_and_numbers_are_hidden_in_texts(text: str, shown: str) -> None:
    assert MASKING.text(text) == shown


def test_what_is_not_named_is_shown() -> None:
    masking = Masking.of(Settings(sensitive_fields=()))
    text = "550 <ada@acme.example> +49 170 1234567 (given: 'ada')"
    assert masking.text(text) == text
    assert masking.error(ValueError(CONTENT)) == f"ValueError: {CONTENT}"


class Message(BaseModel):
    text: int


def invalid() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Message.model_validate({"text": CONTENT})
    return caught.value


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError(CONTENT), "ValueError: [redacted]"),
        (KeyError(CONTENT), "KeyError: [redacted]"),
        (invalid(), "ValidationError: [redacted]"),
        (
            BulkWriteError({"writeErrors": [{"code": 17419, "op": {"text": CONTENT}}]}),
            "BulkWriteError: 1 writes failed, with the codes [17419]",
        ),
        (AnswerRefusedError("prices", CONTENT), "AnswerRefusedError: prices: [redacted]"),
        (AutoReconnect("db.example:27017: gone"), "AutoReconnect: db.example:27017: gone"),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError: [Errno 111] refused"),
        (
            InvalidInputError("recipients: must be a list"),
            "InvalidInputError: recipients: must be a list",
        ),
    ],
)
def test_errors_say_what_failed_and_not_what_was_written(error: Exception, shown: str) -> None:
    assert MASKING.error(error) == shown


def fail(error: BaseException, cause: BaseException) -> None:
    raise error from cause


def raised() -> BaseException:
    with pytest.raises(InvalidInputError) as caught:
        fail(InvalidInputError("to ada@acme.example"), KeyError(CONTENT))
    return ExceptionGroup(CONTENT, [caught.value, ValueError(CONTENT)])


def test_a_traceback_shows_the_way_and_no_words() -> None:
    shown = MASKING.traceback(raised())
    assert "raise error from cause" in shown
    assert "InvalidInputError: to [redacted]" in shown
    assert "KeyError: [redacted]" in shown
    assert "ValueError: [redacted]" in shown
    assert CONTENT not in shown
    assert "to ada" not in "".join(line for line in shown.splitlines() if line[:1] != " ")


def test_an_error_that_leads_to_itself_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert MASKING.traceback(one).count("ValueError: [redacted]") == 2


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://u:pa/ss@word:wrong@h:1",
        "mongodb://u:p%zz4word@h",
        "mongodb://u:abc:defg@h:port",
        "mongodb+srv://u:wordword@h:1",
    ],
)
def test_no_piece_of_a_password_that_is_not_escaped_is_shown(uri: str) -> None:
    pieces = secrets_in_uri(uri)
    assert pieces
    shown = without_uri_secrets(f"cannot parse {uri}; {'; '.join(pieces)}", uri)
    assert not any(piece in shown for piece in pieces)
