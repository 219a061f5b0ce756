import re

import pytest

from comm_pipeline.domain.ids import (
    CampaignId,
    ConversationId,
    MessageKey,
    RecipientId,
    StageName,
    campaign_id_for_request,
    conversation_id,
    message_key,
    rfc_message_id,
)

CAMPAIGN = CampaignId("campaign_1")
CONVERSATION = ConversationId("campaign_1:user_1")
STAGE = StageName("awareness")


def test_a_plain_request_id_is_kept_readable() -> None:
    assert campaign_id_for_request("66f0c1a2b3d4e5f601234567") == (
        "campaign_66f0c1a2b3d4e5f601234567"
    )


@pytest.mark.parametrize(
    "request_id",
    ["a/b", "a,b", "spring 2026", "März", "..", "", "a\nb", "x" * 81, "a\n", 'q"<>', "🎉"],
)
def test_any_other_request_id_becomes_partition_safe(request_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", campaign_id_for_request(request_id))


@pytest.mark.parametrize(
    ("request_id", "readable"),
    [
        ("welcome Ada.Okafor@example.com now", "welcome-now"),
        ("welcome <ada@example.com>", "welcome"),
        ("batch/ada@bücher.example/7", ""),
        ("call +49 (170) 123-4567 / spring", "call-spring"),
        ("tel:+491701234567;week 9", "tel-week-9"),
        ("ada@example.com, bo@example.com", ""),
        ("1 + 1, @ noon", "1-1-noon"),
    ],
)
def test_no_address_gets_into_the_id_of_a_campaign(request_id: str, readable: str) -> None:
    assert re.fullmatch(f"campaign_{readable}_x[0-9a-f]{{16}}", campaign_id_for_request(request_id))


def test_request_ids_that_look_alike_stay_apart() -> None:
    ids = ["a b", "a/b", "a,b", "a-b", "a--b", "a\nb", "x" * 81, "x" * 82]
    assert len({campaign_id_for_request(request_id) for request_id in ids}) == len(ids)


def test_the_same_request_gives_the_same_campaign() -> None:
    assert campaign_id_for_request("a b") == campaign_id_for_request("a b")


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("user_1", "campaign_1:user_1"),
        ("ada@example.com", "campaign_1:ada@example.com"),
        ("a:b", "campaign_1:a%3Ab"),
        ("a%3Ab", "campaign_1:a%253Ab"),
        ("a/b", "campaign_1:a%2Fb"),
    ],
)
def test_a_conversation_is_named_by_campaign_and_recipient(recipient: str, expected: str) -> None:
    assert conversation_id(CAMPAIGN, RecipientId(recipient)) == expected


def test_a_message_is_named_by_its_step() -> None:
    assert message_key(CONVERSATION, STAGE, 0, 0) == "campaign_1:user_1:awareness:0:first"
    assert message_key(CONVERSATION, STAGE, 1, 2) == "campaign_1:user_1:awareness:1:follow_up_2"


def test_a_stage_name_cannot_imitate_another_step() -> None:
    imitation = message_key(CONVERSATION, StageName("awareness:0:first"), 0, 0)
    assert imitation == "campaign_1:user_1:awareness%3A0%3Afirst:0:first"


def test_a_message_id_says_nothing_about_the_recipient() -> None:
    message_id = rfc_message_id(MessageKey("campaign_1:ada@example.org:a:0:first"), "example.com")
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.com>", message_id)


def test_a_message_id_follows_from_the_key() -> None:
    first, second = MessageKey("a"), MessageKey("b")
    assert rfc_message_id(first, "x.test") == rfc_message_id(first, "x.test")
    assert rfc_message_id(first, "x.test") != rfc_message_id(second, "x.test")
