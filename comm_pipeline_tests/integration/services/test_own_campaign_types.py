"""Campaign types with rules of their own, first of all the documents' enterprise example."""

import asyncio
from typing import Any

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.services.campaign_manager import CampaignManager
from comm_pipeline.services.campaign_types import find_campaign_types
from comm_pipeline.settings.campaign_types import CampaignTypeClass
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

pytestmark = pytest.mark.anyio

HERE = "comm_pipeline_tests.integration.services.test_own_campaign_types"


class CustomCampaignManager(CampaignManager):
    """The class of the configuration guide; its three conditions are joined into one."""

    async def evaluate_stage_progression(
        self, conversation_id: str, conversation_state: dict[str, Any]
    ) -> tuple[bool, str | None, dict[str, Any]]:
        should_progress, next_stage, updated_state = await super().evaluate_stage_progression(
            conversation_id, conversation_state
        )
        if (
            conversation_state.get("campaign_type") == "enterprise_sales"
            and conversation_state.get("current_stage") == "decision"
            and conversation_state.get("context", {}).get("deal_size", 0) > 100000
        ):
            next_stage = "executive_approval"
            should_progress = True
        return should_progress, next_stage, updated_state


class KeepingManager(CampaignManager):
    """Keeps everybody in the first stage for two more days; fails for Eve."""

    async def evaluate_stage_progression(
        self, conversation_id: str, conversation_state: dict[str, Any]
    ) -> tuple[bool, str | None, dict[str, Any]]:
        if conversation_state["user_id"] == "eve":
            raise ZeroDivisionError("the deal has no size")
        if conversation_state["user_id"] == "mallory":
            return True, "no_such_stage", conversation_state
        found = await super().evaluate_stage_progression(conversation_id, conversation_state)
        age = self._clock() - conversation_state["created_at"]
        return found if age.days >= 2 else (False, None, conversation_state)


class ThroughManager(CampaignManager):
    """Changes nothing."""

    async def evaluate_stage_progression(
        self, conversation_id: str, conversation_state: dict[str, Any]
    ) -> tuple[bool, str | None, dict[str, Any]]:
        return await super().evaluate_stage_progression(conversation_id, conversation_state)


class WordlessError(Exception):
    """Fails when somebody wants to know why."""

    def __str__(self) -> str:
        raise LookupError("no words")


FAILURES = {
    "cancelled": asyncio.CancelledError,
    "exit": lambda: SystemExit(3),
    "no_text": lambda: ValueError("half a character: \ud800"),
    "long": lambda: ValueError("x" * 20_000_000),
    "wordless": WordlessError,
}


class FailingManager(CampaignManager):
    """Fails for everybody whose id says how."""

    async def evaluate_stage_progression(
        self, conversation_id: str, conversation_state: dict[str, Any]
    ) -> tuple[bool, str | None, dict[str, Any]]:
        if (fail := FAILURES.get(conversation_state["user_id"])) is not None:
            raise fail()
        return await super().evaluate_stage_progression(conversation_id, conversation_state)


def own(type_: str, name: str) -> tuple[CampaignTypeClass, ...]:
    return (CampaignTypeClass(type=type_, module=HERE, class_name=name),)


def enterprise_request() -> dict[str, Any]:
    stages = {
        **SALES["stages"],
        "executive_approval": {
            "name": "Executive approval",
            "skip_in_order": True,
            "messages": [{"template": "Our board decides this week."}],
        },
    }
    request = a_request({**SALES, "type": "enterprise_sales", "stages": stages}, "big", "small")
    request["recipients"][0]["context"] = {"deal_size": 250_000}
    request["recipients"][1]["context"] = {"deal_size": 90_000}
    return request


async def visited(pipeline: Pipeline, campaign_id: str, recipient: str) -> list[str]:
    document = await pipeline.conversation(campaign_id, recipient)
    return [visit["name"] for visit in document["stages"]]


async def test_a_large_deal_demands_the_executives_approval(
    mongodb_uri: str, database_name: str
) -> None:
    types = own("enterprise_sales", "CustomCampaignManager")
    async with a_pipeline(mongodb_uri, database_name, campaign_types=types) as pipeline:
        campaign_id = await pipeline.insert(enterprise_request())
        await pipeline.sweep()
        for _ in range(3):
            for person in ("big", "small"):
                await pipeline.reply(campaign_id, person, "Tell me more")
            await pipeline.sweep(hours=1)
            await pipeline.sweep(hours=71)

        assert await visited(pipeline, campaign_id, "small") == [
            "awareness",
            "consideration",
            "decision",
        ]
        assert (await visited(pipeline, campaign_id, "big"))[-2:] == [
            "decision",
            "executive_approval",
        ]
        assert "Our board decides this week." in pipeline.channel.texts_to("big@example.com")[-1]
        decisions = (await pipeline.conversation(campaign_id, "big"))["decisions"]
        assert any(one["rule"] == "campaign_type" for one in decisions)


