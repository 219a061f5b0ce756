"""The settings of providers, inbox, limits and campaign types: defaults, forms, halves, secrets."""

from pathlib import Path
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import (
    Settings,
    describe_settings,
    environment_of,
    load_settings,
    variables_asking_for,
)
from comm_pipeline.settings.campaign_types import CampaignTypeClass, parse_campaign_types
from comm_pipeline_tests.unit.test_settings import problems_of, row_of, value_of

SECRET = "hunter2"
SMTP = {"SMTP_HOST": "mail.example", "SMTP_SENDER": "Acme <hello@acme.example>"}
ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC0123", "TWILIO_AUTH_TOKEN": SECRET}
SMS = ACCOUNT | {"TWILIO_SMS_SENDER": "+491701234567"}
WHATSAPP = ACCOUNT | {"TWILIO_WHATSAPP_SENDER": "+491701234567"}
WEBHOOK = {"WEBHOOK_URL": f"https://sender.example/{SECRET}", "WEBHOOK_SECRET": f"whsec_{SECRET}"}
CHAT = {"CHAT_WEBHOOK_URL": f"https://chat.example/{SECRET}"}
IMAP = {"IMAP_HOST": "mail.example", "IMAP_USERNAME": "me", "IMAP_PASSWORD": SECRET}
EVERYTHING = SMTP | SMS | WHATSAPP | WEBHOOK | CHAT | IMAP

HTTP_DEFAULTS = {
    "TIMEOUT_SECONDS": 30.0,
    "CONNECT_TIMEOUT_SECONDS": 10.0,
    "MAX_IN_FLIGHT": 32,
    "CA_FILE": None,
    "ALLOW_HTTP": False,
}
DEFAULTS = {
    "TWILIO_BASE_URL": "https://api.twilio.com",
    "IMAP_PORT": 993,
    "IMAP_SECURITY": "tls",
    "IMAP_FOLDER": "INBOX",
    "IMAP_TIMEOUT_SECONDS": 30.0,
    "IMAP_AFTER_READING": "keep",
    "IMAP_LARGEST_BYTES": 10_000_000,
    "IMAP_POLL_SECONDS": 60,
    "RATE_LIMIT_TIME_ZONE": "UTC",
    "CAMPAIGN_TYPES": (),
} | {
    f"{provider}_{name}": default
    for provider in ("TWILIO", "WEBHOOK", "CHAT")
    for name, default in HTTP_DEFAULTS.items()
}


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_default(name: str, default: object) -> None:
    assert value_of(load_settings({}), name) == default


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TWILIO_BASE_URL", "api.twilio.com", "an address such as https://host/path"),
        ("TWILIO_STATUS_CALLBACK_URL", "https://a b", "an address such as"),
        ("TWILIO_TIMEOUT_SECONDS", "0", "a number above 0"),
        ("CHAT_MAX_IN_FLIGHT", "0", "a whole number, at least 1"),
        ("WEBHOOK_ALLOW_HTTP", "perhaps", "true or false"),
        ("IMAP_SECURITY", "ssl", "starttls, tls or none"),
        ("IMAP_AFTER_READING", "delete", "keep, seen or move:FOLDER"),
        ("IMAP_AFTER_READING", "move:", "keep, seen or move:FOLDER"),
        ("LIST_UNSUBSCRIBE", "stop@acme.example", "mailto:stop@acme.example or https:"),
        ("LIST_UNSUBSCRIBE", "http://acme.example/stop", "mailto:stop@acme.example or https:"),
        ("LIST_UNSUBSCRIBE", "mailto:a@b.example>\r\nBcc: c@d", "mailto:stop@acme.example or"),
        ("CAMPAIGN_TYPES", "sales", "type=module:Class, several separated by commas"),
        ("SMTP_RATE_LIMIT", "10 per second", "limits such as 10/second"),
        ("RECIPIENT_DOMAIN_RATE_LIMITS", "100/hour", "limits by domain such as gmail.com="),
        ("SENDER_WARM_UP", "50,many", "whole numbers separated by commas"),
        ("RATE_LIMIT_TIME_ZONE", "Mars", "a time zone such as Europe/Berlin"),
    ],
)
def test_bad_value_is_named_with_what_is_expected(name: str, value: str, expected: str) -> None:
    [problem] = problems_of({name: value})
    assert problem.startswith(f"{name}={value!r}: expected {expected}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IMAP_AFTER_READING", "move:Done/2026"),
        ("LIST_UNSUBSCRIBE", "mailto:stop@acme.example?subject=unsubscribe"),
        ("LIST_UNSUBSCRIBE", "https://acme.example/stop?list=1"),
        ("TWILIO_BASE_URL", "http://127.0.0.1:8080/"),
        ("SMTP_RATE_LIMIT", "10/second,5000/hour,2000/business-day"),
        ("RECIPIENT_DOMAIN_RATE_LIMITS", "gmail.com=100/hour,10/second,*=500/hour"),
        ("SENDER_WARM_UP", "50,100,200"),
        ("RATE_LIMIT_TIME_ZONE", "Europe/Berlin"),
    ],
)
def test_value_is_read(name: str, text: str) -> None:
    assert value_of(load_settings({name: text}), name) == text


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, []),
        (SMTP, ["email"]),
        (SMS, ["sms"]),
        (WHATSAPP, ["whatsapp"]),
        (ACCOUNT | {"TWILIO_MESSAGING_SERVICE_SID": "MG1"}, ["sms", "whatsapp"]),
        (WEBHOOK, ["webhook"]),
        (CHAT, ["chat"]),
        (IMAP, []),
        (CHAT | SMTP, ["email", "chat"]),
        (EVERYTHING, ["email", "sms", "whatsapp", "webhook", "chat"]),
    ],
)
def test_channels_are_set_up_by_their_settings_and_the_first_is_the_usual_one(
    environ: dict[str, str], names: list[str]
) -> None:
    settings = load_settings(environ)
    assert list(settings.channels_set_up) == names
    assert settings.channel == (names[0] if names else "log")


