"""WhatsApp."""

import pytest

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline_tests.http_channels import TWILIO_ACCEPTS, a_text, whatsapp
from comm_pipeline_tests.http_servers import http_server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("sender", ["+4915112345678", "whatsapp:+4915112345678"])
async def test_the_fields(sender: str) -> None:
    async with (
        http_server(TWILIO_ACCEPTS) as server,
        whatsapp(server.url, sender=sender) as channel,
    ):
        await channel.send(a_text(recipient_address="+4917012345678", text="Hi", subject="Not me"))
    assert server.requests[0].form == {
        "To": "whatsapp:+4917012345678",
        "From": "whatsapp:+4915112345678",
        "Body": "Hi",
    }


@pytest.mark.parametrize("sender", ["12345", "ACME Sales", "whatsapp:"])
async def test_what_is_no_sender(sender: str) -> None:
    with pytest.raises(InvalidSettingError, match="TWILIO_WHATSAPP_SENDER"):
        whatsapp("https://api.twilio.com", sender=sender)
