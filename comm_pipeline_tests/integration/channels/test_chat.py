"""Chats: Slack's incoming webhook and what is compatible with it."""

import html
import re

import pytest
from pydantic import SecretStr

from comm_pipeline.channels.http_config import ChatConfig
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError
from comm_pipeline_tests.http_channels import (
    CHAT_ACCEPTS,
    CHAT_PATH,
    CHAT_SECRET,
    a_text,
    chat,
    send_one,
)
from comm_pipeline_tests.http_servers import http_server, says, says_json

pytestmark = pytest.mark.anyio

SENT, DEFERRED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED
FAILED, UNKNOWN = DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN


async def test_the_call() -> None:
    message = a_text(subject="Hello", text="<!channel> a < b & c ☺")
    async with http_server(CHAT_ACCEPTS) as server, chat(server.url) as channel:
        result = await channel.send(message)
    [seen] = server.requests
    assert (seen.method, seen.path) == ("POST", f"/{CHAT_PATH}")
    assert seen.document == {
        "text": "Hello\n\n&lt;!channel&gt; a &lt; b &amp; c ☺",
        "link_names": False,
    }
    assert result.status is SENT
    assert result.detail == "200 ok"


@pytest.mark.parametrize(
    "text",
    [
        "@channel",
        "Hello @all, and @here.",
        "_@channel_ **@all** (@here)",
        "x.@channel x-@channel x:@channel",
        "@@channel",
        "\u200b@everyone",
        "<!channel> <!here|here> <@U123> <!subteam^S1>",
        "<@channel>",
        "@ada.okafor: yes",
        "\uff20channel @\u0441hannel",
    ],
)
async def test_nobody_is_called_by_a_text(text: str) -> None:
    async with http_server(CHAT_ACCEPTS) as server, chat(server.url) as channel:
        await channel.send(a_text(subject=text, text=text))
    sent = server.requests[0].document["text"]
    # Mattermost and Rocket.Chat: an @ and then letters, unless letters or digits go before it.
    assert re.findall(r"(?<![^\W_])@[\w.:@-]", sent) == []
    assert "<" not in sent
    # Read aloud it is the same.
    assert html.unescape(sent.replace("@\u200b", "@")) == f"{text}\n\n{text}"


async def test_a_mail_address_can_be_copied() -> None:
    text = "Write to ada.okafor@example.com, or 7@example.com @ any time"
    async with http_server(CHAT_ACCEPTS) as server, chat(server.url) as channel:
        await channel.send(a_text(subject="", text=text))
    assert server.requests[0].document["text"] == text


@pytest.mark.parametrize(
    ("subject", "text", "expected"), [("", "b", "b"), ("a", " \n", "a"), ("a", "b", "a\n\nb")]
)
async def test_what_is_empty_is_left_out(subject: str, text: str, expected: str) -> None:
    async with http_server(CHAT_ACCEPTS) as server, chat(server.url) as channel:
        await channel.send(a_text(subject=subject, text=text))
    assert server.requests[0].document["text"] == expected


@pytest.mark.parametrize("text", [" ", "x" * 40_001])
async def test_a_text_that_cannot_be_sent(text: str) -> None:
    async with http_server(CHAT_ACCEPTS) as server, chat(server.url) as channel:
        assert (await channel.send(a_text(subject="", text=text))).status is FAILED
    assert server.requests == []


@pytest.mark.parametrize("document", [{"ok": True}, {"success": True}])
async def test_compatible_chats_confirm_in_json(document: object) -> None:
    assert (await send_one(chat, says_json(200, document))).status is SENT


@pytest.mark.parametrize("document", [{"ok": False}, {"ok": "true"}, {"success": None}, [True]])
async def test_what_is_no_confirmation(document: object) -> None:
    assert (await send_one(chat, says_json(200, document))).status is UNKNOWN


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (400, "invalid_payload", FAILED),
        (400, "no_text", FAILED),
        (403, "action_prohibited", DEFERRED),
        (404, "no_service", DEFERRED),
        (410, "channel_is_archived", DEFERRED),
        (500, "rollup_error", UNKNOWN),
    ],
)
async def test_slacks_refusals(status: int, words: str, expected: DeliveryStatus) -> None:
    result = await send_one(chat, says(status, words))
    assert result.status is expected
    assert words in result.detail
    assert ("CHAT_WEBHOOK_URL" in result.detail) is (status in (403, 404, 410))


async def test_check_writes_nothing() -> None:
    async with http_server(says(400)) as server, chat(server.url) as channel:
        assert "400" in await channel.check()
    assert [seen.method for seen in server.requests] == ["HEAD"]


async def test_check_finds_a_chat_that_is_down() -> None:
    async with http_server(says(502)) as server, chat(server.url) as channel:
        with pytest.raises(EnvironmentFailure, match="CHAT_WEBHOOK_URL") as failure:
            await channel.check()
    assert CHAT_SECRET not in str(failure.value)


async def test_an_address_that_cannot_be_used_is_named_and_not_shown() -> None:
    with pytest.raises(InvalidSettingError, match="CHAT_WEBHOOK_URL") as error:
        chat("http://hooks.example")
    assert CHAT_SECRET not in str(error.value)


async def test_the_address_is_not_shown() -> None:
    config = ChatConfig(url=SecretStr(f"https://hooks.example/{CHAT_PATH}"))
    assert CHAT_SECRET not in f"{config!r} {config.model_dump_json()}"