@pytest.mark.parametrize("channel", ["chat", "log"])
def test_another_channel_can_be_the_usual_one(channel: str) -> None:
    settings = load_settings(EVERYTHING | {"COMM_PIPELINE_CHANNEL": channel})
    assert settings.channel == channel


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC1"}, ["TWILIO_AUTH_TOKEN", "TWILIO_SMS_SENDER"]),
        ({"TWILIO_AUTH_TOKEN": SECRET}, ["TWILIO_ACCOUNT_SID", "TWILIO_SMS_SENDER"]),
        (ACCOUNT, ["TWILIO_SMS_SENDER"]),
        (ACCOUNT | {"COMM_PIPELINE_CHANNEL": "log"}, ["TWILIO_SMS_SENDER"]),
        ({"TWILIO_SMS_SENDER": "Acme"}, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]),
        (SMS | {"COMM_PIPELINE_CHANNEL": "whatsapp"}, ["TWILIO_WHATSAPP_SENDER"]),
        ({"WEBHOOK_URL": "https://a.example"}, ["WEBHOOK_SECRET"]),
        ({"WEBHOOK_SECRET": SECRET}, ["WEBHOOK_URL"]),
        ({"COMM_PIPELINE_CHANNEL": "webhook"}, ["WEBHOOK_URL"]),
        ({"COMM_PIPELINE_CHANNEL": "chat"}, ["CHAT_WEBHOOK_URL"]),
        ({"IMAP_HOST": "mail.example"}, ["IMAP_USERNAME", "IMAP_PASSWORD"]),
        ({"IMAP_USERNAME": "me", "IMAP_PASSWORD": SECRET}, ["IMAP_HOST"]),
        ({"SMTP_HOST": "mail.example"} | CHAT | {"COMM_PIPELINE_CHANNEL": "chat"}, ["SMTP_SENDER"]),
    ],
)
def test_half_a_configuration_names_what_is_missing(
    environ: dict[str, str], missing: list[str]
) -> None:
    assert [problem.split()[0] for problem in problems_of(environ)] == missing


