"""A newer template for a running campaign: the report, applying it, and what keeps from it."""

import asyncio
from collections import Counter
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import (
    ConflictError,
    IllegalTransitionError,
    InvalidTemplateError,
    NotFoundError,
)
from comm_pipeline.services.campaign_control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.services.leases import HoldRules
from comm_pipeline.services.template_change import TemplateChange
from comm_pipeline.services.template_update import TemplateUpdate, UpdateRules
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.fault_injection import Fuse, Killed, fused
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

HOLD = timedelta(seconds=30)
Template = dict[str, Any]


def _stage(*texts: str, **rules: Any) -> dict[str, Any]:
    """Return a stage that waits for an answer, a week at most, with these messages."""
    messages = [{"template": text, "timing": {"delay_hours": 0}} for text in texts]
    progression = {"response_required": True, "max_stage_duration_hours": 168}
    return {"messages": messages, "progression_rules": progression | rules}


def _template(**stages: Any) -> Template:
    return a_template_document(stages=stages, default_initial_stage=next(iter(stages)))


OLD = _template(first=_stage("One"), second=_stage("Two"), third=_stage("Three"))


def _changed(**stages: Any) -> Template:
    """Return the old template with some stages replaced or added; None takes one out."""
    document = deepcopy(OLD)
    document["stages"] |= stages
    document["stages"] = {name: one for name, one in document["stages"].items() if one}
    document["default_initial_stage"] = next(iter(document["stages"]))
    return document


async def _start(pipeline: Pipeline, **request: Any) -> CampaignId:
    """Start a campaign with ada, who stays in the first stage, and bob, who is in the second."""
    people = [a_recipient(n, id=name) for n, name in enumerate(("ada", "bob"), start=1)]
    campaign_id = await pipeline.insert(
        a_batch_request(**({"recipients": people, "template": OLD} | request))
    )
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "bob", "Yes, tell me more")
    await pipeline.sweep(hours=1)
    return campaign_id


def _update(
    pipeline: Pipeline, repositories: Repositories | None = None, patience: float = 0.0
) -> TemplateUpdate:
    rules = UpdateRules(1.0, "an update", HoldRules(5, HOLD), timedelta(seconds=patience))
    known = repositories or pipeline.repositories
    return TemplateUpdate(known, pipeline.engine.config_manager, rules)


async def _report(
    pipeline: Pipeline, campaign_id: CampaignId, document: Template
) -> TemplateChange:
    return await _update(pipeline).report(campaign_id, document, pipeline.clock())


async def _apply(pipeline: Pipeline, campaign_id: CampaignId, document: Template) -> None:
    version = (await pipeline.repositories.campaigns.get(campaign_id)).template_version
    await _update(pipeline).apply(campaign_id, document, version, pipeline.clock())


def _texts(pipeline: Pipeline, number: int) -> list[str]:
    return pipeline.channel.texts_to(f"user_{number}@example.com")


def _rules(change: TemplateChange) -> set[str]:
    return {rule for rule, _ in change.findings.counts}


async def _stages(pipeline: Pipeline, campaign_id: CampaignId, person: str) -> list[str]:
    conversation = await pipeline.conversation(campaign_id, person)
    return [visit["name"] for visit in conversation["stages"]]


async def _everything(pipeline: Pipeline) -> list[Any]:
    return [
        [document async for document in repository._collection.find().sort("_id", 1)]
        for repository in pipeline.repositories.all()
    ]


