"""Several commands at once: what servers make of it, and that nothing is lost or sent by it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message, an_smtp_config

pytestmark = pytest.mark.anyio

GREETING = b"220 ready\r\n"
OFFER = b"250-ready\r\n250 PIPELINING\r\n"
END_OF_BODY = b"\r\n.\r\n"


class Server:
    """Answers each piece that it receives with the next of its answers, in the pieces given."""

    def __init__(self, *answers: tuple[bytes, ...] | None) -> None:
        self.answers = list(answers)
        self.received: list[bytes] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readline()
        writer.write(OFFER)
        while data := await self._piece(reader):
            self.received.append(data)
            said = self.answers.pop(0) if self.answers else (b"250 OK\r\n",)
            if said is None:
                break
            for part in said:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async def _piece(self, reader: asyncio.StreamReader) -> bytes:
        data = await reader.read(65536)
        while data.startswith(b"From:") and not data.endswith(END_OF_BODY):
            data += await reader.read(65536)
        return data


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[SmtpChannel]:
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    config = an_smtp_config(listening.sockets[0].getsockname()[1], connections=1)
    async with listening, SmtpChannel(config, clock=lambda: NOW) as channel:
        yield channel


async def sent_by(server: Server, count: int = 1) -> list[SendResult]:
    async with served(server) as channel:
        return [await channel.send(a_channel_message(n)) for n in range(count)]


ENVELOPE = (
    b"MAIL FROM:<sales@acme.example>\r\nRCPT TO:<ada0@example.com>\r\nDATA\r\n",
    b"MAIL FROM:<sales@acme.example>\r\nRCPT TO:<ada1@example.com>\r\nDATA\r\n",
)
GO_ON = (b"250 OK\r\n250 OK\r\n354 go on\r\n",)
QUEUED = (b"250 queued as Q1\r\n",)


async def test_all_before_the_body_is_given_at_once() -> None:
    server = Server(GO_ON, QUEUED, GO_ON, QUEUED)
    results = await sent_by(server, 2)
    assert [one.status for one in results] == [DeliveryStatus.SENT] * 2
    assert server.received[0::2][:2] == list(ENVELOPE)
    assert all(body.endswith(END_OF_BODY) for body in server.received[1:4:2])


@pytest.mark.parametrize("anyio_backend", [("asyncio", {"use_uvloop": True})])
@pytest.mark.usefixtures("anyio_backend")
async def test_it_runs_on_another_event_loop() -> None:
    assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
    results = await sent_by(Server(GO_ON, QUEUED, GO_ON, QUEUED), 2)
    assert [one.status for one in results] == [DeliveryStatus.SENT] * 2


@pytest.mark.parametrize(
    "cut", [lambda b: (b[:1], b[1:]), lambda b: (b[:9], b[9:20], b[20:]), lambda b: (b,)]
)
async def test_answers_may_come_in_any_pieces(cut: Callable[[bytes], tuple[bytes, ...]]) -> None:
    answers = b"250-2.1.0 fine\r\n250 OK\r\n250 OK\r\n354 go on\r\n"
    (result,) = await sent_by(Server(cut(answers), cut(b"250-2.0.0 Ok:\r\n250 queued as Q7\r\n")))
    assert (result.status, result.provider_message_id) == (DeliveryStatus.SENT, "Q7")


async def test_after_a_refusal_the_others_answers_are_not_taken_for_the_next_message() -> None:
    refused = (b"250 OK\r\n550 5.1.1 nobody\r\n554 no valid recipients\r\n",)
    server = Server(refused, (b"250 reset\r\n",), GO_ON, QUEUED)
    first, second = await sent_by(server, 2)
    assert (first.status, second.status) == (DeliveryStatus.BOUNCED, DeliveryStatus.SENT)
    assert server.received[1:3] == [b"RSET\r\n", ENVELOPE[1]]


@pytest.mark.parametrize(
    "answers",
    [
        b"250 OK\r\n550 5.1.1 nobody\r\n354 go on\r\n",
        b"451 later\r\n250 OK\r\n354 go on\r\n",
    ],
)
async def test_a_server_that_wants_a_body_after_a_refusal_gets_none(answers: bytes) -> None:
    server = Server((answers,))
    (result,) = await sent_by(server)
    assert result.status in (DeliveryStatus.BOUNCED, DeliveryStatus.DEFERRED)
    assert server.received == [ENVELOPE[0]]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"250 OK\r\n550 5.1.1 nobody\r\n", DeliveryStatus.BOUNCED),
        (b"250 OK\r\n250 OK\r\n", DeliveryStatus.DEFERRED),
        (b"250 OK\r\n250 OK\r\nwhat?\r\n", DeliveryStatus.DEFERRED),
    ],
)
async def test_what_was_said_before_the_connection_broke_counts(
    said: bytes, status: DeliveryStatus
) -> None:
    class Breaking(Server):
        async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(GREETING)
            await reader.readline()
            writer.write(OFFER)
            await reader.read(65536)
            writer.write(said)
            writer.close()

    (result,) = await sent_by(Breaking())
    assert result.status is status


async def test_an_answer_to_the_body_before_the_end_of_the_connection_counts() -> None:
    (result,) = await sent_by(Server(GO_ON, QUEUED, None))
    assert result.status is DeliveryStatus.SENT


async def test_what_a_server_says_unasked_is_no_answer() -> None:
    unasked = (b"250 queued as Q1\r\n", b"421 idle for too long\r\n")
    first, second = await sent_by(Server(GO_ON, unasked, GO_ON, (b"250 queued as Q2\r\n",)), 2)
    assert (first.provider_message_id, second.provider_message_id) == ("Q1", "Q2")


async def test_an_endless_answer_is_none() -> None:
    (result,) = await sent_by(Server((b"250-" + b"x" * 70_000,)))
    assert (result.status, result.provider_answer) == (DeliveryStatus.DEFERRED, "bad")
