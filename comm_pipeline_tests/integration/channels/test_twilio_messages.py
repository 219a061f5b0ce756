"""What SMS and WhatsApp have in common: Twilio's Messages API."""

import base64
from typing import Any

import pytest
from pydantic import SecretStr

from comm_pipeline.channels.http_config import TwilioConfig
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure, InvalidSettingError
from comm_pipeline_tests.http_channels import (
    TOKEN,
    TWILIO_ACCEPTS,
    OpenChannel,
    a_text,
    send_one,
    sms,
    whatsapp,
)
from comm_pipeline_tests.http_servers import Behaviour, http_server, says, says_json, writes

pytestmark = pytest.mark.anyio

SENT, DEFERRED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED
BOUNCED, FAILED, UNKNOWN = DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN

both_channels = pytest.mark.parametrize("open_channel", [sms, whatsapp])


def refuses(status: int, code: int, message: str = "No") -> Behaviour:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    document = {"code": code, "message": message, "more_info": more_info, "status": status}
    return says_json(status, document)


@both_channels
async def test_the_call(open_channel: OpenChannel) -> None:
    async with http_server(TWILIO_ACCEPTS) as server, open_channel(server.url) as channel:
        result = await channel.send(a_text(text="Grüße & more=1 ☺\n"))
    [seen] = server.requests
    assert (seen.method, seen.path) == ("POST", "/2010-04-01/Accounts/AC0123/Messages.json")
    login = base64.b64decode(seen.headers["authorization"].removeprefix("Basic ")).decode()
    assert login == f"AC0123:{TOKEN}"
    assert seen.form["Body"] == "Grüße & more=1 ☺\n"
    assert set(seen.form) == {"To", "From", "Body"}
    assert result.status is SENT
    assert result.provider_message_id == "SM123"
    assert result.detail == "201 queued"
    assert '"sid": "SM123"' in result.raw["body"]


@both_channels
async def test_an_api_key_a_service_and_a_callback(open_channel: OpenChannel) -> None:
    options = {
        "api_key_sid": "SK9",
        "messaging_service_sid": "MG7",
        "status_callback_url": "https://us.example/status",
    }
    async with (
        http_server(TWILIO_ACCEPTS) as server,
        open_channel(f"{server.url}/base/", **options) as channel,
    ):
        await channel.send(a_text())
    [seen] = server.requests
    assert seen.path == "/base/2010-04-01/Accounts/AC0123/Messages.json"
    assert base64.b64decode(seen.headers["authorization"][6:]).decode() == f"SK9:{TOKEN}"
    assert seen.form["MessagingServiceSid"] == "MG7"
    assert seen.form["StatusCallback"] == "https://us.example/status"
    assert "From" not in seen.form


@both_channels
@pytest.mark.parametrize(
    ("status", "code", "expected", "meaning"),
    [
        (400, 21211, BOUNCED, "address"),
        (400, 21614, BOUNCED, "address"),
        (400, 63003, BOUNCED, "address"),
        (400, 21610, BOUNCED, "unsubscribed"),
        (401, 20003, DEFERRED, "settings"),
        (404, 20404, DEFERRED, "settings"),
        (400, 21606, DEFERRED, "settings"),
        (400, 21408, DEFERRED, "settings"),
        (429, 20429, DEFERRED, "throttled"),
        (400, 14107, DEFERRED, "throttled"),
        (400, 21617, FAILED, "message"),
        (400, 99999, FAILED, "message"),
        (500, 20500, UNKNOWN, "unclear"),
    ],
)
async def test_refusals(
    open_channel: OpenChannel, status: int, code: int, expected: DeliveryStatus, meaning: str
) -> None:
    result = await send_one(open_channel, refuses(status, code, "The provider's words"))
    assert result.status is expected
    assert result.raw["meaning"] == meaning
    assert str(code) in result.detail
    assert "The provider's words" in result.detail
    assert ("TWILIO_AUTH_TOKEN" in result.detail) is (meaning == "settings")


@both_channels
async def test_a_code_may_be_written_as_text(open_channel: OpenChannel) -> None:
    result = await send_one(open_channel, says_json(400, {"code": "21610", "message": "STOP"}))
    assert result.status is BOUNCED
    assert result.raw["meaning"] == "unsubscribed"


@pytest.mark.parametrize(
    "code", ["21211.0", "9" * 5_000, "²", 21211.0, True, None, [21211], 10**30]
)
async def test_a_code_that_is_none(code: object) -> None:
    result = await send_one(sms, says_json(400, {"code": code}))
    assert result.status in (FAILED, BOUNCED)
    assert result.model_dump_json()