async def test_the_same_template_touches_nobody(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    change = await _report(pipeline, campaign_id, OLD)
    assert change.plan.is_pinned
    assert (change.open_conversations, change.unchanged, change.messages) == (2, 2, {})
    assert change.findings.errors == 0


async def test_a_report_says_whom_it_touches_and_changes_nothing(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    before = await _everything(pipeline)
    change = await _report(
        pipeline, campaign_id, _changed(first=None, second=_stage("Two!"), fourth=_stage("Four"))
    )
    assert (change.stages_added, change.stages_removed) == (("fourth",), ("first",))
    assert (change.open_conversations, change.in_removed_stages) == (2, 1)
    told = "in first (removed): waits (waiting_for_response) → goes on to second"
    assert (change.changes, change.examples) == ({told: 1}, {told: ["ada"]})
    counts = {(one.stage, one.kind): (one.heard, one.ahead) for one in change.messages.values()}
    assert counts == {
        ("second", "changed"): (1, 1),
        ("fourth", "added"): (0, 2),
        ("first", "removed"): (2, 0),
    }
    assert await _everything(pipeline) == before


async def test_whoever_is_in_a_removed_stage_goes_on_and_no_stage_comes_twice(
    pipeline: Pipeline,
) -> None:
    campaign_id = await _start(pipeline)
    newer = _changed(first=None, zero=_stage("Zero"))
    newer["stages"] = {"zero": newer["stages"].pop("zero"), **newer["stages"]}
    await _apply(pipeline, campaign_id, newer)
    await pipeline.sweep()

    # Nothing that ada has been in is still there: she begins at the beginning. Bob goes on.
    assert await _stages(pipeline, campaign_id, "ada") == ["first", "zero"]
    assert await _stages(pipeline, campaign_id, "bob") == ["first", "second"]
    bob = await pipeline.conversation(campaign_id, "bob")
    assert bob["context"]["available_stages"] == ["zero", "second", "third"]
    await pipeline.run_until_quiet()
    assert (_texts(pipeline, 1), _texts(pipeline, 2)) == (["One", "Zero"], ["One", "Two"])


async def test_what_was_said_stays_said_and_the_others_hear_the_new_words(
    pipeline: Pipeline,
) -> None:
    campaign_id = await _start(pipeline)
    await _apply(pipeline, campaign_id, _changed(second=_stage("Two!", "And more")))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "ada", "Yes, tell me more")
    await pipeline.sweep(hours=1)
    await pipeline.sweep(seconds=1)
    assert _texts(pipeline, 1) == ["One", "Two!", "And more"]
    assert _texts(pipeline, 2) == ["One", "Two", "And more"]


async def test_an_inserted_message_is_told_with_those_who_would_hear_one_again(
    pipeline: Pipeline,
) -> None:
    campaign_id = await _start(pipeline)
    change = await _report(pipeline, campaign_id, _changed(first=_stage("Nought", "One")))
    (again,) = [kept for _, kept in change.findings.groups() if kept[0].recipient]
    assert [(one.rule, one.place, one.recipient) for one in again] == [
        ("message_said_again", "template.stages.first.messages.1", "ada")
    ]
    (moved,) = [kept[0] for _, kept in change.findings.groups() if kept[0].rule == "other_words"]
    assert "position 0 of the stage first has another text" in moved.message
    assert "said to the 0 who have not heard that position, and not to the 2" in moved.message


async def test_a_stage_that_somebody_is_past_is_told(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    newer = _changed()
    newer["stages"] = {"new": _stage("New"), **newer["stages"]}
    change = await _report(pipeline, campaign_id, newer)
    assert change.passed == {"new": 2}
    assert "stage_passed" in _rules(change)


async def test_persons_who_lack_what_they_are_to_hear_are_named(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    heard = _stage("One {{ recipient.nickname }}")
    assert "missing_variable" not in _rules(
        await _report(pipeline, campaign_id, _changed(first=heard))
    )
    change = await _report(
        pipeline, campaign_id, _changed(second=_stage("Two {{ recipient.nickname }}"))
    )
    (missing,) = [
        kept for _, kept in change.findings.groups() if kept[0].rule == "missing_variable"
    ]
    assert [one.recipient for one in missing] == ["ada"]  # bob has heard it
    assert "recipient.nickname is missing" in missing[0].message


async def test_a_message_on_its_way_keeps_its_words(pipeline: Pipeline) -> None:
    pipeline.channel.answers["user_1@example.com"] = lambda: SendResult(
        status=DeliveryStatus.DEFERRED, detail="450 later"
    )
    campaign_id = await _start(pipeline)
    newer = _changed(first=_stage("Another first"))
    assert (await _report(pipeline, campaign_id, newer)).on_their_way == 1
    await _apply(pipeline, campaign_id, newer)
    del pipeline.channel.answers["user_1@example.com"]
    await pipeline.sweep(hours=2)
    assert set(_texts(pipeline, 1)) == {"One"}


async def test_the_end_is_counted_from_the_beginning(pipeline: Pipeline) -> None:
    begun_at = pipeline.clock()
    campaign_id = await _start(pipeline)
    newer = _changed() | {"completion_conditions": {"max_duration_hours": 100}}
    change = await _report(pipeline, campaign_id, newer)
    assert change.plan.campaign.ends_at is None
    assert change.plan.updated.ends_at == begun_at + timedelta(hours=100)

    await _apply(pipeline, campaign_id, newer)
    campaigns = pipeline.repositories.campaigns
    assert (await campaigns.get(campaign_id)).ends_at == begun_at + timedelta(hours=100)
    await _apply(pipeline, campaign_id, OLD)
    assert (await campaigns.get(campaign_id)).ends_at is None

    over = _changed() | {"completion_conditions": {"max_duration_hours": 0.5}}
    assert "ends_at_once" in _rules(await _report(pipeline, campaign_id, over))


async def test_the_requests_own_end_is_kept_and_its_absence_told(pipeline: Pipeline) -> None:
    ends_at = pipeline.clock() + timedelta(days=20)
    campaign_id = await _start(pipeline, schedule={"end_date": ends_at.isoformat()})
    longer = _changed() | {"completion_conditions": {"max_duration_hours": 2000}}
    assert (await _report(pipeline, campaign_id, longer)).plan.updated.ends_at == ends_at

    await pipeline.repositories.requests._collection.delete_many({})
    change = await _report(pipeline, campaign_id, longer)
    assert change.plan.updated.ends_at == ends_at
    assert "request_gone" in _rules(change)


async def _schedule(pipeline: Pipeline, **request: Any) -> CampaignId:
    starts_at = (pipeline.clock() + timedelta(hours=24)).isoformat()
    campaign_id = await pipeline.insert(
        a_batch_request(template=OLD, scheduled_at=starts_at, **request)
    )
    await pipeline.sweep()
    return campaign_id


async def test_a_scheduled_campaign_begins_where_its_newer_template_does(
    pipeline: Pipeline,
) -> None:
    campaign_id = await _schedule(pipeline)
    newer = _changed(first=None, second=_stage("Dear {{ recipient.nickname }}"))
    change = await _report(pipeline, campaign_id, newer)
    assert change.findings.counts["missing_variable", "recipient.nickname"] == 3

    await _apply(pipeline, campaign_id, _changed(first=None))
    await pipeline.sweep()
    assert pipeline.channel.sent == []
    await pipeline.sweep(hours=24)
    assert _texts(pipeline, 3) == ["Two"]


async def test_the_stage_that_its_request_begins_in_has_to_stay(pipeline: Pipeline) -> None:
    campaign_id = await _schedule(pipeline, initial_stage="second")
    before = await pipeline.repositories.campaigns.get(campaign_id)
    with pytest.raises(InvalidTemplateError, match=r"no stage 'second'.*keep a stage of that name"):
        await _apply(pipeline, campaign_id, _changed(second=None))
    assert await pipeline.repositories.campaigns.get(campaign_id) == before

    # Once they have begun, nobody needs it any more.
    await pipeline.sweep(hours=24)
    await _apply(pipeline, campaign_id, _changed(first=None, second=None))
    await pipeline.sweep()
    assert _texts(pipeline, 1) == ["Two", "Three"]


async def test_whoever_would_go_back_is_told(pipeline: Pipeline) -> None:
    campaign_id = await _schedule(pipeline, initial_stage="second")
    await pipeline.sweep(hours=24)
    change = await _report(pipeline, campaign_id, _changed(second=None))
    assert change.going_back == {"first": 3}
    assert "goes_back" in _rules(change)


async def test_a_paused_campaign_learns_it_and_says_nothing(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    campaigns, sent = pipeline.repositories.campaigns, len(pipeline.channel.sent)
    await pause_campaign(campaigns, campaign_id, "wrong words", pipeline.clock())
    await _apply(pipeline, campaign_id, _changed(first=None))
    await pipeline.sweep(hours=1)
    assert len(pipeline.channel.sent) == sent

    await resume_campaign(pipeline.repositories, campaign_id, pipeline.clock())
    await pipeline.sweep()
    assert _texts(pipeline, 1) == ["One", "Two"]


async def test_what_cannot_be_applied_is_refused(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    update, now = _update(pipeline), pipeline.clock()
    with pytest.raises(NotFoundError):
        await update.report(CampaignId("campaign_none"), OLD, now)
    with pytest.raises(InvalidTemplateError, match=r"template\.stages"):
        await update.report(campaign_id, {"name": "x"}, now)
    with pytest.raises(ConflictError, match="changed since the report"):
        await update.apply(campaign_id, _changed(first=None), "another", now)

    await cancel_campaign(pipeline.repositories.campaigns, campaign_id, "enough", now)
    with pytest.raises(IllegalTransitionError, match="is cancelled"):
        await update.apply(campaign_id, OLD, "any", now)


async def test_a_pass_under_way_is_waited_for(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    leases, campaigns = pipeline.repositories.leases, pipeline.repositories.campaigns
    version = (await campaigns.get(campaign_id)).template_version
    newer, now = _changed(first=None), pipeline.clock()
    assert await leases.acquire(campaign_id, "a long pass", HOLD)
    with pytest.raises(CampaignBusyError, match=r"a long pass works on it .* pause the campaign"):
        await _update(pipeline).apply(campaign_id, newer, version, now)
    assert (await campaigns.get(campaign_id)).template_version == version

    applying = asyncio.create_task(
        _update(pipeline, patience=30).apply(campaign_id, newer, version, now)
    )
    await leases.release(f"campaign:{campaign_id}", "a long pass")
    assert (await applying).template_version != version
    assert await leases.holder(campaign_id) is None


async def test_when_all_slots_are_taken_that_is_said(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    for number in range(5):
        assert (
            await pipeline.repositories.leases.acquire_slot(5, f"pass {number}", HOLD) is not None
        )
    with pytest.raises(CampaignBusyError, match=r"5 campaigns are worked on .*--wait"):
        await _apply(pipeline, campaign_id, _changed(first=None))


async def _dies(pipeline: Pipeline, campaign_id: CampaignId, newer: Template, fuse: Fuse) -> bool:
    """Apply a template to one whose OLD one is pinned; return whether the fuse blew meanwhile."""
    campaigns, leases = pipeline.repositories.campaigns, pipeline.repositories.leases
    version = (await campaigns.get(campaign_id)).template_version
    dying = fused(Repositories.of(campaigns._collection.database), fuse)
    try:
        await _update(pipeline, dying).apply(campaign_id, newer, version, pipeline.clock())
    except Killed:
        await leases._collection.delete_many({})
        return True
    return False


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_an_update_that_died_is_completed_by_applying_it_again(
    pipeline: Pipeline, *, is_after: bool
) -> None:
    campaign_id = await _start(pipeline)
    repositories, newer = pipeline.repositories, _changed(first=None)
    version = (await repositories.campaigns.get(campaign_id)).template_version
    for point in range(1, 20):
        if not await _dies(pipeline, campaign_id, newer, Fuse(at=point, is_after=is_after)):
            break
        await _apply(pipeline, campaign_id, newer)
        ada = await pipeline.conversation(campaign_id, "ada")
        assert ada["context"]["available_stages"] == ["second", "third"]
        assert ada["next_action_at"] == pipeline.clock()
        campaign = await repositories.campaigns.get(campaign_id)
        assert (campaign.next_due_at, len(campaign.template_history)) == (pipeline.clock(), 1)
        await repositories.campaigns._collection.update_one(
            {"_id": campaign_id}, {"$set": {"template_document": OLD, "template_version": version}}
        )
        await repositories.campaigns._collection.update_one(
            {"_id": campaign_id}, {"$set": {"template_history": [], "next_due_at": None}}
        )
    assert 5 < point < 20


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_nobody_whom_an_update_that_died_made_due_is_forgotten(
    pipeline: Pipeline, *, is_after: bool
) -> None:
    campaign_id = await _start(pipeline)
    repositories, newer = pipeline.repositories, _changed(first=None)
    version = (await repositories.campaigns.get(campaign_id)).template_version
    made_due = 0
    for point in range(1, 20):
        await repositories.conversations._collection.update_many(
            {}, {"$set": {"next_action_at": None}}
        )
        asleep = {"next_due_at": None, "template_document": OLD, "template_version": version}
        await repositories.campaigns._collection.update_one({"_id": campaign_id}, {"$set": asleep})
        if not await _dies(pipeline, campaign_id, newer, Fuse(at=point, is_after=is_after)):
            break
        if (await pipeline.conversation(campaign_id, "ada"))["next_action_at"] is not None:
            made_due += 1
            campaign = await repositories.campaigns.get(campaign_id)
            assert campaign.next_due_at == pipeline.clock()
    assert made_due
    assert 5 < point < 20


async def test_updates_at_any_time_send_nothing_twice(pipeline: Pipeline) -> None:
    campaign_id = await _start(pipeline)
    fourth = _stage("Four")
    newer = [
        _changed(first=None),
        _changed(fourth=fourth),
        _changed(third=None, fourth=fourth),
        OLD,
    ]
    for number, document in enumerate(newer):
        await _apply(pipeline, campaign_id, document)
        await pipeline.sweep()
        await pipeline.reply(campaign_id, ("ada", "bob")[number % 2], "Yes, tell me more")
        await pipeline.sweep(hours=1)
    await pipeline.run_until_quiet()
    keys = Counter(message.idempotency_key for message in pipeline.channel.sent)
    assert set(keys.values()) == {1}
    for person in ("ada", "bob"):
        stages = await _stages(pipeline, campaign_id, person)
        assert len(stages) == len(set(stages))
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_a_stage_may_have_fewer_messages_than_somebody_has_heard(pipeline: Pipeline) -> None:
    old = _template(first=_stage("One", "Two", "Three", max_stage_duration_hours=20))
    campaign_id = await _start(pipeline, template=old)
    await pipeline.sweep(seconds=2)
    await pipeline.sweep(seconds=2)
    shorter = _stage("One", max_stage_duration_hours=20)
    shorter["messages"][0]["timing"] |= {"max_follow_ups": 3, "follow_up_delay_hours": 5}
    changed = _template(first=shorter)
    heard = _texts(pipeline, 1)
    assert heard == ["One", "Two", "Three"]
    await _apply(pipeline, campaign_id, changed)
    await pipeline.run_until_quiet()
    assert _texts(pipeline, 1) == heard
    state = await pipeline.conversation(campaign_id, "ada")
    assert (state["outcome"], state["failures"]) == ("no_response", 0)
