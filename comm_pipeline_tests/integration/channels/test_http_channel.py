"""What every HTTP channel makes of a provider's answers, or of their loss."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from comm_pipeline.channels.http_client import MOST_BYTES
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline_tests.http_channels import (
    ACCEPTS,
    CHAT_SECRET,
    TOKEN,
    WEBHOOK_SECRET,
    OpenChannel,
    a_text,
    every_channel,
    lost,
    send_one,
    webhook,
)
from comm_pipeline_tests.http_servers import (
    DROP,
    TRICKLE,
    Behaviour,
    Seen,
    drops,
    hangs,
    http_server,
    in_turn,
    reply,
    says,
    writes,
)
from comm_pipeline_tests.smtp_servers import NOW

pytestmark = pytest.mark.anyio

SENT, DEFERRED, FAILED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED, DeliveryStatus.FAILED
UNKNOWN = DeliveryStatus.UNKNOWN


@every_channel
@pytest.mark.parametrize(
    "behaviour",
    [
        drops(),
        hangs(),
        writes(b"HTTP/1.1 20" + DROP),
        writes(b"250 2.0.0 Ok, this is mail\r\n\r\n" + DROP),
        writes(b"\x16\x03\x01\x00\xff" + DROP),
    ],
    ids=["drops", "hangs", "half a line", "another protocol", "bytes"],
)
async def test_a_lost_answer(open_channel: OpenChannel, behaviour: Behaviour) -> None:
    script = in_turn(behaviour, ACCEPTS[open_channel])
    async with (
        http_server(script) as server,
        open_channel(server.url, timeout_seconds=0.2) as channel,
    ):
        result = await channel.send(a_text(1))
        assert len(server.requests) == 1
        # It is not tried again here, and the next message goes.
        assert (await channel.send(a_text(2))).status is SENT
    assert result.status is lost(open_channel)
    assert "may have been accepted" in result.detail


@every_channel
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((status, DEFERRED) for status in (401, 403, 404, 405, 408, 410, 425, 429)),
        *((status, DEFERRED) for status in (301, 307, 308, 501)),
        *((status, FAILED) for status in (400, 413, 415, 422)),
        *((status, None) for status in (302, 303, 500, 502, 503, 504)),
    ],
)
async def test_what_the_status_says(
    open_channel: OpenChannel, status: int, expected: DeliveryStatus | None
) -> None:
    result = await send_one(open_channel, says(status, "<html>no</html>"))
    assert result.status is (expected or lost(open_channel))
    assert result.detail.startswith(f"{status} <html>no</html>")
    assert result.raw["http_status"] == status
    assert result.raw["body"] == "<html>no</html>"


@every_channel
@pytest.mark.parametrize("status", [401, 404, 308])
async def test_what_concerns_everybody_names_the_settings(
    open_channel: OpenChannel, status: int
) -> None:
    result = await send_one(open_channel, says(status))
    assert result.raw["meaning"] == "settings"
    assert "URL" in result.detail


@every_channel
async def test_a_conflict_is_a_copy_under_way_where_copies_are_refused(
    open_channel: OpenChannel,
) -> None:
    result = await send_one(open_channel, says(409))
    assert result.status is (DEFERRED if open_channel is webhook else FAILED)


@every_channel
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after(open_channel: OpenChannel, status: int, form: str) -> None:
    date = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
    header = "90" if form == "seconds" else date
    result = await send_one(open_channel, says(status, "slow down", Retry_After=header))
    assert result.status is DEFERRED
    assert result.retry_after_seconds == 90
    assert result.raw["meaning"] == ("throttled" if status == 429 else "later")
    assert result.raw["retry_after"] == header


@every_channel
async def test_redirects_are_not_followed(open_channel: OpenChannel) -> None:
    async with http_server(ACCEPTS[open_channel]) as elsewhere:
        result = await send_one(open_channel, says(307, Location=f"{elsewhere.url}/x"))
    assert result.status is DEFERRED
    assert elsewhere.requests == []


@every_channel
async def test_an_answer_that_never_ends_is_cut_off(open_channel: OpenChannel) -> None:
    endless = b"HTTP/1.1 400 No\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (2 * MOST_BYTES)
    script = in_turn(writes(endless), ACCEPTS[open_channel])
    async with http_server(script) as server, open_channel(server.url) as channel:
        result = await channel.send(a_text(1))
        assert (await channel.send(a_text(2))).status is SENT
        assert server.connections == 2
    # Why it was refused cannot be read for sure, so it is offered again.
    assert result.status is DEFERRED
    assert result.raw["is_complete"] is False
    assert len(result.raw["body"]) < MOST_BYTES


@every_channel
async def test_a_status_counts_even_if_the_rest_is_lost(open_channel: OpenChannel) -> None:
    broken = b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 50\r\n\r\n{" + DROP
    result = await send_one(open_channel, writes(broken))
    assert result.status is DEFERRED
    assert result.retry_after_seconds == 7


@every_channel
@pytest.mark.parametrize("end", [b"", TRICKLE], ids=["stops", "trickles"])
async def test_an_answer_that_does_not_end_in_time(open_channel: OpenChannel, end: bytes) -> None:
    """Each byte is in time, so that only the limit for the whole ends it."""
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok" + end
    result = await send_one(
        open_channel, writes(begun), timeout_seconds=0.15, connect_timeout_seconds=0.05
    )
    assert result.raw["is_complete"] is False
    # A service has accepted by its status; what Twilio and Slack have to say was lost.
    assert result.status is (SENT if open_channel is webhook else UNKNOWN)


@every_channel
@pytest.mark.parametrize("body", ["[" * 50_000, '{"sid": 1e999}', "caf\u00e9 \x00", "null", "NaN"])
@pytest.mark.parametrize("status", [200, 400])
async def test_nonsense_can_be_stored(open_channel: OpenChannel, status: int, body: str) -> None:
    result = await send_one(open_channel, says(status, body.encode("latin-1")))
    assert result.model_dump_json()
    if status == 200:
        # Twilio and Slack say more than 200; for a service's webhook that is enough.
        assert result.status is (SENT if open_channel is webhook else UNKNOWN)


def everything_it_was_told(seen: Seen) -> str:
    return f"{seen.path} {dict(seen.headers)} {TOKEN} {WEBHOOK_SECRET} {CHAT_SECRET}"


async def repeats(seen: Seen) -> bytes:
    return reply(400, everything_it_was_told(seen))


async def repeats_in_place_of_an_answer(seen: Seen) -> bytes:
    return everything_it_was_told(seen).encode() + b"\r\n\r\n" + DROP


@every_channel
@pytest.mark.parametrize("behaviour", [repeats, repeats_in_place_of_an_answer])
async def test_no_secret_comes_back(open_channel: OpenChannel, behaviour: Behaviour) -> None:
    """Another channel's secret is nothing that this one knows."""
    async with http_server(behaviour) as server, open_channel(server.url) as channel:
        result = await channel.send(a_text())
        shown = f"{channel!r} {result!r} {result.model_dump_json()}"
        try:
            await channel.check()
        except EnvironmentFailure as error:
            shown += f"{error!r} {error.__cause__!r} {error.__context__!r}"
    login = server.requests[0].headers.get("authorization", "").split()[1:]
    assert not [secret for secret in (*own_secrets(channel.name), *login) if secret in shown]


def own_secrets(name: str) -> list[str]:
    return {"chat": [CHAT_SECRET], "webhook": [WEBHOOK_SECRET]}.get(name, [TOKEN])