def test_what_is_missing_is_said_with_its_reason() -> None:
    way_out = "set it, or take TWILIO_ACCOUNT_SID away"
    senders = (
        "TWILIO_SMS_SENDER or TWILIO_WHATSAPP_SENDER or TWILIO_MESSAGING_SERVICE_SID "
        "is needed with TWILIO_ACCOUNT_SID"
    )
    assert problems_of({"TWILIO_ACCOUNT_SID": "AC1"}) == [
        f"TWILIO_AUTH_TOKEN is needed with TWILIO_ACCOUNT_SID: {way_out}",
        f"{senders}: {way_out}",
    ]


def test_a_channel_tells_what_asks_for_it() -> None:
    asking = ("TWILIO_SMS_SENDER", "TWILIO_MESSAGING_SERVICE_SID")
    assert variables_asking_for("sms") == asking
    assert variables_asking_for("pigeon") == ()


@pytest.mark.parametrize(
    "name",
    [
        "TWILIO_AUTH_TOKEN",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
        "CHAT_WEBHOOK_URL",
        "IMAP_PASSWORD",
    ],
)
def test_secrets_may_stand_in_files(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(EVERYTHING[name])
    environ = {other: value for other, value in EVERYTHING.items() if other != name}
    settings = load_settings(environ | {f"{name}_FILE": str(file)})
    assert row_of(settings, name).source == f"{name}_FILE"
    secret = value_of(settings, name)
    assert isinstance(secret, SecretStr)
    assert secret.get_secret_value() == EVERYTHING[name]


def test_secrets_never_show() -> None:
    settings = load_settings(EVERYTHING)
    shown = f"{settings!r} {settings} {describe_settings(settings)} {settings.model_dump_json()}"
    assert SECRET not in shown


@pytest.mark.parametrize("name", ["WEBHOOK_URL", "CHAT_WEBHOOK_URL"])
def test_a_secret_address_stays_out_of_errors(name: str) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        load_settings({name: SECRET})
    assert f"{name}='***': expected an address" in str(caught.value)
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"


def test_other_processes_are_given_the_same_settings() -> None:
    environ = EVERYTHING | {
        "CAMPAIGN_TYPES": "a=m:C, b=n.o:D",
        "WEBHOOK_CA_FILE": "/etc/ca.pem",
        "CHAT_ALLOW_HTTP": "true",
        "SENDER_WARM_UP": "50,100",
    }
    settings = load_settings(environ)
    # How they were read is not handed on, what they are is.
    given_on = load_settings(environment_of(settings))
    assert {field: getattr(given_on, field) for field in Settings.variables()} == {
        field: getattr(settings, field).absolute()
        if isinstance(getattr(settings, field), Path)
        else getattr(settings, field)
        for field in Settings.variables()
    }


def test_nothing_set_up_stays_so_in_other_processes() -> None:
    assert load_settings(environment_of(Settings())).channels_set_up == ()


def test_campaign_types_are_read_and_shown() -> None:
    text = "enterprise_sales=my_package.module:MyManager, other = m:C"
    settings = load_settings({"CAMPAIGN_TYPES": text})
    assert settings.campaign_types == (
        ("enterprise_sales", "my_package.module", "MyManager"),
        ("other", "m", "C"),
    )
    shown = row_of(settings, "CAMPAIGN_TYPES").value
    assert shown == "enterprise_sales=my_package.module:MyManager, other=m:C"


@pytest.mark.parametrize(
    "text",
    [
        "sales",
        "sales=module",
        "sales=module:",
        "sales=:Class",
        "sales=a..b:Class",
        "sales=1a:Class",
        "sales=a:B.C",
        "=a:B",
        "sales=a:B;other=c:D",
        "sales=a:B,sales=c:D",
    ],
)
def test_campaign_types_of_another_form(text: str) -> None:
    with pytest.raises(ValueError, match="form"):
        parse_campaign_types(text)


LETTERS = ascii_lowercase + "_"
names = st.builds(str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + digits, max_size=9))


@given(
    st.lists(
        st.builds(CampaignTypeClass, names, st.lists(names, min_size=1).map(".".join), names),
        unique_by=lambda one: one.type,
    )
)
def test_campaign_types_are_read_as_they_are_written(classes: list[CampaignTypeClass]) -> None:
    assert parse_campaign_types(",".join(map(str, classes))) == tuple(classes)
