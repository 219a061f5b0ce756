"""The Metrics Collector on a real MongoDB: what it stores, when it counts anew, what agrees."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.metrics import CampaignCounts
from comm_pipeline.errors import NotFoundError
from comm_pipeline.services.metrics_collector import MetricsCollector
from comm_pipeline.storage.connection import open_database
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import (
    CAMPAIGN_ID,
    START,
    at,
)
from comm_pipeline_tests.integration.metrics_setting import TTL, Setting

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(mongodb_uri: str, database_name: str) -> AsyncIterator[Setting]:
    async with open_database(mongodb_uri, database_name) as database:
        await Repositories.of(database).initialize()
        yield Setting(database)


async def test_metrics_are_stored_as_the_latest_and_as_those_of_the_day(here: Setting) -> None:
    await here.add_campaign()
    await here.add_conversation()
    metrics = await here.collector.collect(CAMPAIGN_ID)
    assert metrics.active_conversations == 1
    assert metrics.stage_metrics["awareness"].avg_duration_seconds == 3600
    stored = await here.database["campaign_metrics"].find().sort("day", 1).to_list()
    assert [(one["_id"], one["day"]) for one in stored] == [
        (f"{CAMPAIGN_ID}:2026-03-02", "2026-03-02"),
        (CAMPAIGN_ID, "latest"),
    ]
    assert {key: stored[1][key] for key in metrics.model_dump()} == metrics.model_dump()


@pytest.mark.parametrize("stages", ["x", None, [None], [{"a": 1}], [{"name": 5}], [{"name": None}]])
async def test_damaged_visits_are_counted_in_no_stage(here: Setting, stages: Any) -> None:
    await here.add_campaign()
    await here.add_conversation()
    await here.add_conversation(
        id=ConversationId(f"{CAMPAIGN_ID}:other"), user_id="other", address="other@example.com"
    )
    conversations = here.database["conversation_states"]
    await conversations.update_one({}, {"$set": {"stages": stages}})
    metrics = await here.collector.collect(CAMPAIGN_ID)
    assert metrics.active_conversations == 2
    assert {name: one.entered for name, one in metrics.stage_metrics.items() if one.entered} == {
        "awareness": 1
    }


async def test_stored_metrics_are_returned_while_they_are_fresh(here: Setting) -> None:
    await here.add_campaign()
    first = await here.collector.get_campaign_metrics(CAMPAIGN_ID)
    await here.add_conversation()
    here.now = START + TTL - timedelta(milliseconds=1)
    assert await here.collector.get_campaign_metrics(CAMPAIGN_ID) == first
    here.now = START + TTL
    later = await here.collector.get_campaign_metrics(CAMPAIGN_ID)
    assert (first["active_conversations"], later["active_conversations"]) == (0, 1)
    assert list(later) == list(first)


async def test_metrics_of_another_shape_are_counted_anew(here: Setting) -> None:
    await here.add_campaign()
    await here.repositories.metrics.put([{"campaign_id": CAMPAIGN_ID, "updated_at": START}], START)
    assert (await here.collector.get_campaign_metrics(CAMPAIGN_ID))["total_recipients"] == 1


async def test_a_campaign_that_is_not_there(here: Setting) -> None:
    for ask in (here.collector.collect, here.collector.get_campaign_metrics):
        with pytest.raises(NotFoundError, match="there is no campaign"):
            await ask(CampaignId("campaign_nowhere"))


async def test_all_campaigns_are_counted_and_a_broken_one_stops_no_other(here: Setting) -> None:
    for number in range(5):
        await here.add_campaign(id=f"campaign_{number}")
    await here.database["campaigns"].insert_one({"_id": "campaign_1b", "status": "active"})
    await here.add_conversation(campaign_id="campaign_3")
    await here.database["conversation_states"].update_one(
        {"campaign_id": "campaign_3"}, {"$set": {"stages.0.entered_at": "yesterday"}}
    )
    report = await here.collector.collect_all(batch_size=2)
    assert [one.campaign_id for one in report.metrics] == [
        "campaign_0",
        "campaign_1",
        "campaign_2",
        "campaign_4",
    ]
    assert list(report.failures) == ["campaign_1b", "campaign_3"]
    assert "ValidationError" in report.failures[CampaignId("campaign_1b")]
    assert "OperationFailure" in report.failures[CampaignId("campaign_3")]


async def test_an_ended_campaign_is_counted_once_after_its_end(here: Setting) -> None:
    await here.add_campaign(status="completed", completed_at=at(1))
    assert len((await here.collector.collect_all(10)).metrics) == 1  # counted before its end
    here.now = at(2)
    assert len((await here.collector.collect_all(10)).metrics) == 1
    report = await here.collector.collect_all(10)
    assert (report.metrics, report.unchanged) == ([], 1)


async def test_an_ended_campaign_counted_while_it_ran_is_counted_again(here: Setting) -> None:
    await here.add_campaign()
    await here.collector.collect_all(10)
    await here.database["campaigns"].update_one({}, {"$set": {"status": "cancelled"}})
    (metrics,) = (await here.collector.collect_all(10)).metrics
    assert metrics.campaign_status == "cancelled"
    assert (await here.collector.collect_all(10)).unchanged == 1


async def test_stage_names_that_mongodb_could_take_for_paths(here: Setting) -> None:
    document = {"name": "T", "stages": [{"name": name} for name in ("1. first", "$second")]}
    await here.add_campaign(template_document=document)
    await here.collector.collect(CAMPAIGN_ID)
    stored = await here.collector.get_campaign_metrics(CAMPAIGN_ID)
    assert list(stored["stage_metrics"]) == ["1. first", "$second"]


async def test_a_database_that_does_not_answer_stops_all(here: Setting) -> None:
    class Unreachable(MetricsQueries):
        async def counts(self, *_: Any, **__: Any) -> CampaignCounts:
            raise AutoReconnect("the connection is lost")

    await here.add_campaign()
    collector = MetricsCollector(
        here.repositories, Unreachable(here.database), 1.0, TTL, lambda: START
    )
    with pytest.raises(AutoReconnect):
        await collector.collect_all(10)


@pytest.mark.parametrize(("recipients", "mean_seconds"), [(9_999, 3600), (10_000, 0)])
async def test_only_large_campaigns_are_sampled(
    here: Setting, recipients: int, mean_seconds: float
) -> None:
    await here.add_campaign(total_recipients=recipients)
    await here.add_conversation()
    queries = MetricsQueries(here.database)
    nearly_nothing = 1e-12
    collector = MetricsCollector(here.repositories, queries, nearly_nothing, TTL, lambda: START)
    stage = (await collector.collect(CAMPAIGN_ID)).stage_metrics["awareness"]
    assert (stage.entered, stage.avg_duration_seconds) == (1, mean_seconds)
