"""Mail through a real SMTP server that only accepts: with all bookkeeping, and with none.

*Bare* is an asyncio loop that hands the same messages to the same channel, with as many connections
at once, and knows nothing of ledger and gates. The pipeline delivers what is in its ledger: gates,
mark, offer, settle.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.channels.smtp_config import SmtpConfig
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.engine import Engine, open_engine
from comm_pipeline.settings import Settings
from comm_pipeline_tests.benchmarks.accepting_server import accepting_server
from comm_pipeline_tests.benchmarks.workload import insert_request, office_clock, take_up

#: Connections to the server, both times.
CONNECTIONS: Final = 32


async def measure_mail(uri: str, database: str, count: int) -> dict[str, float]:
    """Return the seconds that ``count`` mails take, bare and by the pipeline."""
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
                "bare": await _bare(channel, messages),
                "pipeline": await _pipeline(engine, campaign_id, count),
            }


async def _messages(engine: Engine, campaign_id: CampaignId) -> list[ChannelMessage]:
    frame = engine.passes.delivery._channel_message
    found = engine.repositories.ledger._collection.find({"campaign_id": campaign_id})
    return [frame(OutboundMessage.model_validate(one)) async for one in found]


async def _bare(channel: SmtpChannel, messages: list[ChannelMessage]) -> float:
    rest: Iterator[ChannelMessage] = iter(messages)

    async def send_the_rest() -> None:
        for message in rest:
            result = await channel.send(message)
            assert result.status is DeliveryStatus.SENT, result.detail

    start = perf_counter()
    await asyncio.gather(*(send_the_rest() for _ in range(CONNECTIONS)))
    return perf_counter() - start


async def _pipeline(engine: Engine, campaign_id: CampaignId, count: int) -> float:
    start = perf_counter()
    report = await engine.passes.deliver(campaign_id)
    seconds = perf_counter() - start
    assert report.delivery.counts == {"sent": count}, report.delivery
    return seconds
