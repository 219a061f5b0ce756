"""The network to MongoDB is cut in mid-write, slow, or swallows everything."""

from collections.abc import AsyncIterator

import pytest

from comm_pipeline_tests.integration.faults.bad_network import BadNetwork, bad_network
from comm_pipeline_tests.integration.faults.outage import PEOPLE, Interrupted, Outage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def network(anyio_backend: str, mongodb_uri: str) -> AsyncIterator[BadNetwork]:
    async with bad_network(mongodb_uri) as running:
        yield running


@pytest.mark.parametrize("command", ["update", "insert", "findAndModify"])
async def test_the_answer_to_a_write_is_lost(
    network: BadNetwork, database_name: str, command: str
) -> None:
    """Each time that a message leaves, the next such write is not answered, for a whole pass."""
    outage = Outage(network.uri, database_name)

    async def lose() -> None:
        network.lose_answer_to(command)

    await outage.begin()
    await lose()
    for at in (1, 12, 25, 38):
        outage.channel = _like(outage.channel, Interrupted(at, lose))
        await outage.work()
        await outage.wait_a_little()
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []
    assert network.lost > 0


def _like(before: object, channel: Interrupted) -> Interrupted:
    channel.sent = getattr(before, "sent", [])
    return channel


async def test_the_network_is_cut(network: BadNetwork, database_name: str) -> None:
    outage = Outage(network.uri, database_name, Interrupted(15, network.cut))
    await outage.begin()
    told = await outage.work()
    assert told.startswith("EnvironmentFailure: ")
    while_away = await outage.work()
    assert while_away.startswith("EnvironmentFailure: MongoDB does not answer; start it")

    await network.mend()
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []
    assert 0 < verdict.unknown <= 15


async def test_the_network_swallows_everything(network: BadNetwork, database_name: str) -> None:
    """No connection breaks: the driver has to notice that nothing comes."""
    outage = Outage(network.uri, database_name, Interrupted(15, network.swallow))
    await outage.begin()
    told = await outage.work()
    assert told.startswith("EnvironmentFailure: ")

    await network.mend()
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []


async def test_the_network_is_slow(network: BadNetwork, database_name: str) -> None:
    """The pass takes longer than its lease lasts, which is renewed."""
    outage = Outage(network.uri, database_name, settings={"lease_seconds": 1})
    await outage.begin()
    network.delay = 0.02
    assert await outage.work() == ""
    await network.mend()
    await outage.mend()
    verdict = await outage.verdict()
    assert (verdict.problems, verdict.unknown) == ([], 0)
    assert len(outage.channel.sent) == PEOPLE
