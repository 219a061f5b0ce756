"""What every channel must do, run over every channel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from comm_pipeline.channels.base import Channel, ChannelMessage
from comm_pipeline.channels.channel_set import ChannelSet
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.log import LogChannel
from comm_pipeline.channels.registry import build_channel_named
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.embedded.mail_catcher import MailCatcher
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings
from comm_pipeline_tests import http_channels
from comm_pipeline_tests.http_servers import Behaviour, Seen, http_server, reply
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message, an_smtp_config

pytestmark = pytest.mark.anyio

OpenChannel = Callable[[Path], AbstractAsyncContextManager[Channel]]


@asynccontextmanager
async def email(directory: Path) -> AsyncIterator[Channel]:
    with MailCatcher(directory) as server:
        async with SmtpChannel(an_smtp_config(server.port), clock=lambda: NOW) as channel:
            yield channel


@asynccontextmanager
async def log(_: Path) -> AsyncIterator[Channel]:
    async with LogChannel() as channel:
        yield channel


def over_http(
    open_channel: http_channels.OpenChannel, accepts: Behaviour, account: bytes
) -> OpenChannel:
    async def behaves(seen: Seen) -> bytes:
        return await accepts(seen) if seen.method == "POST" else account

    @asynccontextmanager
    async def opened(_: Path) -> AsyncIterator[Channel]:
        async with http_server(behaves) as server, open_channel(server.url) as channel:
            yield channel

    return opened


_ACCOUNT = reply(200, '{"status": "active"}')
_NOBODY = reply(405)
CHANNELS: dict[str, OpenChannel] = {
    "email": email,
    "log": log,
    "sms": over_http(http_channels.sms, http_channels.TWILIO_ACCEPTS, _ACCOUNT),
    "whatsapp": over_http(http_channels.whatsapp, http_channels.TWILIO_ACCEPTS, _ACCOUNT),
    "webhook": over_http(http_channels.webhook, http_channels.WEBHOOK_ACCEPTS, _NOBODY),
    "chat": over_http(http_channels.chat, http_channels.CHAT_ACCEPTS, _NOBODY),
}


def a_message_for(channel: Channel, number: int = 1, **overrides: Any) -> ChannelMessage:
    """A message to an address of the channel's kind."""
    is_by_phone = channel.name in ("sms", "whatsapp")
    return (http_channels.a_text if is_by_phone else a_channel_message)(number, **overrides)


@pytest.fixture(params=CHANNELS)
async def channel(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Channel]:
    open_channel = CHANNELS[request.param]
    with structlog.testing.capture_logs():
        async with open_channel(tmp_path) as opened:
            yield opened


async def test_a_good_message_is_sent(channel: Channel) -> None:
    result = await channel.send(a_message_for(channel))
    assert result.status is DeliveryStatus.SENT
    assert result.detail


async def test_a_message_without_html_name_and_thread_is_sent(channel: Channel) -> None:
    message = a_message_for(channel, html=None, recipient_name=None)
    assert (await channel.send(message)).status is DeliveryStatus.SENT


async def test_a_message_of_a_thread_is_sent(channel: Channel) -> None:
    message = a_message_for(channel, in_reply_to="<a@x>", references=("<b@x>", "<a@x>"))
    assert (await channel.send(message)).status is DeliveryStatus.SENT


async def test_many_at_once_are_all_answered(channel: Channel) -> None:
    results = await asyncio.gather(*(channel.send(a_message_for(channel, n)) for n in range(20)))
    assert [result.status for result in results] == [DeliveryStatus.SENT] * 20


async def test_an_answer_can_be_stored(channel: Channel) -> None:
    for text in ("Grüße ☺\n.\n", "x" * 5_000, "\x00\x07\ud800", ""):
        result = await channel.send(a_message_for(channel, text=text, subject=text))
        assert result.model_dump_json()


async def test_check_says_something(channel: Channel) -> None:
    assert await channel.check()


async def test_it_has_a_name_and_knows_its_provider(channel: Channel) -> None:
    assert channel.name in CHANNELS
    assert channel.max_in_flight >= 1
    assert channel.accepts_idempotency_key in (True, False)


async def test_the_log_channel_warns_that_nothing_is_sent() -> None:
    with structlog.testing.capture_logs() as lines:
        async with LogChannel() as channel:
            result = await channel.send(a_channel_message())
            await channel.send(a_channel_message(2))
    assert result.detail == "written to the log only"
    warnings = [line for line in lines if line["log_level"] == "warning"]
    assert len(warnings) == 1
    assert "NOTHING IS REALLY SENT" in warnings[0]["event"]
    assert lines[1]["recipient"] == "ada1@example.com"


async def test_the_settings_choose_the_channel() -> None:
    smtp = Settings(smtp_host="mail.example", smtp_sender="Acme <hello@acme.example>")
    assert ChannelSet.of(Settings(), lambda: NOW).named(None).name == "log"
    assert ChannelSet.of(smtp, lambda: NOW).named(None).name == "email"


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({"channel": "email", "smtp_sender": "a@b.example"}, "SMTP_HOST"),
        ({"channel": "email", "smtp_host": "mail.example"}, "SMTP_SENDER"),
    ],
)
async def test_a_missing_setting_is_named(settings: dict[str, str], variable: str) -> None:
    with pytest.raises(InvalidSettingError, match=variable):
        build_channel_named("email", Settings().model_copy(update=settings), lambda: NOW)
