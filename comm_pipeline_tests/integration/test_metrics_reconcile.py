"""Counts that agree on a real MongoDB, at rest and at work, and what is found when they do not."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.conversations import ConversationMetrics
from comm_pipeline.domain.decision import CampaignFacts
from comm_pipeline.domain.ids import RecipientId, conversation_id
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.storage.connection import open_database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    a_conversation,
    a_ledger_entry,
    a_reply,
    a_visit,
    an_analysis,
    an_outbound_history_entry,
    at,
)
from comm_pipeline_tests.integration.metrics_setting import Setting
from comm_pipeline_tests.integration.storage.standalone import standalone_mongod
from comm_pipeline_tests.passes import receive, run_pass
from comm_pipeline_tests.property.generated_templates import NAMED, templates

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(mongodb_uri: str, database_name: str) -> AsyncIterator[Setting]:
    async with open_database(mongodb_uri, database_name) as database:
        await Repositories.of(database).initialize()
        yield Setting(database)


async def test_a_message_that_neither_ledger_nor_outbox_has_is_found(here: Setting) -> None:
    await here.add_campaign()
    await here.add_conversation()
    assert await here.collector.reconcile(CAMPAIGN_ID) == []
    await here.repositories.ledger.reserve([a_ledger_entry()])
    assert await here.collector.reconcile(CAMPAIGN_ID) == [
        "outbound history entries: 0, but ledger entries: 1, and in outboxes only: 0"
    ]


async def write_messages(here: Setting, stop: asyncio.Event) -> None:
    """Do as a worker does, over and over: commit, reserve, clear the outbox."""
    for number in count(1):
        key = conversation_id(CAMPAIGN_ID, RecipientId(f"user_{number}"))
        entry = a_ledger_entry(number)
        said = an_outbound_history_entry().model_copy(update={"message_id": entry.id})
        await here.repositories.conversations.create_many(
            [
                a_conversation(
                    id=key,
                    address=None,
                    message_history=(said,),
                    metrics=ConversationMetrics(messages_sent=1),
                    outbox=(entry.id,),
                )
            ]
        )
        await here.repositories.ledger.reserve([entry])
        await here.repositories.conversations.update_conversation_state(key, {"outbox": []})
        if stop.is_set():
            return


async def test_a_campaign_at_work_reconciles(here: Setting) -> None:
    await here.add_campaign(conversation_states_initialized=False)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write_messages(here, stop))
        for _ in range(25):
            assert await here.collector.reconcile(CAMPAIGN_ID) == []
        stop.set()
    assert (await here.collector.collect(CAMPAIGN_ID)).deliveries["queued"] > 1


async def test_a_standalone_server_is_counted_and_reconciled(tmp_path: Path) -> None:
    with standalone_mongod(tmp_path) as uri:
        async with open_database(uri, "metrics") as database:
            here = Setting(database)
            await here.add_campaign()
            await here.add_conversation()
            assert (await here.collector.collect(CAMPAIGN_ID)).active_conversations == 1
            assert await here.collector.reconcile(CAMPAIGN_ID) == []
            await here.repositories.ledger.reserve([a_ledger_entry()])
            (found,) = await here.collector.reconcile(CAMPAIGN_ID)
            assert "ledger entries: 1" in found


_steps = st.lists(
    st.tuples(st.sampled_from([0, 1, 24, 49, 300]), st.none() | st.sampled_from(["", *NAMED])),
    max_size=6,
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(template=templates(), people=st.lists(st.tuples(_steps, st.booleans()), max_size=4))
async def test_conversations_led_by_the_rules_reconcile(
    here: Setting, template: CampaignTemplate, people: list[tuple[list[Any], bool]]
) -> None:
    """Whatever is written and heard, whether the ledger has it already or an outbox has."""
    await clear(here)
    campaign_id = await here.add_campaign(total_recipients=len(people))
    for number, (steps, is_reserved) in enumerate(people):
        await lead(here, template, number, steps, is_reserved=is_reserved)
    assert await here.collector.reconcile(campaign_id) == []


async def clear(here: Setting) -> None:
    for repository in here.repositories.all():
        await here.database[repository.name].delete_many({})


async def lead(
    here: Setting, template: CampaignTemplate, number: int, steps: list[Any], *, is_reserved: bool
) -> None:
    """Lead one conversation through passes and replies, and store what they make."""
    key = conversation_id(CAMPAIGN_ID, RecipientId(f"user_{number}"))
    led = a_conversation(a_visit(template.initial_stage), id=key, address=None)
    hours = 0
    for later, response in [(0, None), *steps]:
        hours += later
        if response is not None:
            reply = a_reply(id=f"{key}:{hours}", conversation_id=key, status=InboundStatus.APPLIED)
            led = receive(led, template, reply, an_analysis(response), at(hours))
            await here.repositories.inbound.add(reply)
        if led.is_active:
            led = run_pass(led, template, CampaignFacts(1.0), at(hours)).conversation
    said = [entry for entry in led.message_history if entry.direction == "outbound"]
    if is_reserved:
        await here.repositories.ledger.reserve([ledger_entry(led, entry) for entry in said])
        led = led.model_copy(update={"outbox": ()})
    await here.repositories.conversations.create_many([led])
