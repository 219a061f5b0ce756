"""The HTTP channels, set up against a server of ``http_servers``."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.channels.chat import ChatChannel
from comm_pipeline.channels.http_channel import HttpChannel
from comm_pipeline.channels.http_config import ChatConfig, TwilioConfig, WebhookConfig
from comm_pipeline.channels.sms import SmsChannel
from comm_pipeline.channels.webhook import WebhookChannel
from comm_pipeline.channels.whatsapp import WhatsAppChannel
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.http_servers import Behaviour, http_server, says, says_json
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message

TOKEN = "token-7f3a9c5e1b"
WEBHOOK_KEY = bytes(range(32))
WEBHOOK_SECRET = "whsec_" + base64.b64encode(WEBHOOK_KEY).decode()
CHAT_SECRET = "hook-secret-51c2"
CHAT_PATH = f"services/T00000000/B00000000/{CHAT_SECRET}"

TWILIO_ACCEPTS = says_json(201, {"sid": "SM123", "status": "queued", "num_segments": "1"})
CHAT_ACCEPTS = says(200, "ok")
WEBHOOK_ACCEPTS = says(204)

OpenChannel = Callable[..., HttpChannel]


def a_text(number: int = 1, **overrides: Any) -> ChannelMessage:
    """A message to a phone number."""
    return a_channel_message(number, **{"recipient_address": f"+4917012345{number:02}"} | overrides)


def sms(url: str, **overrides: Any) -> SmsChannel:
    return SmsChannel(_twilio_config(url, **overrides), lambda: NOW)


def whatsapp(url: str, **overrides: Any) -> WhatsAppChannel:
    return WhatsAppChannel(_twilio_config(url, **overrides), lambda: NOW)


def webhook(url: str, **overrides: Any) -> WebhookChannel:
    values = {"url": SecretStr(f"{url}/send"), "secrets": (SecretStr(WEBHOOK_SECRET),)}
    return WebhookChannel(WebhookConfig(**values | _timeouts() | overrides), lambda: NOW)


def chat(url: str, **overrides: Any) -> ChatChannel:
    values: dict[str, Any] = {"url": SecretStr(f"{url}/{CHAT_PATH}")}
    return ChatChannel(ChatConfig(**values | _timeouts() | overrides), lambda: NOW)


#: The channels, each with what its provider answers when all is well.
ACCEPTS: dict[OpenChannel, Behaviour] = {
    sms: TWILIO_ACCEPTS,
    whatsapp: TWILIO_ACCEPTS,
    webhook: WEBHOOK_ACCEPTS,
    chat: CHAT_ACCEPTS,
}
every_channel = pytest.mark.parametrize("open_channel", ACCEPTS)


def lost(open_channel: OpenChannel) -> DeliveryStatus:
    """What a lost answer becomes: only the service behind the webhook refuses second copies."""
    return DeliveryStatus.DEFERRED if open_channel is webhook else DeliveryStatus.UNKNOWN


async def send_one(
    open_channel: OpenChannel,
    behaviour: Behaviour,
    message: ChannelMessage | None = None,
    **overrides: Any,
) -> SendResult:
    """Send one message to a server that behaves like this."""
    async with http_server(behaviour) as server, open_channel(server.url, **overrides) as channel:
        return await channel.send(message or a_text())


def _twilio_config(url: str, **overrides: Any) -> TwilioConfig:
    values: dict[str, Any] = {
        "base_url": url,
        "account_sid": "AC0123",
        "auth_token": SecretStr(TOKEN),
        "sender": "+4915112345678",
    }
    return TwilioConfig(**values | _timeouts() | overrides)


def _timeouts() -> dict[str, Any]:
    return {"connect_timeout_seconds": 10, "timeout_seconds": 10}
