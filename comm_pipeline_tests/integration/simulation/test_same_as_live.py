"""A simulation and the live system, given the same replies at the same times, do the same."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from comm_pipeline.domain.document import to_milliseconds
from comm_pipeline.simulation.private_database import private_database
from comm_pipeline.simulation.simulate import Plan, prepared
from comm_pipeline.simulation.source import Source
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline_tests.builders import a_template_document
from comm_pipeline_tests.harness import MovedClock, Pipeline, a_pipeline
from comm_pipeline_tests.simulation_builders import a_plan, a_request, some_habits, some_settings

pytestmark = pytest.mark.anyio

#: What only says which process wrote it, or with which provider.
_ACCIDENTAL = (
    "commit_token",
    "owner",
    "sending_token",
    "provider",
    "provider_message_id",
    "raw",
)
_COLLECTIONS = ("conversation_states", "outbound_messages", "suppressions", "escalations")


def a_script() -> Plan:
    """People who answer, fall silent, stop, are away and ask for something else."""
    template = a_template_document()
    template["stages"]["decision"]["progression_rules"] |= {
        "specific_response_required": "accept_proposal",
        "escalation_after_hours": 72,
    }
    habits = some_habits(answer_rate=0.5, opt_out_rate=0.05, out_of_office_rate=0.1, bounce_rate=0)
    # No tick: both look exactly when something is due.
    return a_plan(request=a_request(40, template=template), habits=habits, tick=timedelta(0))


async def test_histories_and_decisions_are_equal(mongodb_uri: str, database_name: str) -> None:
    plan = a_script()
    virtual, replies = await simulated(mongodb_uri, plan)
    live = await lived(mongodb_uri, database_name, plan, replies)

    assert len(replies) > 20
    outcomes = {one["outcome"] for one in virtual["conversation_states"]}
    assert {"success", "no_response", "opted_out", None} <= outcomes
    for name in _COLLECTIONS:
        for a, b in zip(virtual[name], live[name], strict=True):
            assert {k: (a.get(k), b.get(k)) for k in {*a, *b} if a.get(k) != b.get(k)} == {}, name
    assert all(one["decisions"] for one in live["conversation_states"])


async def simulated(uri: str, plan: Plan) -> tuple[dict[str, list[Doc]], list[Doc]]:
    """Return what a simulation left behind, and the replies that came in."""
    settings = some_settings(uri, "test_not_used")
    async with private_database(uri) as database:
        source = Source(plan.request)
        async with prepared(settings, plan, source, database) as (run, _):
            assert await run.until(plan.until, lambda _: None)
        replies = await database["inbound_messages"].find().to_list()
        return await left_behind(database), replies


async def lived(uri: str, name: str, plan: Plan, replies: list[Doc]) -> dict[str, list[Doc]]:
    """Return what the live services leave behind when the same replies come in."""
    clock = MovedClock(to_milliseconds(plan.starts_at))
    async with a_pipeline(uri, name, clock=clock) as pipeline:
        await pipeline.insert({**plan.request, "created_at": clock()})
        await pipeline.sweep()
        waiting = sorted(replies, key=lambda one: (one["received_at"], one["_id"]))
        while (instant := await next_instant(pipeline, waiting)) is not None:
            clock.now = max(clock.now, instant)
            while waiting and waiting[0]["received_at"] <= clock.now:
                await receive(pipeline, waiting.pop(0))
            await pipeline.sweep()
        return await left_behind(pipeline.repositories.campaigns._db)


async def receive(pipeline: Pipeline, reply: Doc) -> None:
    settled = ("settled_at", "conversation_id", "campaign_id", "recipient_id", "analysis")
    fresh = {key: value for key, value in reply.items() if key not in settled}
    await pipeline.repositories.inbound._collection.insert_one(fresh | {"status": "new"})


async def next_instant(pipeline: Pipeline, waiting: list[Doc]) -> datetime | None:
    campaign = await pipeline.repositories.campaigns._collection.find_one({})
    assert campaign is not None
    instants = [campaign["next_due_at"], *(one["received_at"] for one in waiting[:1])]
    return min(filter(None, instants), default=None)


async def left_behind(database: Database) -> dict[str, list[Doc]]:
    return {
        name: [without_accidents(one) async for one in database[name].find().sort("_id", 1)]
        for name in _COLLECTIONS
    }


def without_accidents(document: Doc) -> dict[str, Any]:
    kept = {key: value for key, value in document.items() if key not in _ACCIDENTAL}
    return kept | ({"reason": None} if kept.get("status") == "sent" else {})
