"""Mail through a real SMTP server that only accepts: with all bookkeeping, and with none.

*Bare* is the asyncio loop that anybody would write with the usual library: as many connections,
mails that are in memory as they are on the wire, ``sendmail``. It uses nothing of ours, because a
yardstick that does would become faster with what it measures. *Channel* is the pipeline's channel
alone: it writes each message and hands it over, and knows nothing of ledger and gates. The
*pipeline* delivers what is in its ledger: gates, frame, mark, offer, settle.
"""

import asyncio
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any, Final

from aiosmtplib import SMTP

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.channels.smtp_message import Envelope, MessageWriter
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.services.provider_gates import Passed
from comm_pipeline.settings import Settings
from comm_pipeline_tests.benchmarks.accepting_server import accepting_server
from comm_pipeline_tests.benchmarks.workload import insert_request, office_clock, take_up

#: Connections to the server, both times.
CONNECTIONS: Final = 32


async def measure_mail(uri: str, database: str, count: int) -> dict[str, float]:
    """Return the seconds that ``count`` mails take: bare, by the channel, by the pipeline."""
    with accepting_server() as port:
        config = SmtpConfig(
            host="127.0.0.1",
            port=port,
            security="none",
            sender="Grace Hill <grace@initech.example>",
            message_id_domain="initech.example",
            connections=CONNECTIONS,
        )
        settings = Settings(mongodb_uri=uri, mongodb_database=database)
        channel = SmtpChannel(config, office_clock)
        async with open_engine(settings, office_clock, "benchmark", channel) as engine:
            await insert_request(engine, count)
            campaign_id = await take_up(engine)
            await engine.passes.converse(campaign_id)
            messages = await _messages(engine, campaign_id)
            assert len(messages) == count
            return {
                "bare": await _bare(port, _written(config, messages)),
                "channel": await _channel(channel, messages),
                "pipeline": await _pipeline(engine, campaign_id, count),
            }


async def _messages(engine: Engine, campaign_id: CampaignId) -> list[ChannelMessage]:
    frame, now = engine.passes.delivery._channel_message, engine.clock()
    found = engine.repositories.ledger._collection.find({"campaign_id": campaign_id})
    return [frame(Passed(OutboundMessage.model_validate(one), now)) async for one in found]


def _written(config: SmtpConfig, messages: list[ChannelMessage]) -> list[Envelope]:
    writer = MessageWriter(config)
    return [writer.envelope(message, office_clock()) for message in messages]


async def _bare(port: int, mails: list[Envelope]) -> float:
    rest = iter(mails)

    async def send_the_rest() -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            for mail in rest:
                # Without the final dot, which the library adds.
                body = mail.body.removesuffix(b".\r\n")
                await smtp.sendmail(mail.sender.spec, [mail.recipient.spec], body)

    return await _seconds(send_the_rest)


async def _channel(channel: SmtpChannel, messages: list[ChannelMessage]) -> float:
    rest = iter(messages)

    async def send_the_rest() -> None:
        for message in rest:
            result = await channel.send(message)
            assert result.status is DeliveryStatus.SENT, result.detail

    return await _seconds(send_the_rest)


async def _seconds(send_the_rest: Callable[[], Coroutine[Any, Any, None]]) -> float:
    """Return how long it takes as many tasks as there are connections to send everything."""
    start = perf_counter()
    await asyncio.gather(*(send_the_rest() for _ in range(CONNECTIONS)))
    return perf_counter() - start


async def _pipeline(engine: Engine, campaign_id: CampaignId, count: int) -> float:
    start = perf_counter()
    report = await engine.passes.deliver(campaign_id)
    seconds = perf_counter() - start
    assert report.delivery.counts == {"sent": count}, report.delivery
    return seconds
