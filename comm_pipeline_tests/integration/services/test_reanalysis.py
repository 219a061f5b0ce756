"""Stored replies read again: looking changes nothing, applying does it once."""

from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.services.reanalysis import Reanalysis, reanalysis_of
from comm_pipeline_tests.builders import A_POSSIBLE_OPT_OUT
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.answering import (
    ANSWERS,
    an_answering_template,
    hear,
    under_way,
)

pytestmark = pytest.mark.anyio


async def misread(pipeline: Pipeline, person: str, **analysis: Any) -> None:
    """Have a stored reply understood as an earlier analyser might have done."""
    changes = {f"analysis.{name}": value for name, value in analysis.items()}
    await pipeline.repositories.inbound._collection.update_one(
        {"recipient_id": person}, {"$set": changes}
    )


async def state_of(pipeline: Pipeline, campaign_id: str, person: str) -> dict[str, Any]:
    return dict(await pipeline.conversation(campaign_id, person))


def reading(pipeline: Pipeline) -> Reanalysis:
    return reanalysis_of(pipeline.engine)


async def test_nothing_differs_with_the_same_analyser(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Thanks, we are 12 people")
    report = await reading(pipeline).look(campaign_id)
    assert (report.replies, report.differing_replies, report.differences) == (1, 0, [])


async def test_nothing_differs_for_a_reply_that_was_stated_to_be_still_to_come(
    pipeline: Pipeline,
) -> None:
    document = an_answering_template() | {"extract": {"start": {"type": "date"}}}
    document["answers"] = {**ANSWERS, "ask_for": {}}
    campaign_id = await under_way(pipeline, template=document)
    ahead = pipeline.clock() + timedelta(days=100)
    await pipeline.reply(campaign_id, "ann", "We begin tomorrow.", received_at=ahead)
    await pipeline.sweep()
    said = (await state_of(pipeline, campaign_id, "ann"))["context"]["response"]
    assert said["start"] == f"{pipeline.clock() + timedelta(days=1):%Y-%m-%d}"
    report = await reading(pipeline).look(campaign_id)
    assert (report.replies, report.differing_replies) == (1, 0)


async def test_looking_shows_what_applying_writes(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline, "ann", "bo", "cy")
    for person, text in (
        ("ann", "Great, we have a deal!"),
        ("bo", "Please remove me from your list."),
        ("cy", "We are 12 people. Thanks!"),
    ):
        await pipeline.reply(campaign_id, person, text)
    # As if an earlier analyser had taken up these replies and understood nothing of them.
    nothing = {"named_responses": [], "values": {}, "is_opt_out": False, "kind": "genuine"}
    await pipeline.engine.inbox.take_up(10)
    for person in ("ann", "bo", "cy"):
        await misread(pipeline, person, **nothing)
        await pipeline.repositories.conversations._collection.update_one(
            {"user_id": person},
            {
                "$set": {
                    "named_responses": [],
                    "stages.0.named_responses": [],
                    "context.response": {"own": 1},
                    "status": "active",
                    "outcome": None,
                    "answering": None,
                }
            },
        )
    await pipeline.repositories.suppressions._collection.delete_many({})
    before = [await state_of(pipeline, campaign_id, one) for one in ("ann", "bo", "cy")]

    looked = await reading(pipeline).look(campaign_id)
    assert (looked.replies, looked.differing_replies, looked.applied) == (3, 3, 0)
    assert before == [await state_of(pipeline, campaign_id, one) for one in ("ann", "bo", "cy")]
    ann, bo, cy = looked.differences
    assert ("named_responses: none -> deal" in ann.replies[0][1], bo.opts_out) == (True, True)
    assert cy.replies[0][1] == ("values: none -> team_size = 12",)
    assert ann.before != ann.after
    assert bo.after == "has ended as opted_out"

    applied = await reading(pipeline).apply(campaign_id)
    assert [one.is_applied for one in applied.differences] == [True] * 3
    assert [one.after for one in applied.differences] == [one.after for one in looked.differences]
    assert "bo@example.com" in await pipeline.repositories.suppressions.find(["bo@example.com"])
    states = [await state_of(pipeline, campaign_id, one) for one in ("ann", "bo", "cy")]
    assert states[0]["stages"][0]["named_responses"] == ["deal"]
    assert (states[1]["status"], states[1]["outcome"]) == ("completed", "opted_out")
    assert states[2]["context"]["response"] == {"own": 1, "team_size": 12}
    assert [one["decisions"][-1]["kind"] for one in states] == ["reanalyse"] * 3
    again = await reading(pipeline).apply(campaign_id)
    assert (again.differing_replies, again.applied) == (0, 0)


async def test_what_may_be_an_opt_out_after_all_calls_a_person(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await pipeline.reply(campaign_id, "ann", A_POSSIBLE_OPT_OUT)
    await pipeline.engine.inbox.take_up(10)
    await misread(pipeline, "ann", may_be_opt_out=False)
    await pipeline.repositories.escalations._collection.delete_many({})
    active = {"status": "active", "outcome": None, "answering": None}
    await pipeline.repositories.conversations._collection.update_one(
        {"user_id": "ann"}, {"$set": active}
    )
    report = await reading(pipeline).apply(campaign_id)
    assert "may_be_opt_out: False -> True" in report.differences[0].replies[0][1]
    assert (await state_of(pipeline, campaign_id, "ann"))["status"] == "escalated"
    (one,) = await pipeline.repositories.escalations.find()
    assert one.rule == "possible_opt_out"


async def forget_what_it_said(pipeline: Pipeline, **state: Any) -> None:
    """Have the one reply be taken for a plain one, and nothing have come of it."""
    plain = {"kind": "genuine", "is_opt_out": False, "may_be_opt_out": False}
    await misread(pipeline, "ann", **plain)
    await pipeline.repositories.escalations._collection.delete_many({})
    await pipeline.repositories.suppressions._collection.delete_many({})
    changes = {"status": "active", "outcome": None, "answering": None} | state
    await pipeline.repositories.conversations._collection.update_one(
        {"user_id": "ann"}, {"$set": changes}
    )


async def kinds(pipeline: Pipeline) -> dict[str, str]:
    """Return the kinds under which addresses of a person stand on the suppression list."""
    found = await pipeline.repositories.suppressions.find([*ADDRESSES])
    return {address: one.kind.value for address, one in found.items()}


ADDRESSES = ("ann@example.com", "+4930123456", "private@example.org")


@pytest.mark.parametrize(
    ("text", "kind", "state"),
    [
        ("Please remove me from your list.", "opt_out", {}),
        (A_POSSIBLE_OPT_OUT, "possible_opt_out", {}),
        (A_POSSIBLE_OPT_OUT, "possible_opt_out", {"status": "completed", "outcome": "success"}),
    ],
)
async def test_every_address_of_the_person_counts(
    pipeline: Pipeline, text: str, kind: str, state: dict[str, Any]
) -> None:
    campaign_id = await under_way(pipeline)
    await pipeline.repositories.conversations._collection.update_one(
        {"user_id": "ann"}, {"$set": {"contact.phone": "+4930123456"}}
    )
    await pipeline.reply(campaign_id, "ann", text, from_address="private@example.org")
    await pipeline.engine.inbox.take_up(10)
    assert await kinds(pipeline) == dict.fromkeys(ADDRESSES, kind)
    await forget_what_it_said(pipeline, **state)
    report = await reading(pipeline).apply(campaign_id)
    assert report.applied == 1
    assert await kinds(pipeline) == dict.fromkeys(ADDRESSES, kind)
    called = [one.rule for one in await pipeline.repositories.escalations.find()]
    assert called == ([] if kind == "opt_out" else ["possible_opt_out"])


async def test_what_was_stated_is_not_read_away(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await pipeline.reply(campaign_id, "ann", "We are 12 people.", kind="opt_out")
    await pipeline.engine.inbox.take_up(10)
    assert (await reading(pipeline).look(campaign_id)).differing_replies == 0
    await misread(pipeline, "ann", sentiment="negative")
    assert (await reading(pipeline).apply(campaign_id)).applied == 1
    stored = await pipeline.repositories.inbound._collection.find_one({"recipient_id": "ann"})
    assert stored is not None
    assert stored["analysis"]["is_opt_out"] is True
    assert stored["analysis"]["kind"] == "opt_out"


async def test_a_campaign_that_is_worked_on_is_left_alone(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    duration = pipeline.engine.passes.hold_rules.duration
    await pipeline.repositories.leases.acquire(campaign_id, "somebody else", duration)
    with pytest.raises(CampaignBusyError, match="is worked on"):
        await reading(pipeline).apply(campaign_id)
    assert (await reading(pipeline).look(campaign_id)).replies == 0
