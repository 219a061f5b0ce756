"""Which channels the settings give, with what, and what is said where they lack something."""

from typing import Any

import pytest

from comm_pipeline.channels import registry
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.channels.registry import (
    build_channels,
    channel_for,
    channel_names,
    channels_in_use,
    smtp_config,
)
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings, load_settings
from comm_pipeline_tests.http_channels import WEBHOOK_SECRET
from comm_pipeline_tests.smtp_servers import NOW
from comm_pipeline_tests.unit.test_settings_of_channels import CHAT, SMS, SMTP, WEBHOOK, WHATSAPP

SIGNED = WEBHOOK | {"WEBHOOK_SECRET": f"{WEBHOOK_SECRET} {WEBHOOK_SECRET}"}
EVERYTHING = CHAT | SIGNED | WHATSAPP | SMS | SMTP


def build(environ: dict[str, str]) -> dict[str, Any]:
    return build_channels(load_settings(environ), lambda: NOW)


def test_every_channel_that_is_set_up_is_built_under_its_name() -> None:
    channels = build(EVERYTHING)
    assert list(channels) == ["email", "sms", "whatsapp", "webhook", "chat"]
    assert [channel.name for channel in channels.values()] == list(channels)


def test_the_usual_one_is_first() -> None:
    assert list(build(SMS | CHAT | {"COMM_PIPELINE_CHANNEL": "chat"})) == ["chat", "sms"]


@pytest.mark.parametrize("environ", [{}, EVERYTHING | {"COMM_PIPELINE_CHANNEL": "log"}])
def test_without_settings_or_by_choice_everything_is_only_logged(environ: dict[str, str]) -> None:
    channels = build(environ)
    assert list(channels) == ["log"]
    assert {channel_for(channels, name).name for name in ("email", "sms", "chat")} == {"log"}


def test_a_channel_is_found_by_its_name() -> None:
    channels = build(SMTP | CHAT)
    assert channel_for(channels, "chat") is channels["chat"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("sms", "set TWILIO_SMS_SENDER or TWILIO_MESSAGING_SERVICE_SID"),
        ("pigeon", "the channels are email, sms, whatsapp, webhook, chat"),
    ],
)
def test_a_channel_that_is_not_set_up_is_named_with_the_way_out(name: str, fix: str) -> None:
    with pytest.raises(InvalidSettingError, match=f"{name}.*{fix}"):
        channel_for(build(SMTP | CHAT), name)


@pytest.mark.parametrize(
    ("environ", "name"), [({}, "log"), (SMTP, "email"), (SMTP | CHAT, "email"), (CHAT, "chat")]
)
def test_one_channel_is_the_usual_one(environ: dict[str, str], name: str) -> None:
    channels = ChannelSet.of(load_settings(environ), lambda: NOW)
    assert channels.named(None).name == name


def test_a_template_gets_those_of_its_channels_that_are_set_up() -> None:
    in_use = channels_in_use(load_settings(SMTP | CHAT))
    assert in_use.order(("sms", "chat", "email")) == ("chat", "email")
    assert in_use.order(()) == ("email",)
    # Its messages wait, each with the words of channel_for, until somebody sets it up.
    assert in_use.order(("sms",)) == ("sms",)


def test_the_log_stands_for_every_channel_that_a_template_names() -> None:
    in_use = channels_in_use(load_settings({}))
    assert in_use.order(("sms", "email")) == ("sms", "email")
    assert in_use.order(()) == ("email",)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        (SMS | {"TWILIO_ACCOUNT_SID": "AC 1"}, "TWILIO_ACCOUNT_SID"),
        (SMS | {"TWILIO_SMS_SENDER": "???"}, "TWILIO_SMS_SENDER"),
        (SMS | {"TWILIO_BASE_URL": "http://sms.example"}, "TWILIO_BASE_URL"),
        (WHATSAPP | {"TWILIO_WHATSAPP_SENDER": "Acme"}, "TWILIO_WHATSAPP_SENDER"),
        (WEBHOOK, "WEBHOOK_SECRET"),
        (CHAT | {"CHAT_WEBHOOK_URL": "http://chat.example"}, "CHAT_WEBHOOK_URL"),
        (SMTP | {"LIST_UNSUBSCRIBE": "mailto:a..b@-.example"}, "LIST_UNSUBSCRIBE"),
    ],
)
def test_what_a_channel_cannot_use_is_named(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(InvalidSettingError, match=variable):
        build(environ)


@pytest.mark.parametrize(
    ("channel", "variable"),
    [
        ("email", "SMTP_HOST"),
        ("sms", "TWILIO_ACCOUNT_SID"),
        ("whatsapp", "TWILIO_ACCOUNT_SID"),
        ("webhook", "WEBHOOK_SECRET"),
        ("chat", "CHAT_WEBHOOK_URL"),
    ],
)
def test_a_missing_setting_is_named_also_for_settings_made_in_code(
    channel: str, variable: str
) -> None:
    settings = Settings().model_copy(update={"channel": channel})
    assert channel_names(settings) == (channel,)
    with pytest.raises(InvalidSettingError, match=variable):
        build_channels(settings, lambda: NOW)


def test_calls_without_tls_can_be_allowed() -> None:
    environ = CHAT | {"CHAT_WEBHOOK_URL": "http://chat.example", "CHAT_ALLOW_HTTP": "yes"}
    assert build(environ)["chat"].name == "chat"


def test_how_many_are_offered_at_once_is_set_for_each_provider() -> None:
    limits = {"TWILIO_MAX_IN_FLIGHT": "1", "WEBHOOK_MAX_IN_FLIGHT": "2", "CHAT_MAX_IN_FLIGHT": "3"}
    channels = build(EVERYTHING | limits | {"WORKER_THREADS": "4"})
    assert {name: channel.max_in_flight for name, channel in channels.items()} == {
        "email": 4,
        "sms": 1,
        "whatsapp": 1,
        "webhook": 2,
        "chat": 3,
    }


def test_a_sender_of_its_own_goes_before_the_messaging_service() -> None:
    settings = load_settings(SMS | {"TWILIO_MESSAGING_SERVICE_SID": "MG1"})
    sms = registry._twilio_config(settings, settings.twilio_sms_sender)
    whatsapp = registry._twilio_config(settings, settings.twilio_whatsapp_sender)
    assert (sms.sender, sms.messaging_service_sid) == ("+491701234567", None)
    assert (whatsapp.sender, whatsapp.messaging_service_sid) == (None, "MG1")


def test_the_address_for_unsubscribing_reaches_the_mail() -> None:
    both = "mailto:stop@acme.example https://acme.example/stop?of={message_id}"
    settings = load_settings(SMTP | {"LIST_UNSUBSCRIBE": both})
    assert smtp_config(settings).unsubscribe == tuple(both.split())
    assert smtp_config(load_settings(SMTP)).unsubscribe == ()


def test_further_senders_reach_the_mail() -> None:
    more = 'b@acme.example, "Acme, Sales" <c@acme.example>'
    config = smtp_config(load_settings(SMTP | {"SMTP_MORE_SENDERS": more}))
    assert config.senders == (
        config.sender,
        "b@acme.example",
        '"Acme, Sales" <c@acme.example>',
    )