async def test_a_type_can_keep_conversations_and_its_failures_hurt_their_own_alone(
    mongodb_uri: str, database_name: str
) -> None:
    types = own("sales", "KeepingManager")
    async with a_pipeline(mongodb_uri, database_name, campaign_types=types) as pipeline:
        campaign_id = await pipeline.insert(a_request(SALES, "ann", "eve", "mallory"))
        await pipeline.sweep()
        assert pipeline.channel.texts_to("ann@example.com")
        await pipeline.reply(campaign_id, "ann", "Tell me more")
        await pipeline.sweep(hours=25)
        assert await visited(pipeline, campaign_id, "ann") == ["awareness"]
        ann = await pipeline.conversation(campaign_id, "ann")
        assert ann["decisions"][-1]["rule"] == "campaign_type"
        await pipeline.sweep(hours=24)
        assert await visited(pipeline, campaign_id, "ann") == ["awareness", "consideration"]

        for _ in range(8):
            await pipeline.sweep(hours=3)
        eve = await pipeline.conversation(campaign_id, "eve")
        mallory = await pipeline.conversation(campaign_id, "mallory")
        assert "the deal has no size" in eve["reason"]
        assert "asks for the stage 'no_such_stage'" in mallory["reason"]


async def test_whatever_a_type_raises_hurts_its_conversation_alone(
    mongodb_uri: str, database_name: str
) -> None:
    types = own("sales", "FailingManager")
    async with a_pipeline(mongodb_uri, database_name, campaign_types=types) as pipeline:
        campaign_id = await pipeline.insert(a_request(SALES, "ann", *FAILURES))
        for _ in range(6):
            await pipeline.sweep(hours=4)
        assert len(pipeline.channel.texts_to("ann@example.com")) == 1
        for person in FAILURES:
            state = await pipeline.conversation(campaign_id, person)
            assert (state["status"], state["outcome"]) == ("failed", "error")
            assert state["reason"].startswith("failed 5 times; the last: ")
            assert len(state["reason"]) < 5_000


@pytest.mark.parametrize("name", [None, "ThroughManager"])
async def test_a_type_that_changes_nothing_decides_as_usual(
    mongodb_uri: str, database_name: str, name: str | None
) -> None:
    # The first message is deferred longer than the stage lasts, whose clock waits for it.
    rules = {"max_stage_duration_hours": 30, "auto_advance_after_max_duration": True}
    message = {"template": "A", "timing": {"delay_hours": 0, "max_follow_ups": 0}}
    stages = {"a": {"messages": [message], "progression_rules": rules}, "b": {"messages": ["B"]}}
    template = {"name": "Deferred", "type": "sales", "stages": stages}
    types = own("sales", name) if name else ()
    async with a_pipeline(mongodb_uri, database_name, campaign_types=types) as pipeline:
        later = SendResult(
            status=DeliveryStatus.DEFERRED, detail="451 later", retry_after_seconds=40 * 3_600
        )
        sent = SendResult(status=DeliveryStatus.SENT, detail="250 kept")
        left = [later]
        pipeline.channel.answers["ann@example.com"] = lambda: left.pop() if left else sent
        await pipeline.insert(a_request(template, "ann"))
        await pipeline.sweep()
        for hours in (31, 9.1, 29):
            await pipeline.sweep(hours=hours)
        assert pipeline.channel.texts_to("ann@example.com") == ["A", "A"]
        await pipeline.sweep(hours=2)
        assert pipeline.channel.texts_to("ann@example.com") == ["A", "A", "B"]


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("no_such_module", "Manager", "cannot be loaded"),
        (HERE, "NoSuchClass", "cannot be loaded"),
        (HERE, "HERE", "is not a class derived from"),
    ],
)
def test_a_class_that_cannot_be_used_is_named(module: str, name: str, words: str) -> None:
    types = [CampaignTypeClass(type="enterprise_sales", module=module, class_name=name)]
    with pytest.raises(InvalidSettingError, match=f"CAMPAIGN_TYPES: enterprise_sales.*{words}"):
        find_campaign_types(types)
