"""Secrets and personal data in the middle of texts, and in errors of every kind."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, ValidationError
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError, WriteError

from comm_pipeline.domain.batch_requests import recipient_id_of
from comm_pipeline.domain.validation_words import words_of
from comm_pipeline.errors import AnswerRefusedError, InvalidInputError, InvalidSettingError
from comm_pipeline.settings import Masking, Settings, describe_settings, load_settings
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
ODD = "p\"a'ss\\w/rd€"


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
        ('"ada q"@acme.example, ada@[10.0.0.1]', "[redacted], [redacted]"),
        ("<a href='mailto:ada%40acme.example'>", "<a href='mailto:[redacted]'>"),
        ("+49 - 170 1234567 and +49/170/1234567", "[redacted] and [redacted]"),
        ("+49\u2011170\u20111234567", "[redacted]"),
        ("+49 (0) 170 123.45.67", "[redacted]"),
        ("whatsapp:%2B491701234567", "whatsapp:[redacted]"),
        ("postgres://u:p@ss/word@h/x", "postgres://***@h/x"),
        ("https://t0ken@h/x?page=2&api_key=k3y&n=1", "https://***@h/x?page=2&api_key=***&n=1"),
    ],
)
def test_addresses_and_numbers_are_hidden_in_texts(text: str, shown: str) -> None:
    assert MASKING.text(text) == shown


def test_what_is_not_named_is_shown() -> None:
    masking = Masking.of(Settings(sensitive_fields=()))
    text = "550 <ada@acme.example> +49 170 1234567 (given: 'ada')"
    assert masking.text(text) == text
    assert masking.error(ValueError(CONTENT)) == f"ValueError: {CONTENT}"
    assert masking.error(WriteError(CONTENT, 28)) == f"WriteError: {CONTENT}"


@pytest.mark.parametrize(
    "value",
    [
        "Hi (Zora), your secret plan is ours",
        'it\'s (hers); "secret" (ours)',
        "secret') ends; (given: 'it')",
        "a secret\nin two (2) lines\\",
        "(a) secret; " * 20,
        "'secret') " * 20,
        '"secret"\' \\) ' * 20,
        {"name": "Zora (CEO), a secret", "phone": "0151 555"},
        -12.5,
        True,
        float("nan"),
    ],
)
def test_nothing_of_what_was_given_is_shown(value: Any) -> None:
    problem = {"type": "string_too_long", "input": value, "ctx": {"max_length": 4}}
    first, second = words_of(problem), words_of({**problem, "input": ") secret"})
    hidden = words_of({**problem, "input": None}).replace(" and not null", " (given: [redacted])")
    shown = Masking.of(Settings()).text(f"name: {first}; other: {second}")
    if "(given" in first:
        assert shown == f"name: {hidden}; other: {hidden}"
    assert "secret" not in shown


def test_what_was_cut_off_later_on_is_hidden_to_the_end() -> None:
    error = InvalidInputError("must be an id (given: 'Zora (CEO), Main Str")
    assert MASKING.error(error) == "InvalidInputError: must be an id (given: [redacted])"
    with pytest.raises(InvalidInputError) as caught:
        recipient_id_of({"name": "Zora (CEO), 'Main' Street 5", "contact_info": {"n": "a" * 99}})
    assert MASKING.error(caught.value).endswith("with id and contact_info (given: [redacted])")


@pytest.mark.parametrize(
    "written", [json.dumps(ODD), json.dumps(ODD, ensure_ascii=False), repr(ODD), quote(ODD), ODD]
)
def test_a_secret_is_found_as_others_write_it(written: str) -> None:
    environ = SECRETS | {"SMTP_PASSWORD": ODD}
    shown = Masking.of(load_settings(environ)).text(f"<{written}>")
    assert shown.strip("<>'\"") == "***"


URLS = {
    "TWILIO_STATUS_CALLBACK_URL": "https://usr:p4ssw0rdX@h.example/cb?token=tokSECRET",
    "TWILIO_BASE_URL": "https://usr:p4ss/w@rdX@h.example:8443/?tokSECRETtokSECRET",
    "LIST_UNSUBSCRIBE": "mailto:stop@acme.example https://acme.example/stop?k=tokSECRET#p4ssw0rdX",
    "LLM_BASE_URL": "https://[::1]:80/v1?api-version=2024&sig=tokSECRET&p4ssw0rdX",
    "LLM_MODEL": "any",
}
SHOWN_URLS = {
    "TWILIO_STATUS_CALLBACK_URL": "https://***@h.example/cb?token=***",
    "TWILIO_BASE_URL": "https://***@h.example:8443/?***",
    "LIST_UNSUBSCRIBE": "mailto:stop@acme.example https://acme.example/stop?k=***#***",
    "LLM_BASE_URL": "https://[::1]:80/v1?api-version=***&sig=***&***",
}
TOLD_OF_URLS = ("p4ss", "rdX", "SECRET")


def test_addresses_of_services_are_shown_without_what_is_secret_in_them() -> None:
    settings = load_settings(URLS)
    rows = {row.name: row.value for row in describe_settings(settings)}
    assert {name: rows[name] for name in SHOWN_URLS} == SHOWN_URLS
    assert settings.llm_base_url == URLS["LLM_BASE_URL"]
    assert not any(secret in f"{settings!r} {settings}" for secret in TOLD_OF_URLS)


def test_texts_repeat_nothing_secret_of_the_addresses_of_services() -> None:
    shown = Masking.of(load_settings(URLS)).without_secrets(
        f"cannot reach {' '.join(URLS.values())}: tokSECRET of usr:p4ssw0rdX in 2024, p4ss/w@rdX"
    )
    assert not any(secret in shown for secret in ("p4ss/w", "p4ssw0rdX@", "tokSECRET"))
    assert shown.endswith(": *** of *** in 2024, ***")


@pytest.mark.parametrize("name", ["TWILIO_BASE_URL", "MONGODB_DATABASE", "LIST_UNSUBSCRIBE"])
@pytest.mark.parametrize("url", ["ftp://usr:p4ss@h?token=tokSECRET", "//usr:p4/rdX@h#SECRET"])
def test_an_address_that_is_refused_is_told_without_what_is_secret(name: str, url: str) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        load_settings({name: url})
    assert "***@h" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in TOLD_OF_URLS)


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
        (
            WriteError(f"Cannot create field 'until' in element {{claim: \"{CONTENT}\"}}", 28),
            "WriteError: MongoDB refused it, with the code 28",
        ),
        (
            DuplicateKeyError(f'dup key: {{ _id: "{CONTENT}" }}', 11000),
            "DuplicateKeyError: MongoDB refused it, with the code 11000",
        ),
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
    shown = without_uri_secrets(f"{uri}; {'; '.join(pieces)}", uri)
    assert set(re.findall(r"[\w%]+", shown)) <= {""}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('Bad database name "Kr@t9@h:27017/"', 'Bad database name "***@h:27017/"'),
        ("Port must be an integer between 0 and 65535: 'S3'", None),
        ("kr@t9:27017: Name or service not known", "***:27017: Name or service not known"),
        ("t9@h:27017 has no S3/Kr", "***@h:27017 has no ***"),
        ("this test9 s3es nothing", "this test9 s3es nothing"),
    ],
)
def test_no_end_and_no_beginning_of_a_password_is_shown(said: str, shown: str | None) -> None:
    expected = shown or said.replace("S3", "***")
    assert without_uri_secrets(said, "mongodb://u:S3/Kr@t9@h:27017/") == expected
