"""Which channel a message takes, by order, addresses and refusals."""

import pytest

from comm_pipeline.domain.addresses import known_addresses, normalise_address
from comm_pipeline.domain.channel_choice import Route, choose_route, why_no_route
from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.conversations import Conversation, last_outbound_key
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.transition import with_fallback, with_message
from comm_pipeline.errors import InvalidInputError
from comm_pipeline_tests.builders import DOMAIN, START, TEXT, a_conversation, a_send

MAIL, PHONE = "user_1@example.com", "+491701234567"


def reachable(mail: str | None, phone: str | None, *refused: str) -> Conversation:
    """A conversation with somebody who has these addresses; known by the first."""
    contact = Contact(phone=phone)
    return a_conversation(address=mail or phone, contact=contact, refused_channels=refused)


@pytest.mark.parametrize(
    ("conversation", "channels", "route"),
    [
        (reachable(MAIL, PHONE), ("email", "sms"), Route("email", MAIL)),
        (reachable(MAIL, PHONE), ("sms", "email"), Route("sms", PHONE)),
        (reachable(MAIL, None), ("sms", "email"), Route("email", MAIL)),
        (reachable(None, PHONE), ("email", "whatsapp"), Route("whatsapp", PHONE)),
        (reachable(None, PHONE), ("webhook",), Route("webhook", PHONE)),
        (reachable(MAIL, PHONE), ("chat",), Route("chat", MAIL)),
        (reachable(MAIL, PHONE, "email"), ("email", "sms"), Route("sms", PHONE)),
        (reachable(MAIL, PHONE, "email", "sms"), ("email", "sms"), None),
        (reachable(MAIL, None), ("sms",), None),
    ],
)
def test_the_first_channel_that_fits(
    conversation: Conversation, channels: tuple[str, ...], route: Route | None
) -> None:
    assert choose_route(conversation, channels) == route


def test_why_there_is_none() -> None:
    words = why_no_route(reachable(MAIL, None, "email"), ("email", "sms", "whatsapp"))
    assert words == (
        "email refused the recipient; the recipient has no address for sms or whatsapp"
    )


def test_a_message_carries_its_way_into_the_ledger() -> None:
    text = TEXT._replace(route=Route("sms", PHONE))
    said, entry = with_message(reachable(MAIL, PHONE), a_send(), text, DOMAIN, START)
    written = ledger_entry(said, entry)
    assert (written.channel, written.address) == ("sms", PHONE)


def test_a_fallback_is_the_latest_message_under_a_key_of_its_own() -> None:
    first, entry = with_message(reachable(MAIL, PHONE), a_send(), TEXT, DOMAIN, START)
    text = TEXT._replace(route=Route("sms", PHONE))
    second, again = with_fallback(first, a_send(), text, DOMAIN, START)
    assert again.message_id == f"{entry.message_id}:by_sms"
    assert (last_outbound_key(first), last_outbound_key(second)) == (
        entry.message_id,
        again.message_id,
    )
    assert second.visit.next_message == first.visit.next_message
    third, _ = with_message(second, a_send(0, 1), TEXT, DOMAIN, START)
    assert last_outbound_key(third) == f"{third.id}:awareness:0:follow_up_1"


@pytest.mark.parametrize(
    ("info", "phone", "channels", "main"),
    [
        ({"email": "Ada@Example.com"}, PHONE, ("email", "sms"), "ada@example.com"),
        ({"email": "Ada@Example.com"}, PHONE, ("sms", "email"), PHONE),
        ({"email": "no address"}, PHONE, ("email", "sms"), PHONE),
        ({}, PHONE, ("sms",), PHONE),
    ],
)
def test_a_recipient_is_known_by_the_address_of_the_first_channel(
    info: dict[str, str], phone: str, channels: tuple[str, ...], main: str
) -> None:
    assert known_addresses(info, phone, channels).main == main


@pytest.mark.parametrize(
    ("info", "channels", "words"),
    [
        ({}, ("email",), "contact_info.email: is missing"),
        ({"email": "x"}, ("email", "sms"), "contact_info.email: .*contact_info.phone: is missing"),
        ({"email": MAIL}, ("sms",), "contact_info.phone: is missing.*the channels are sms"),
    ],
)
def test_without_an_address_for_any_channel_the_field_is_named(
    info: dict[str, str], channels: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        known_addresses(info, None, channels)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+49 170 1234567", PHONE),
        ("whatsapp:+491701234567", PHONE),
        ("+49 (170) 123-45.67", PHONE),
        (" Ada@Example.com ", "ada@example.com"),
    ],
)
def test_addresses_of_both_kinds_have_one_form(written: str, normal: str) -> None:
    assert normalise_address(written) == normal


@pytest.mark.parametrize("written", ["0170 1234567", "+49", "", None, "+4917012345678901234"])
def test_what_is_no_address_is_none(written: str | None) -> None:
    with pytest.raises(InvalidInputError):
        normalise_address(written)
