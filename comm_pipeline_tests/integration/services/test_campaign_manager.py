"""Each documented method of the Campaign Manager and the Config Manager, on real campaigns."""

from collections.abc import Mapping
from typing import Any

import pytest

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.errors import IllegalTransitionError, InvalidInputError, NotFoundError
from comm_pipeline.services.campaign_manager import CampaignManager
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, SUPPORT, a_request

pytestmark = pytest.mark.anyio

ANN = "campaign_request_1:ann"
STAGES = list(SALES["stages"])


@pytest.fixture
async def campaign_id(pipeline: Pipeline) -> CampaignId:
    """A sales campaign whose first messages have left."""
    campaign = await pipeline.insert(a_request(SALES, "ann", "bob"))
    await pipeline.sweep()
    return campaign


@pytest.fixture
def manager(pipeline: Pipeline) -> CampaignManager:
    return pipeline.engine.campaign_manager


async def state_of(manager: CampaignManager, conversation: str = ANN) -> dict[str, Any]:
    return await manager.conversation_state_repository.get_conversation_state(conversation)


async def due_at(pipeline: Pipeline, campaign_id: CampaignId) -> Any:
    return (await pipeline.repositories.campaigns.get(campaign_id)).next_due_at


async def test_initializing_again_creates_those_that_are_missing(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await pipeline.repositories.conversations.delete_conversation_state(ANN)
    before = await state_of(manager, "campaign_request_1:bob")

    assert await manager.initialize_campaign_conversations(campaign_id) == 2

    assert (await state_of(manager))["message_history"] == []
    assert await state_of(manager, "campaign_request_1:bob") == before
    with pytest.raises(NotFoundError, match="no campaign 'nowhere'"):
        await manager.initialize_campaign_conversations("nowhere")


async def test_pending_are_those_that_are_due(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    assert await manager.get_pending_conversations(campaign_id) == []
    pipeline.clock.move(hours=48)

    found = await manager.get_pending_conversations(campaign_id)

    assert {one["user_id"] for one in found} == {"ann", "bob"}
    assert all("message_history" not in one for one in found)
    assert len(await manager.get_pending_conversations(campaign_id, limit=1)) == 1


async def test_pending_by_stage_and_by_status(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await manager.advance_conversation_stage(ANN, STAGES[1])
    pipeline.clock.move(hours=48)

    async def names(**chosen: Any) -> list[str]:
        found = await manager.get_pending_conversations(campaign_id, **chosen)
        return [one["user_id"] for one in found]

    assert await names(stage=STAGES[1]) == ["ann"]
    assert await names(stage=STAGES[0]) == ["bob"]
    assert await names(status="escalated") == []


async def test_nothing_is_said_of_a_stage_that_waits(
    manager: CampaignManager, campaign_id: CampaignId
) -> None:
    state = await state_of(manager)
    assert state["campaign_id"] == campaign_id
    assert await manager.evaluate_stage_progression(ANN, state) == (False, None, state)


async def test_an_answer_leads_to_the_next_stage(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    before = await answered(pipeline, campaign_id, "Tell me more")
    assert (await manager.evaluate_stage_progression(ANN, before))[0] is False
    pipeline.clock.move(hours=24)  # the stage's minimum

    should, following, after = await manager.evaluate_stage_progression(ANN, before)

    assert (should, following) == (True, STAGES[1])
    assert after["current_stage"] == STAGES[1]
    assert [visit["name"] for visit in after["stages"]] == STAGES[:2]
    assert after["stages"][0]["exited_at"] == pipeline.clock()
    assert after["_id"] == ANN
    assert after.keys() == before.keys()
    assert await state_of(manager) == before


async def test_without_a_history_the_updated_state_has_none(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await answered(pipeline, campaign_id, "Tell me more")
    pipeline.clock.move(hours=24)
    pending, *_ = await manager.get_pending_conversations(campaign_id)

    _, _, after = await manager.evaluate_stage_progression(ANN, pending)

    assert after.keys() == pending.keys()


async def test_the_response_that_completes_ends_it_from_any_stage(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    wanted = SALES["completion_conditions"]["specific_response_received"]
    state = await answered(pipeline, campaign_id, "We accept your proposal.")
    assert wanted in state["named_responses"]

    should, following, after = await manager.evaluate_stage_progression(ANN, state)

    assert (should, following) == (True, None)
    assert (after["status"], after["outcome"]) == ("completed", "success")


async def test_the_last_stage_is_followed_by_the_end(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await manager.advance_conversation_stage(ANN, STAGES[-1])
    await pipeline.sweep(hours=48)
    state = await answered(pipeline, campaign_id, "Thanks, I have read it")
    pipeline.clock.move(hours=72)

    should, following, after = await manager.evaluate_stage_progression(ANN, state)

    assert (should, following, after["status"]) == (True, None, "completed")


async def test_silence_is_no_progression(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await pipeline.run_until_quiet()
    ended = await state_of(manager)
    assert ended["campaign_id"] == campaign_id
    assert (await manager.evaluate_stage_progression(ANN, ended))[0] is False


async def answered(pipeline: Pipeline, campaign_id: CampaignId, text: str) -> dict[str, Any]:
    """Take up an answer, but let no pass follow it; return the conversation."""
    pipeline.clock.move(hours=1)
    await pipeline.reply(campaign_id, "ann", text)
    await pipeline.engine.inbox.take_up(100)
    return await pipeline.conversation(campaign_id, "ann")


async def test_advancing_moves_on_and_wakes_the_campaign(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    state = await manager.advance_conversation_stage(ANN, STAGES[1])

    assert state["current_stage"] == STAGES[1]
    assert state["stages"][0]["completed"]
    assert await due_at(pipeline, campaign_id) == pipeline.clock()


@pytest.mark.usefixtures("campaign_id")
@pytest.mark.parametrize(
    ("stage", "problem"), [("nowhere", "is not one of the stages"), (STAGES[0], "has been in")]
)
async def test_some_stages_cannot_be_entered(
    manager: CampaignManager, stage: str, problem: str
) -> None:
    with pytest.raises(IllegalTransitionError, match=problem):
        await manager.advance_conversation_stage(ANN, stage)


@pytest.mark.usefixtures("campaign_id")
async def test_what_has_ended_stays_ended(manager: CampaignManager) -> None:
    state = await manager.mark_conversation_complete(ANN)

    assert (state["status"], state["outcome"]) == ("completed", "success")
    with pytest.raises(IllegalTransitionError, match="is completed"):
        await manager.advance_conversation_stage(ANN, STAGES[1])
    with pytest.raises(IllegalTransitionError):
        await manager.mark_conversation_complete(ANN)
    with pytest.raises(NotFoundError):
        await manager.mark_conversation_complete("nobody")


async def test_metrics_count_the_campaign(
    manager: CampaignManager, campaign_id: CampaignId
) -> None:
    metrics = await manager.get_campaign_metrics(campaign_id)
    assert metrics["total_recipients"] == 2
    assert metrics["message_metrics"]["total_sent"] == 2


async def test_the_history_is_whole_and_in_order(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    await answered(pipeline, campaign_id, "Tell me more")

    history = await manager.get_conversation_history(ANN)

    assert [entry["direction"] for entry in history] == ["outbound", "inbound"]
    assert history[1]["content"] == "Tell me more"
    with pytest.raises(NotFoundError):
        await manager.get_conversation_history("nobody")


async def test_own_context_and_own_fields_can_be_set(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    before = await state_of(manager)

    state = await manager.update_conversation_state(
        ANN, {"context.deal.size": 5, "context.deal.currency": "EUR", "crm_id": "A-1"}
    )

    assert state["context"]["deal"] == {"size": 5, "currency": "EUR"}
    assert state["context"]["recipient"] == before["context"]["recipient"]
    assert (state["crm_id"], state["version"]) == ("A-1", before["version"] + 1)
    assert await due_at(pipeline, campaign_id) == pipeline.clock()
    with pytest.raises(NotFoundError):
        await manager.update_conversation_state("nobody", {"crm_id": 1})


@pytest.mark.usefixtures("campaign_id")
@pytest.mark.parametrize(
    "updates",
    [
        {"status": "completed"},
        {"_id": "other"},
        {"id": "other"},
        {"version": 7},
        {"commit_token": "mine"},
        {"address": "eve@example.com"},
        {"next_action_at": None},
        {"named_responses.0": "proposal_accepted"},
        {"metrics.messages_sent": 0},
        {"context": {}},
        {"context.recipient.email": "eve@example.com"},
        {"context.response": {}},
        {"context.template_id": "other"},
        {"context.available_stages.0": "other"},
        {"": 1},
        {"context.": 1},
        {"context..a": 1},
        {".crm_id": 1},
        {5: 1},
        {"$set": 1},
        {"context.$where": 1},
        {"crm\x00id": 1},
        {"context.deal": {"$bad": 1}},
        {"context.deal": 1, "context.deal.size": 2},
        {"context.deal": 1, "context.deal-2": 1, "context.deal.size": 2},
        {"context.known.part": 1},
    ],
)
async def test_everything_else_is_refused_and_changes_nothing(
    pipeline: Pipeline, manager: CampaignManager, updates: Mapping[Any, Any]
) -> None:
    await manager.update_conversation_state(ANN, {"context.known": "text"})
    before = await state_of(manager)

    with pytest.raises(InvalidInputError):
        await manager.update_conversation_state(ANN, updates)

    assert await state_of(manager) == before
    assert await pipeline.repositories.conversations.count_by_status(before["campaign_id"]) == {
        "active": 2
    }


@pytest.mark.usefixtures("campaign_id")
async def test_the_parts_of_the_documented_interface(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    template = (await pipeline.repositories.campaigns.get(campaign_id)).template_document
    state = {**await state_of(manager), "template": template}

    stage = manager._get_stage_data(state, STAGES[0])

    assert stage["name"] == STAGES[0]
    assert manager._get_stages_for_campaign_type(dict(template), "sales") == STAGES
    should, reason = manager._should_advance_to_next_stage(state, stage)
    assert (should, reason.split(":")[0]) == (False, "waiting_for_response")
    with pytest.raises(NotFoundError, match="has no stage 'nowhere'"):
        manager._get_stage_data(state, "nowhere")


async def test_a_satisfied_stage_lets_go(
    pipeline: Pipeline, manager: CampaignManager, campaign_id: CampaignId
) -> None:
    state = await answered(pipeline, campaign_id, "Tell me more")
    pipeline.clock.move(hours=24)
    template = (await pipeline.repositories.campaigns.get(campaign_id)).template_document
    stage = manager._get_stage_data({**state, "template": template}, STAGES[0])

    assert manager._should_advance_to_next_stage(state, stage)[0] is True


async def test_guidance_and_timing_come_from_the_pinned_template(pipeline: Pipeline) -> None:
    guidance = {"tone": "warm", "questions": ["Is it solved?"]}
    stage = SUPPORT["stages"]["initial_followup"] | {"conversation_guidance": guidance}
    template = SUPPORT | {"stages": SUPPORT["stages"] | {"initial_followup": stage}}
    campaign_id = await pipeline.insert(a_request(template, "ann"))
    await pipeline.sweep()
    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    config = pipeline.engine.config_manager

    timing = config.get_timing_rules(campaign, "initial_followup")

    assert config.get_stage_guidance(campaign, "initial_followup") == guidance
    assert [one["delay_hours"] for one in timing["messages"]] == [24]
    assert timing["progression_rules"]["response_required"] is True
