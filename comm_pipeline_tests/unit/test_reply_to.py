"""Where answers go: the setting, and the header that is made of it."""

from email import message_from_bytes
from email.policy import default

import pytest

from comm_pipeline.channels.registry import smtp_config
from comm_pipeline.channels.smtp_message import MessageWriter
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.mailbox.mime_reading import read_mail
from comm_pipeline.services.mailbox_reading import own_mail
from comm_pipeline.settings import load_settings
from comm_pipeline_tests.mail_builders import OUR_ID, a_mail
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message, an_smtp_config

SMTP = {"SMTP_HOST": "mail.example", "SMTP_SENDER": "Acme <hello@acme.example>"}
KEY = OUR_ID[1:41]


def reply_to(setting: str | None) -> str | None:
    writer = MessageWriter(an_smtp_config(25, reply_to=setting))
    body = writer.envelope(a_channel_message(message_id=OUR_ID), NOW).body
    header = message_from_bytes(body, policy=default)["Reply-To"]
    return None if header is None else str(header)


def test_without_the_setting_there_is_no_header() -> None:
    assert reply_to(None) is None


def test_the_header_carries_the_key_of_the_message() -> None:
    assert reply_to("answers@acme.example") == "answers@acme.example"
    assert reply_to("Acmé <a+{key}@acme.example>") == f"Acmé <a+{KEY}@acme.example>"


def test_an_answer_to_it_is_read_with_the_key() -> None:
    assert read_mail(a_mail(To=f"Acme <a+{KEY}@acme.example>")).to_plus == (KEY,)


def test_the_setting_reaches_the_channel() -> None:
    settings = load_settings(SMTP | {"SMTP_REPLY_TO": "a+{key}@acme.example"})
    assert smtp_config(settings).reply_to == "a+{key}@acme.example"


@pytest.mark.parametrize(
    "value", ["a{key}@acme.example", "nobody", "a@b.example, c@d.example", "+"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(InvalidSettingError, match="SMTP_REPLY_TO"):
        load_settings(SMTP | {"SMTP_REPLY_TO": value})


def test_our_own_addresses_are_known() -> None:
    imap = {"IMAP_HOST": "i.example", "IMAP_USERNAME": "Box@acme.example", "IMAP_PASSWORD": "x"}
    settings = load_settings(SMTP | imap | {"SMTP_REPLY_TO": "A <a+{key}@acme.example>"})
    own = own_mail(settings)
    assert own.addresses == {"hello@acme.example", "a@acme.example", "box@acme.example"}
    assert own.message_id_domain == "acme.example"


def test_every_sender_is_known_as_our_own() -> None:
    settings = load_settings(SMTP | {"SMTP_MORE_SENDERS": "two@acme.example,three@acme.example"})
    assert {"two@acme.example", "three@acme.example"} <= own_mail(settings).addresses
