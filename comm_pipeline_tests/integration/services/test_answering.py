"""Replies are answered by the real services: in their thread, in time, once."""

import pytest

from comm_pipeline.services.explanation import Explainer
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.answering import (
    hear,
    under_way,
)

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


async def test_explain_and_check_know_answers(pipeline: Pipeline) -> None:
    campaign_id = await under_way(pipeline)
    await hear(pipeline, campaign_id, "Thanks a lot!")
    explainer = Explainer(pipeline.repositories, pipeline.engine.config_manager, 1.0)
    explained = await explainer.explain(campaign_id, "ann", pipeline.clock())
    assert explained.next.what.startswith("answers with greeting, intents.thanks")
    assert [block.rule for block in explained.blocks] == ["answer"]
