"""How every HTTP channel connects: names, TLS, reuse, and many at once."""

import asyncio
import resource
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline_tests.http_channels import (
    ACCEPTS,
    TWILIO_ACCEPTS,
    OpenChannel,
    a_text,
    every_channel,
    lost,
    send_one,
    sms,
)
from comm_pipeline_tests.http_servers import (
    Seen,
    drops,
    http_server,
    in_turn,
    waits_for,
)
from comm_pipeline_tests.smtp_servers import make_certificate

pytestmark = pytest.mark.anyio

SENT, DEFERRED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED
Certificate = tuple[Path, ssl.SSLContext]


@contextmanager
def nobody_accepts() -> Iterator[int]:
    """Give a port where connections open and nothing ever comes, not even TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def unused_port() -> int:
    """Return a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def open_files(count: int) -> Iterator[None]:
    """Let this process open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("foreign"), "foreign")[0]


@every_channel
async def test_nobody_listens(open_channel: OpenChannel) -> None:
    port = unused_port()
    async with open_channel(f"http://127.0.0.1:{port}") as channel:
        result = await channel.send(a_text())
        with pytest.raises(EnvironmentFailure, match=r"Check .*URL"):
            await channel.check()
    assert result.status is DEFERRED
    assert f"127.0.0.1:{port}" in result.detail
    assert "was not sent" in result.detail


@every_channel
async def test_a_host_without_address(open_channel: OpenChannel) -> None:
    async with open_channel("https://provider.invalid") as channel:
        result = await channel.send(a_text())
    assert result.status is DEFERRED
    assert "provider.invalid" in result.detail


@every_channel
async def test_no_tls_in_time(open_channel: OpenChannel) -> None:
    with nobody_accepts() as port:
        options = {"connect_timeout_seconds": 0.1}
        async with open_channel(f"https://127.0.0.1:{port}", **options) as channel:
            result = await channel.send(a_text())
    assert result.status is DEFERRED
    assert result.detail == "no connection in time: the message was not sent"


@every_channel
async def test_a_server_that_breaks_the_handshake(open_channel: OpenChannel) -> None:
    async with (
        http_server(ACCEPTS[open_channel]) as server,
        open_channel(f"https://127.0.0.1:{server.port}") as channel,
    ):
        result = await channel.send(a_text())
    assert result.status is DEFERRED
    assert server.requests == []


@every_channel
async def test_a_trusted_certificate(open_channel: OpenChannel, ours: Certificate) -> None:
    certificate, context = ours
    async with (
        http_server(ACCEPTS[open_channel], tls=context) as server,
        open_channel(server.url, ca_file=certificate) as channel,
    ):
        assert (await channel.send(a_text())).status is SENT


@every_channel
async def test_a_wrong_certificate(
    open_channel: OpenChannel, ours: Certificate, foreign: Path
) -> None:
    async with (
        http_server(ACCEPTS[open_channel], tls=ours[1]) as server,
        open_channel(server.url, ca_file=foreign) as channel,
    ):
        result = await channel.send(a_text())
        with pytest.raises(EnvironmentFailure, match="certificate"):
            await channel.check()
    assert result.status is DEFERRED
    assert "certificate verify failed" in result.detail.lower()
    assert server.requests == []


async def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"none\.pem"):
        await send_one(sms, TWILIO_ACCEPTS, ca_file=tmp_path / "none.pem")


@every_channel
async def test_many_messages_share_connections(open_channel: OpenChannel) -> None:
    async with (
        http_server(ACCEPTS[open_channel]) as server,
        open_channel(server.url, max_in_flight=4) as channel,
    ):
        results = await asyncio.gather(*(channel.send(a_text(n)) for n in range(60)))
    assert {result.status for result in results} == {SENT}
    assert server.connections == 4


async def test_idle_connections_that_the_server_closed_lose_nothing() -> None:
    async with http_server(TWILIO_ACCEPTS) as server, sms(server.url, max_in_flight=3) as channel:
        await asyncio.gather(*(channel.send(a_text(n)) for n in range(3)))
        server.drop_all()
        await until_closed(channel)
        results = await asyncio.gather(*(channel.send(a_text(n)) for n in range(3, 9)))
    assert {result.status for result in results} == {SENT}
    assert len(server.requests) == 9


async def until_closed(channel: Any) -> None:
    """Wait until the client has heard that its idle connections are gone."""
    connector = channel._client._session.connector
    for _ in range(1_000):
        protocols = [entry[0] for idle in connector._conns.values() for entry in idle]
        if not any(protocol.is_connected() for protocol in protocols):
            return
        await asyncio.sleep(0.005)
    pytest.fail("the connections are still open")


@every_channel
async def test_a_message_on_a_connection_in_use_is_not_sent_again(
    open_channel: OpenChannel,
) -> None:
    """HTTP clients like to repeat a call if a connection that was open before breaks."""
    script = in_turn(ACCEPTS[open_channel], drops(), ACCEPTS[open_channel])
    async with (
        http_server(script) as server,
        open_channel(server.url, max_in_flight=1) as channel,
    ):
        assert (await channel.send(a_text(1))).status is SENT
        assert (await channel.send(a_text(2))).status is lost(open_channel)
        assert server.connections == 1
    assert len(server.requests) == 2


async def test_nothing_is_connected_before_the_first_message() -> None:
    async with http_server(TWILIO_ACCEPTS) as server, sms(server.url):
        pass
    assert server.connections == 0


async def test_a_cancelled_send_leaves_its_place_to_others() -> None:
    reached, never = asyncio.Event(), asyncio.Event()

    async def reached_and_hangs(seen: Seen) -> bytes:
        reached.set()
        return await waits_for(never, TWILIO_ACCEPTS)(seen)

    script = in_turn(reached_and_hangs, TWILIO_ACCEPTS)
    async with http_server(script) as server, sms(server.url, max_in_flight=1) as channel:
        sending = asyncio.create_task(channel.send(a_text(1)))
        await asyncio.wait_for(reached.wait(), 10)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert (await channel.send(a_text(2))).status is SENT


@every_channel
async def test_500_are_in_flight_when_the_settings_say_so(open_channel: OpenChannel) -> None:
    everybody_is_here = asyncio.Event()

    async def answers_all_together(seen: Seen) -> bytes:
        if server.in_flight == 500:
            everybody_is_here.set()
        return await waits_for(everybody_is_here, ACCEPTS[open_channel])(seen)

    with open_files(2_048):
        async with (
            http_server(answers_all_together) as server,
            open_channel(server.url, max_in_flight=500, timeout_seconds=60) as channel,
        ):
            results = await asyncio.gather(
                *(channel.send(a_text(n % 100, idempotency_key=str(n))) for n in range(1_000))
            )
    assert {result.status for result in results} == {SENT}
    assert server.peak == 500
    assert len(server.requests) == 1_000


async def test_a_channel_that_was_not_entered_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await sms("https://provider.example").send(a_text())
