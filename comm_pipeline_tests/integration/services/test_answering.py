"""Replies are answered by the real services: in their thread, in time, once."""

import pytest

from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.services.engine import Engine, build_engine, open_repositories
from comm_pipeline.services.explanation import Explainer
from comm_pipeline.settings import Settings
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.fault_injection import Fuse, FusedChannel, Killed, fused
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.answering import (
    an_answering_template,
    hear,
    under_way,
)
from comm_pipeline_tests.integration.services.test_campaign_life import a_request
from comm_pipeline_tests.integration.services.test_crash_points import CLAIM

pytestmark = pytest.mark.anyio


async def test_a_reply_is_answered_in_its_thread_after_a_while(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Your price seems too high. Could you send some information?")
    assert len(pipeline.channel.sent) == 1
    await pipeline.sweep(minutes=21)
    first, answer = pipeline.channel.sent
    assert answer.subject == "Re: Reports"
    assert answer.text == (
        "Hi Ann,\n\nThe overview has two pages.\n\nMost teams compare it with the hours that "
        "reports cost.\n\nHow many people work with the numbers?\n\nNora"
    )
    assert answer.in_reply_to == "<090000@ann.example>"
    assert answer.references == (first.message_id, "<090000@ann.example>")
    await hear(pipeline, campaign_id, "Thanks, we are 12 people")
    await pipeline.sweep(minutes=21)
    assert pipeline.channel.sent[-1].text == (
        "Hi Ann,\n\nYou are welcome.\n\nShall we talk on Thursday?\n\nNora"
    )
    conversation = await pipeline.conversation(campaign_id, "ann")
    assert conversation["context"]["response"] == {"team_size": 12}
    assert conversation["metrics"]["messages_sent"] == 3


async def test_an_opt_out_that_comes_meanwhile_stops_the_answer(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    await pipeline.reply(campaign_id, "ann", "STOP")
    await pipeline.sweep(minutes=30)
    assert len(pipeline.channel.sent) == 1
    assert (await pipeline.conversation(campaign_id, "ann"))["outcome"] == "opted_out"


async def test_an_answer_keeps_the_counts_in_agreement(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    await pipeline.sweep(minutes=21)
    document = await pipeline.engine.metrics.get_campaign_metrics(campaign_id)
    assert document["message_metrics"]["total_sent"] == 2


async def test_an_answer_leaves_once_whichever_write_its_worker_dies_at(
    mongodb_uri: str, database_name: str
) -> None:
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=database_name, max_concurrent_campaigns=100
    )
    deaths = [Fuse(), *(Fuse(at) for at in range(1, 15))]  # after one is before the next
    async with (
        a_pipeline(mongodb_uri, database_name) as pipeline,
        open_repositories(settings) as (database, _),
    ):
        campaigns = await _reply_everywhere(pipeline, len(deaths))
        pipeline.clock.move(minutes=21)
        for fuse, (name, campaign_id) in zip(deaths, campaigns.items(), strict=True):
            worker = build_engine(
                settings,
                pipeline.clock,
                f"worker {name}",
                database,
                fused(Repositories.of(database), fuse),
                FusedChannel(pipeline.channel, fuse),
            )
            await _run_until_it_dies(worker, campaign_id)
        assert not deaths[0].is_blown
        assert 8 < deaths[0].count < 15  # so that the fuses of all others have blown
        await pipeline.repositories.leases._collection.delete_many({})
        pipeline.clock.now += CLAIM
        await pipeline.sweep()
        for name, campaign_id in campaigns.items():
            await _assert_answered_once(pipeline, campaign_id, name)


async def _reply_everywhere(pipeline: Pipeline, count: int) -> dict[str, CampaignId]:
    """Return campaigns by the name of their one recipient, in each of which a reply waits."""
    names = [f"ann{number}" for number in range(count)]
    for name in names:
        await pipeline.insert(a_request(an_answering_template(), name) | {"_id": name})
    await pipeline.sweep()
    campaigns = {name: campaign_id_for_request(name) for name in names}
    for name, campaign_id in campaigns.items():
        await pipeline.reply(campaign_id, name, "Thanks a lot!")
    await pipeline.sweep()
    return campaigns


async def _run_until_it_dies(worker: Engine, campaign_id: CampaignId) -> None:
    try:
        await worker.passes.run(campaign_id)
    except BaseException as error:
        if not _is_death(error):
            raise


async def _assert_answered_once(pipeline: Pipeline, campaign_id: str, name: str) -> None:
    texts = pipeline.channel.texts_to(f"{name}@example.com")
    entries = await pipeline.repositories.ledger._collection.find(
        {"campaign_id": campaign_id, "kind": "answer"}
    ).to_list()
    (entry,) = entries
    assert entry["status"] in {"sent", "unknown"}
    said = [text for text in texts if "You are welcome." in text]
    assert len(said) == 1 if entry["status"] == "sent" else len(said) <= 1
    conversation = await pipeline.conversation(campaign_id, name)
    assert (conversation["metrics"]["messages_sent"], conversation["outbox"]) == (2, [])


def _is_death(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_death(one) for one in error.exceptions)
    return isinstance(error, Killed)


async def test_explain_and_check_know_answers(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    explainer = Explainer(pipeline.repositories, pipeline.engine.config_manager, 1.0)
    explained = await explainer.explain(campaign_id, "ann", pipeline.clock())
    assert explained.next.what.startswith("answers with greeting, intents.thanks")
    assert [block.rule for block in explained.blocks] == ["answer"]
