"""Text messages."""

import pytest

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline_tests.http_channels import TWILIO_ACCEPTS, a_text, sms
from comm_pipeline_tests.http_servers import http_server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("sender", ["+4915112345678", "12345", "ACME Sales", "A1"])
async def test_the_fields(sender: str) -> None:
    async with http_server(TWILIO_ACCEPTS) as server, sms(server.url, sender=sender) as channel:
        await channel.send(a_text(recipient_address="+4917012345678", text="Hi", subject="Not me"))
    expected = {"To": "+4917012345678", "From": sender, "Body": "Hi"}
    assert server.requests[0].form == expected


@pytest.mark.parametrize("sender", ["", "12", "TwelveLetters", "+1", "A\r\nB", "whatsapp:+1"])
async def test_what_is_no_sender(sender: str) -> None:
    with pytest.raises(InvalidSettingError, match="TWILIO_SMS_SENDER"):
        sms("https://api.twilio.com", sender=sender)


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [("x" * 160, "GSM-7", 1), ("x" * 161, "GSM-7", 2), ("ж" * 71, "UCS-2", 2)],
)
async def test_segments_are_counted(text: str, encoding: str, segments: int) -> None:
    async with http_server(TWILIO_ACCEPTS) as server, sms(server.url) as channel:
        raw = (await channel.send(a_text(text=text))).raw
    assert (raw["encoding"], raw["segments"]) == (encoding, segments)
