"""How far a mailbox has been read is never forgotten and never goes back by itself."""

import asyncio

import pytest

from comm_pipeline_tests.builders import START
from comm_pipeline_tests.integration.mailbox.conftest import Inbox

pytestmark = pytest.mark.anyio


async def test_a_new_folder_begins_at_zero(inbox: Inbox) -> None:
    assert await inbox.positions.begin("box", 1, START) == 0


async def test_the_position_stays(inbox: Inbox) -> None:
    await inbox.positions.begin("box", 1, START)
    await inbox.positions.advance("box", 1, 7, START)
    await inbox.positions.advance("box", 1, 5, START)
    assert await inbox.positions.begin("box", 1, START) == 7
    assert await inbox.positions.begin("another", 1, START) == 0


async def test_another_uidvalidity_begins_at_zero(inbox: Inbox) -> None:
    await inbox.positions.begin("box", 1, START)
    await inbox.positions.advance("box", 1, 7, START)
    assert await inbox.positions.begin("box", 2, START) == 0
    # Somebody slow, who still reads under the old numbers, does not move the new position.
    await inbox.positions.advance("box", 1, 9, START)
    assert await inbox.positions.begin("box", 2, START) == 0


async def test_many_begin_at_once(inbox: Inbox) -> None:
    begun = await asyncio.gather(*(inbox.positions.begin("box", 1, START) for _ in range(10)))
    assert set(begun) == {0}


async def test_refusals_are_counted_until_the_folder_is_numbered_anew(inbox: Inbox) -> None:
    await inbox.positions.begin("box", 1, START)
    assert await inbox.positions.count_refusal("box", 1, 3) == 1
    assert await inbox.positions.count_refusal("box", 1, 3) == 2
    assert await inbox.positions.refused("box", 1) == {3: 2}
    await inbox.positions.begin("box", 2, START)
    assert await inbox.positions.refused("box", 2) == {}