@both_channels
@pytest.mark.parametrize("word", ["failed", "Failed"])
async def test_accepted_and_failed_at_once(open_channel: OpenChannel, word: str) -> None:
    document = {"sid": "SM1", "status": word, "error_code": 30005, "error_message": "Unknown"}
    result = await send_one(open_channel, says_json(201, document))
    assert result.status is BOUNCED
    assert result.provider_message_id == "SM1"
    assert result.detail == f"201 {word}: 30005 Unknown"


@both_channels
async def test_a_redirect_that_looks_like_success_is_unknown(open_channel: OpenChannel) -> None:
    page = says(200, "<html>Please log in to the hotel's network</html>")
    assert (await send_one(open_channel, page)).status is UNKNOWN


@both_channels
@pytest.mark.parametrize(
    "number",
    [
        "",
        "ada@example.com",
        "017012345678",
        "0049 170 12345678",
        "+49 170 12345678",
        "+491",
        "whatsapp:+4917012345678",
        "+4917012345678\r\nTo: +1",
        "+4917012345678&From=+1",
        "+٤٩١٧٠١٢٣٤٥٦٧٨",
        "\ud800",
    ],
)
async def test_what_is_no_number_is_never_offered(open_channel: OpenChannel, number: str) -> None:
    async with http_server(TWILIO_ACCEPTS) as server, open_channel(server.url) as channel:
        result = await channel.send(a_text(recipient_address=number))
    assert result.status is FAILED
    assert result.detail.encode()
    assert server.requests == []


@both_channels
@pytest.mark.parametrize("text", ["", " \n ", "x" * 1_601])
async def test_a_text_that_cannot_be_sent(open_channel: OpenChannel, text: str) -> None:
    async with http_server(TWILIO_ACCEPTS) as server, open_channel(server.url) as channel:
        assert (await channel.send(a_text(text=text))).status is FAILED
    assert server.requests == []


@both_channels
async def test_check_asks_for_the_account(open_channel: OpenChannel) -> None:
    account = says_json(200, {"sid": "AC0123", "status": "active"})
    async with http_server(account) as server, open_channel(server.url) as channel:
        assert await channel.check() == "the account is active"
    [seen] = server.requests
    assert (seen.method, seen.path) == ("GET", "/2010-04-01/Accounts/AC0123.json")


@both_channels
@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (refuses(401, 20003, "Authenticate"), "401: Authenticate"),
        (says_json(200, {"status": "suspended"}), "suspended"),
        (says(200, "<html>"), "200: no account"),
        (says(500), "500"),
        (writes(b"nonsense\r\n\r\n(drop)"), "not HTTP"),
    ],
)
async def test_check_says_what_to_do(
    open_channel: OpenChannel, behaviour: Behaviour, words: str
) -> None:
    async with http_server(behaviour) as server, open_channel(server.url) as channel:
        with pytest.raises(EnvironmentFailure, match="TWILIO_ACCOUNT_SID") as failure:
            await channel.check()
    assert words in str(failure.value)
    assert TOKEN not in str(failure.value)


@both_channels
@pytest.mark.parametrize(
    ("overrides", "variable"),
    [
        ({"base_url": "api.twilio.com"}, "TWILIO_BASE_URL"),
        ({"base_url": "http://api.twilio.com"}, "TWILIO_BASE_URL"),
        ({"base_url": f"https://AC0:{TOKEN}@api.twilio.com"}, "TWILIO_BASE_URL"),
        ({"base_url": "https://[::1"}, "TWILIO_BASE_URL"),
        ({"base_url": "file:///etc/passwd"}, "TWILIO_BASE_URL"),
        ({"base_url": "https://api.twilio.com\r\nX: y"}, "TWILIO_BASE_URL"),
        ({"account_sid": "../Accounts"}, "TWILIO_ACCOUNT_SID"),
        ({"api_key_sid": "SK 1"}, "TWILIO_API_KEY_SID"),
        ({"messaging_service_sid": ""}, "TWILIO_MESSAGING_SERVICE_SID"),
        ({"status_callback_url": "http://us.example"}, "TWILIO_STATUS_CALLBACK_URL"),
        ({"sender": None}, "TWILIO_(SMS|WHATSAPP)_SENDER"),
        ({"sender": "0170 123"}, "TWILIO_(SMS|WHATSAPP)_SENDER"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named(
    open_channel: OpenChannel, overrides: dict[str, Any], variable: str
) -> None:
    with pytest.raises(InvalidSettingError, match=variable) as error:
        open_channel("https://api.twilio.com", **overrides)
    assert TOKEN not in str(error.value)


async def test_the_token_is_not_shown() -> None:
    config = TwilioConfig(account_sid="AC0", auth_token=SecretStr(TOKEN), sender="+4915112345678")
    assert TOKEN not in f"{config!r} {config} {config.model_dump_json()}"
