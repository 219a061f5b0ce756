"""Pinning another template, and letting the open conversations know it."""

from typing import Any

import pytest

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CampaignStatus, ConversationStatus, Outcome
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import CAMPAIGN_ID, START, at
from comm_pipeline_tests.integration.storage.documents import campaign, conversation, speaking

pytestmark = pytest.mark.anyio

ONE = CampaignId("campaign_1")


def _pinned(version: str) -> Campaign:
    return campaign(template_version=version, template_document={"name": version}, rank=2)


async def test_a_version_is_pinned_and_the_one_before_remembered(
    repositories: Repositories,
) -> None:
    await repositories.campaigns.create(campaign(), ["user_1"])
    assert await repositories.campaigns.pin_template(_pinned("2"), "1", at(1))
    assert await repositories.campaigns.pin_template(_pinned("3"), "2", at(2))

    found = await repositories.campaigns.get(ONE)
    assert (found.template_version, found.template_document) == ("3", {"name": "3"})
    assert found.rank == 2
    history = [(one.version, one.replaced_at) for one in found.template_history]
    assert history == [("1", at(1)), ("2", at(2))]


async def test_another_version_than_expected_is_left_alone(repositories: Repositories) -> None:
    await repositories.campaigns.create(campaign(), ["user_1"])
    before = await repositories.campaigns.get(ONE)
    assert not await repositories.campaigns.pin_template(_pinned("3"), "2", START)
    assert await repositories.campaigns.get(ONE) == before


@pytest.mark.parametrize("status", CampaignStatus)
async def test_only_campaigns_that_have_not_ended_are_pinned(
    status: CampaignStatus, repositories: Repositories
) -> None:
    has_ended = status in {"completed", "cancelled", "failed"}
    await repositories.campaigns.create(campaign(status=status), ["user_1"])
    assert await repositories.campaigns.pin_template(_pinned("2"), "1", START) is not has_ended


async def test_only_the_latest_versions_are_remembered(repositories: Repositories) -> None:
    await repositories.campaigns.create(campaign(), ["user_1"])
    for number in range(1, 31):
        pinned = _pinned(str(number + 1))
        assert await repositories.campaigns.pin_template(pinned, str(number), START)
    history = (await repositories.campaigns.get(ONE)).template_history
    assert [one.version for one in history] == [str(number) for number in range(11, 31)]


async def test_a_template_that_leaves_no_room_is_refused(repositories: Repositories) -> None:
    await repositories.campaigns.create(campaign(), ["x" * 1000] * 10_000)
    large = campaign(template_version="2", template_document={"text": "x" * 8_000_000})
    with pytest.raises(InvalidTemplateError, match="does not fit"):
        await repositories.campaigns.pin_template(large, "1", START)
    assert (await repositories.campaigns.get(ONE)).template_version == "1"


async def _ids_of_pages(repositories: Repositories, size: int) -> list[str]:
    found: list[str] = []
    while page := await repositories.conversations.find_open(
        CAMPAIGN_ID, found[-1] if found else "", size
    ):
        found += [one.id for one in page]
    return found


async def test_open_conversations_come_in_pages(repositories: Repositories) -> None:
    others = [CampaignId(f"{CAMPAIGN_ID}_2"), CampaignId("campaign_sprin")]
    await repositories.conversations.create_many(
        [
            *(conversation(number) for number in range(4)),
            conversation(4, status=ConversationStatus.ESCALATED, next_action_at=None),
            conversation(5, status=ConversationStatus.COMPLETED, outcome=Outcome.SUCCESS),
            *(conversation(6, other) for other in others),
        ]
    )
    wanted = [conversation(number).id for number in range(5)]
    for size in (1, 2, 5, 100):
        assert await _ids_of_pages(repositories, size) == wanted


async def test_whole_pages_of_unreadable_conversations_end_nothing(
    database: Database, repositories: Repositories
) -> None:
    await repositories.conversations.create_many([conversation(number) for number in range(5)])
    broken = [conversation(number).id for number in (0, 1, 3)]
    await database["conversation_states"].update_many(
        {"_id": {"$in": broken}}, {"$set": {"stages": 5}}
    )
    assert await _ids_of_pages(repositories, 2) == [conversation(n).id for n in (2, 4)]


async def _after(repositories: Repositories, before: Conversation) -> Conversation:
    await repositories.conversations.create_many([before])
    await repositories.conversations.make_due(CAMPAIGN_ID, ["one", "$two"], "Asia/Tokyo", START)
    return (await repositories.conversations.load([before.id]))[before.id]


@pytest.mark.parametrize(("planned", "expected"), [(None, 0), (48, 0), (-5, -5)])
async def test_an_active_conversation_is_due_under_the_other_template(
    planned: float | None, expected: float, repositories: Repositories
) -> None:
    planned_at = None if planned is None else at(planned)
    before = conversation(1, context={"a": 1}, next_action_at=planned_at, version=3)
    after = await _after(repositories, before)
    assert after.context == {"a": 1, "available_stages": ["one", "$two"]}
    assert (after.next_action_at, after.version) == (at(expected), 4)


async def test_one_with_a_person_learns_the_stages_and_plans_nothing(
    repositories: Repositories,
) -> None:
    before = conversation(1, status=ConversationStatus.ESCALATED, next_action_at=None)
    after = await _after(repositories, before)
    assert (after.next_action_at, after.context["available_stages"]) == (None, ["one", "$two"])


@pytest.mark.parametrize(
    ("source", "zone"), [("campaign", "Asia/Tokyo"), ("phone", "UTC"), (None, "UTC")]
)
async def test_those_without_a_zone_get_that_of_the_other_template(
    source: str | None, zone: str, repositories: Repositories
) -> None:
    contact: Any = {"time_zone": "UTC", "time_zone_source": source}
    before = Conversation.model_validate(
        conversation(1).model_dump(by_alias=True) | {"contact": contact}
    )
    assert (await _after(repositories, before)).contact.time_zone == zone


async def test_what_was_decided_before_is_not_written_afterwards(
    repositories: Repositories,
) -> None:
    before = conversation(1)
    await _after(repositories, before)
    assert await repositories.conversations.commit([speaking(before)], "token") == set()


async def test_ended_and_broken_conversations_stay_as_they_are(
    database: Database, repositories: Repositories
) -> None:
    ended = conversation(
        1, status=ConversationStatus.COMPLETED, outcome=Outcome.SUCCESS, next_action_at=None
    )
    assert await _after(repositories, ended) == ended

    states = database["conversation_states"]
    strange = {"_id": f"{CAMPAIGN_ID}:x", "campaign_id": CAMPAIGN_ID, "status": "active"}
    await states.insert_one(strange | {"version": "v", "next_action_at": "soon", "context": 5})
    await repositories.conversations.make_due(CAMPAIGN_ID, ["one"], "UTC", START)
    found = await states.find_one({"_id": strange["_id"]})
    assert found is not None
    assert found["version"] == 1
