"""The whole pipeline with a language model: what is asked, what is stored, what it may not do."""

import json
from typing import Any

import pytest

from comm_pipeline.orchestration.inbox_metadata import inbox_metadata
from comm_pipeline.orchestration.metadata import sweep_metadata
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.chat_servers import MODEL, answers, fails
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.http_servers import Behaviour, HttpServer, http_server

pytestmark = pytest.mark.anyio

UNDERSTOOD = {
    "intents": [{"intent": "interest", "words": "Mieluusti"}],
    "sentiment": "positive",
    "sentiment_score": 0.8,
    "confidence": 0.9,
    "named_responses": [{"name": "accept_proposal", "words": "Mieluusti"}],
}


def of(server: HttpServer) -> dict[str, Any]:
    """Return the settings that ask a server."""
    return {"reply_analyser": "llm", "llm_base_url": f"{server.url}/v1", "llm_model": MODEL}


async def replied(pipeline: Pipeline, *texts: str) -> list[Any]:
    """Have one person write each text, and return their messages as they are settled."""
    people = [a_recipient(number) for number in range(1, len(texts) + 1)]
    request = a_batch_request(template=a_template_document(), recipients=people)
    campaign_id = await pipeline.insert(request)
    await pipeline.sweep()
    for person, text in zip(people, texts, strict=True):
        await pipeline.reply(campaign_id, person["id"], text)
    await pipeline.sweep(hours=1)
    inbound = pipeline.repositories.inbound._collection
    return await inbound.find({}).sort("recipient_id").to_list()


@pytest.mark.parametrize("behaviour", [answers(UNDERSTOOD), fails(500)])
async def test_replies_are_settled_whatever_the_model_does(
    mongodb_uri: str, database_name: str, behaviour: Behaviour
) -> None:
    async with (
        http_server(behaviour) as server,
        a_pipeline(mongodb_uri, database_name, **of(server)) as pipeline,
    ):
        accepted, opted_out = await replied(pipeline, "Mieluusti", "Unsubscribe")
        day = pipeline.clock().date()
        taken = await pipeline.repositories.model_usage.of_day(day)
    assert len(server.requests) == 1  # the opt-out was none of the model's business
    assert opted_out["analysis"]["is_opt_out"]
    assert accepted["status"] == "applied"
    analysis = accepted["analysis"]
    if analysis["fallback_reason"]:
        assert analysis["analyser"] == "rules"
        assert taken["tokens"] == 0
    else:
        assert (analysis["analyser"], analysis["usage"]["input_tokens"]) == ("llm", 100)
        assert analysis["named_responses"] == ["accept_proposal"]
        assert taken["tokens"] == 120


async def test_the_model_sees_what_is_answered_and_its_cost_is_counted(
    mongodb_uri: str, database_name: str
) -> None:
    async with (
        http_server(answers(UNDERSTOOD)) as server,
        a_pipeline(mongodb_uri, database_name, llm_input_price=2.0, **of(server)) as pipeline,
    ):
        campaign_id = await pipeline.insert(a_batch_request(recipients=[a_recipient(1)]))
        await pipeline.sweep()
        await pipeline.reply(campaign_id, "user_1", "Mieluusti")
        report = await pipeline.sweep(hours=1)
    (asked,) = server.requests
    said = pipeline.channel.sent[0].text
    assert said.splitlines()[0] in json.dumps(asked.document, ensure_ascii=False)
    assert report.inbox.tokens == 120
    # 100 tokens that were read, at 2 a million.
    assert report.inbox.cost == pytest.approx(0.0002)
    shown = inbox_metadata(report.inbox)
    assert (shown["model_tokens"], shown["model_cost"]) == (120, 0.0002)
    assert sweep_metadata(report)["model_tokens"] == 120


async def test_a_reply_is_understood_whatever_tokens_the_service_says_it_took(
    mongodb_uri: str, database_name: str
) -> None:
    usage = {"prompt_tokens": 10**19, "completion_tokens": 1, "total_tokens": 10**19}
    async with (
        http_server(answers(UNDERSTOOD, usage=usage)) as server,
        a_pipeline(mongodb_uri, database_name, **of(server)) as pipeline,
    ):
        (accepted,) = await replied(pipeline, "Mieluusti")
        taken = await pipeline.repositories.model_usage.of_day(pipeline.clock().date())
    assert (accepted["status"], accepted["analysis"]["analyser"]) == ("applied", "llm")
    assert accepted["analysis"]["usage"]["input_tokens"] == 0
    assert 0 < taken["tokens"] < 100_000  # what was reserved
